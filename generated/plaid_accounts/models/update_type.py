from ..types import OpenEnum


class UpdateType(OpenEnum):
    BACKGROUND = "background"
    USER_PRESENT_REQUIRED = "user_present_required"

    def __str__(self) -> str:
        return str(self.value)
