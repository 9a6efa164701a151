"""A server on FastAPI: `fastapi_server.py PORT PREFIX` serves PREFIX/accounts/get from accounts.json.

Pydantic reads the whole body first, so that what is wrong with it is reported before wrong credentials.
"""

import json
import sys
import uuid
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Any

import uvicorn
from fastapi import APIRouter, FastAPI, Header, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

DATA = json.loads(Path(__file__).with_name("accounts.json").read_text("utf-8"))
CLIENTS = {one["client_id"]: one["secret"] for one in (DATA, DATA["other"])}
CODES = {"missing": "MISSING_FIELDS", "extra_forbidden": "UNKNOWN_FIELDS", "json_invalid": "INVALID_BODY"}
Text = Annotated[str, Field(min_length=1)]
router, app = APIRouter(), FastAPI()


class Strict(BaseModel):
    """An object without other properties, whose values have the right type already."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Options(Strict):
    """The options; without ids or with an empty list, all accounts are returned."""

    account_ids: list[Text] = []


class Body(Strict):
    """The body of a request."""

    access_token: Text
    client_id: Text = ""
    secret: Text = ""
    options: Options = Options()


def error(code: str, message: str, status: int = 400) -> Response:
    """Return an error."""
    kind = "INPUT" if code in ("INVALID_API_KEYS", "INVALID_ACCESS_TOKEN", "INVALID_ACCOUNT_ID") else "REQUEST"
    shown = {"error_type": f"INVALID_{kind}", "error_code": code, "error_message": message, "display_message": None}
    return JSONResponse({**shown, "request_id": uuid.uuid4().hex}, status)


@app.exception_handler(RequestValidationError)
async def invalid(_: Request, problem: RequestValidationError) -> Response:
    """Name the first thing that is wrong with a body."""
    first = problem.errors()[0]
    return error(CODES.get(first["type"], "INVALID_FIELD"), f"{first['loc'][-1]}: {first['msg']}")


@app.exception_handler(HTTPException)
async def refused(_: Request, problem: HTTPException) -> Response:
    """Respond to another path or method, and to bytes that are not JSON."""
    return error("INVALID_BODY" if problem.status_code == 400 else "NOT_FOUND", problem.detail, problem.status_code)


@app.middleware("http")
async def json_only(request: Request, proceed: Callable[[Request], Awaitable[Response]]) -> Response:
    """Refuse a POST of another media type."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if request.method == "POST" and media_type != "application/json":
        return error("INVALID_HEADERS", "Content-Type must be application/json")
    return await proceed(request)


@router.post("/accounts/get")
async def accounts_get(
    body: Body,
    plaid_client_id: Annotated[str, Header()] = "",
    plaid_secret: Annotated[str, Header()] = "",
) -> Any:
    """Return the accounts of an Item, or those that the filter names."""
    client_id, secret = body.client_id or plaid_client_id, body.secret or plaid_secret
    if not client_id or not secret:
        return error("MISSING_FIELDS", "the following required fields are missing: client_id, secret")
    if CLIENTS.get(client_id) != secret:
        return error("INVALID_API_KEYS", "invalid client_id or secret provided")
    found = DATA["items"].get(body.access_token) if client_id == DATA["client_id"] else None
    if found is None:
        return error("INVALID_ACCESS_TOKEN", "could not find matching access token")
    wanted = {*body.options.account_ids} or {account["account_id"] for account in found["accounts"]}
    shown = [account for account in found["accounts"] if account["account_id"] in wanted]
    if len(shown) < len(wanted):
        return error("INVALID_ACCOUNT_ID", "failed to find requested account ID for requested item")
    return {"accounts": shown, "item": found["item"], "request_id": uuid.uuid4().hex}


if __name__ == "__main__":
    app.include_router(router, prefix=sys.argv[2])
    uvicorn.run(app, port=int(sys.argv[1]), log_level="warning")
