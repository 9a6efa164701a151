"""The last resort: what to answer when the server itself fails."""

import traceback

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from plaid_accounts_contract.reference_server import answers, errors


class Failsafe:
    """ASGI middleware that turns an unexpected exception into one answer that tells nothing of it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one exchange as ASGI says."""
        started = False

        async def watch(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, watch)
        except ClientDisconnect:
            answers.LOGGER.info("the caller went away before its request was complete")
        except Exception as error:
            if scope["type"] != "http" or started:
                raise
            # Neither message nor traceback: they may quote the request.
            answers.LOGGER.error("unexpected %s at %s", type(error).__name__, _place(error))
            await answers.failure(errors.INTERNAL_SERVER_ERROR)(scope, receive, send)


def _place(error: Exception) -> str:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{frame.filename}:{frame.lineno} in {frame.name}"
