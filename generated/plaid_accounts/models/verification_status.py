from typing import TYPE_CHECKING

from ..types import OpenEnum


class VerificationStatus(OpenEnum):
    AUTOMATICALLY_VERIFIED = "automatically_verified"
    DATABASE_INSIGHTS_FAIL = "database_insights_fail"
    DATABASE_INSIGHTS_PASS = "database_insights_pass"
    DATABASE_INSIGHTS_PASS_WITH_CAUTION = "database_insights_pass_with_caution"
    DATABASE_MATCHED = "database_matched"
    MANUALLY_VERIFIED = "manually_verified"
    PENDING_AUTOMATIC_VERIFICATION = "pending_automatic_verification"
    PENDING_MANUAL_VERIFICATION = "pending_manual_verification"
    UNSENT = "unsent"
    VERIFICATION_EXPIRED = "verification_expired"
    VERIFICATION_FAILED = "verification_failed"
    if TYPE_CHECKING:
        # Values that the contract doesn't list are members too: a type checker knows that the listed ones aren't all.
        # Any string: from a literal a checker would conclude that `value` is never another one.
        _UNLISTED = __name__

    def __str__(self) -> str:
        return str(self.value)
