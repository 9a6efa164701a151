from typing import TYPE_CHECKING

from ..types import OpenEnum


class CountryCode(OpenEnum):
    AT = "AT"
    BE = "BE"
    CA = "CA"
    DE = "DE"
    DK = "DK"
    EE = "EE"
    ES = "ES"
    FI = "FI"
    FR = "FR"
    GB = "GB"
    IE = "IE"
    IT = "IT"
    LT = "LT"
    LV = "LV"
    NL = "NL"
    NO = "NO"
    PL = "PL"
    PT = "PT"
    SE = "SE"
    US = "US"
    if TYPE_CHECKING:
        # Values that the contract doesn't list are members too: a type checker knows that the listed ones aren't all.
        # Any string: from a literal a checker would conclude that `value` is never another one.
        _UNLISTED = __name__

    def __str__(self) -> str:
        return str(self.value)
