from ..types import OpenEnum


class WebhookEnvironment(OpenEnum):
    PRODUCTION = "production"
    SANDBOX = "sandbox"

    def __str__(self) -> str:
        return str(self.value)
