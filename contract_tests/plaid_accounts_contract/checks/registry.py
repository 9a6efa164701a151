"""Every check, by the id of its requirement."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from plaid_accounts_contract.checks import neighbours, requirements
from plaid_accounts_contract.checks.requirements import Check

CHECKS: Final[Mapping[str, Check]] = {**requirements.CHECKS, **neighbours.CHECKS}
