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

    def __str__(self) -> str:
        return str(self.value)
