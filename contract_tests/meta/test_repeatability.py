"""A seed means the same requests, whatever else a process has imported."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import sys
sys.path.insert(0, ".")
for name in sys.argv[1:]:
    __import__(name)
from plaid_accounts_contract.contract import Contract
from plaid_accounts_contract.runner.local_target import reference_server
from plaid_accounts_contract.runner.runner import run_checks
from plaid_accounts_contract.settings import Settings
with reference_server(Settings(seed=5, quick=True)) as ready:
    sent = [each.request for each in run_checks(ready, Contract.load()).run.exchanges]
print(*sorted(repr((one.method, one.path, one.headers, one.body, one.mode)) for one in sent), sep="\\n")
"""


@pytest.mark.slow
def test_requests_are_the_same_in_every_process(tmp_path: Path) -> None:
    """Neither another hash seed nor a module full of constants changes a request."""
    (tmp_path / "constants.py").write_text("\n".join(f"C{number} = 'constant {number}'" for number in range(500)))
    sent = [
        subprocess.run(
            [sys.executable, "-c", PROGRAM, *imported],
            cwd=tmp_path,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.splitlines()
        for seed, imported in (("1", []), ("2", ["constants", "plaid_accounts_contract.client.bodies"]))
    ]
    assert len(sent[0]) > 700
    assert [*set(sent[0]) ^ set(sent[1])] == []
    assert sent[0] == sent[1]
