"""The number of generated cases and their seed, set before pytest collects the tests."""

import os
from collections.abc import Callable
from typing import Any, Final

import hypothesis
from hypothesis import HealthCheck

from plaid_accounts_contract.settings import Settings

_DEFAULT: Final = Settings().examples
_QUICK: Final = 0.2
UNHEEDED: Final = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much,
                   HealthCheck.large_base_example, HealthCheck.function_scoped_fixture, HealthCheck.nested_given)  # fmt: skip
"""What Hypothesis warns of; none of it makes a verdict less true."""

_SETTINGS: list[Settings] = []


def begin(settings: Settings) -> None:
    """Use these settings from now on."""
    _SETTINGS.append(settings)


def end() -> None:
    """Forget the settings begun last."""
    _SETTINGS.pop()


def current() -> Settings:
    """Return the settings begun last, or those of the environment where pytest was started by itself."""
    return _SETTINGS[-1] if _SETTINGS else Settings.resolve({}, os.environ)


def scaled(cases: int) -> int:
    """Return the number of cases under these settings, where the default settings have `cases`."""
    settings = current()
    scale = min(settings.examples / _DEFAULT, _QUICK) if settings.quick else settings.examples / _DEFAULT
    return max(1, round(cases * scale))


def generated(cases: int, **strategies: Any) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Run a test on generated arguments: Hypothesis with the number of cases and the seed of the settings."""
    settings = hypothesis.settings(
        max_examples=scaled(cases),
        deadline=None,
        database=None,
        derandomize=False,
        print_blob=False,
        # A failure names the JSON path; making its example smaller would take a hundred times as long as finding it.
        phases=[hypothesis.Phase.generate],
        report_multiple_bugs=False,
        suppress_health_check=UNHEEDED,
    )

    def decorate(test: Callable[..., None]) -> Callable[..., None]:
        return hypothesis.seed(current().seed)(settings(hypothesis.given(**strategies)(test)))

    return decorate
