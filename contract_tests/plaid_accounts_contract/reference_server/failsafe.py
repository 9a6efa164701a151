"""The last resort: what to answer when the server itself fails."""

import logging
import traceback
from collections.abc import Callable
from typing import Final

from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_LOGGER: Final = logging.getLogger("plaid_accounts_contract.reference_server")


class Failsafe:
    """ASGI middleware that turns an unexpected exception into one answer that tells nothing of it."""

    def __init__(self, app: ASGIApp, answer: Callable[[], Response]) -> None:
        self._app = app
        self._answer = answer

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
            _LOGGER.info("the caller went away before its request was complete")
        except Exception as error:
            if scope["type"] != "http" or started:
                raise
            # No traceback in the log, for the same reason as below.
            _LOGGER.error("unexpected %s at %s", type(error).__name__, _place(error))  # noqa: TRY400
            await self._answer()(scope, receive, send)


def _place(error: Exception) -> str:
    """Say where an exception was raised. Its message is left out, since it may quote the request."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{frame.filename}:{frame.lineno} in {frame.name}"
