"""The page as a person meets it, in headless Chromium; skipped by name where no Chromium is installed."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator, Mapping
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from meta.reference_page.browser import DESK, PHONE, chromium, visiting
from meta.reference_page.pages import CONTRACT, WORLD, page, page_elsewhere, secrets
from meta.tampering import Answer
from plaid_accounts_contract.reference_server import data

# What they share is made once, in one process.
pytestmark = pytest.mark.xdist_group("browser")

LOOKS: tuple[tuple[tuple[int, int], Literal["light", "dark"]], ...] = ((DESK, "light"), (PHONE, "dark"))


@pytest.fixture(scope="module")
def browser() -> Generator[Browser]:
    """Give a browser; each test opens windows of its own."""
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def url() -> Generator[str]:
    """Give the page of the reference server."""
    with page() as served:
        yield served


def test_a_request_is_a_click(browser: Browser, url: str) -> None:
    """The form is filled as it comes: one click shows a 200, its time, that it conforms, and every account."""
    with visiting(browser, url) as visit:
        assert visit.field("client_id").input_value() == WORLD.credentials.client_id
        line = visit.send()
        assert line.startswith("200 OK in ")
        assert line.endswith(" ms, conforms")
        assert [account["name"] for account in json.loads(visit.response)["accounts"]] == [
            account.name for account in data.EVERYDAY.accounts
        ]


def test_nothing_is_stored(browser: Browser, url: str) -> None:
    """After a request the browser holds no cookie and nothing in any storage, and a reload forgets what was typed."""
    with visiting(browser, url) as visit:
        visit.field("secret").fill("typed by hand")
        visit.send()
        assert visit.page.context.cookies() == []
        assert visit.page.context.storage_state() == {"cookies": [], "origins": []}
        assert visit.page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
        visit.open()
        assert visit.field("secret").input_value() == WORLD.credentials.secret


def test_an_answer_offers_its_accounts_as_a_filter(browser: Browser, url: str) -> None:
    """A tick at an account of the answer writes its id into the form, and the next answer lists it alone."""
    wanted = data.EVERYDAY.accounts[2]
    with visiting(browser, url) as visit:
        visit.send()
        visit.page.get_by_role("checkbox", name=wanted.name).check()
        assert visit.field("Account ids").input_value() == wanted.account_id
        assert json.loads(visit.field("Body").input_value())["options"] == {"account_ids": [wanted.account_id]}
        visit.send()
        assert [account["name"] for account in json.loads(visit.response)["accounts"]] == [wanted.name]
        visit.field("Account ids").fill("")
        assert list(json.loads(visit.field("Body").input_value())) == ["access_token"]


def test_an_unknown_account_id_is_refused(browser: Browser, url: str) -> None:
    """The example of an unknown id is answered with INVALID_ACCOUNT_ID, which conforms."""
    with visiting(browser, url) as visit:
        visit.field("Example").select_option("An account id that the Item does not have")
        line = visit.send()
        assert line.startswith("400 Bad Request")
        assert line.endswith("conforms")
        assert json.loads(visit.response)["error_code"] == "INVALID_ACCOUNT_ID"


def test_credentials_and_item_are_for_the_visitor_to_change(browser: Browser, url: str) -> None:
    """A wrong secret in the body is refused; the token of an Item in error brings its error."""
    with visiting(browser, url) as visit:
        visit.field("in the body").check()
        visit.field("secret").fill("wrong")
        visit.send()
        assert json.loads(visit.response)["error_code"] == "INVALID_API_KEYS"
        visit.open()
        visit.field("Item").select_option("always 400 ITEM_LOGIN_REQUIRED")
        visit.send()
        assert json.loads(visit.response)["error_code"] == "ITEM_LOGIN_REQUIRED"


def test_a_body_that_is_no_json_is_sent_as_it_stands(browser: Browser, url: str) -> None:
    """The form says what is wrong with the body, and sends it all the same: the answer is INVALID_BODY."""
    with visiting(browser, url) as visit:
        visit.field("Body").fill('{"access_token"')
        assert "This is not JSON" in visit.page.locator("#body-error").inner_text()
        assert visit.field("Body").get_attribute("aria-invalid") == "true"
        visit.send()
        assert json.loads(visit.response)["error_code"] == "INVALID_BODY"


def test_a_broken_answer_is_told_clause_by_clause(browser: Browser) -> None:
    """Of an answer without a mask the page names the clause, the path, got and expected, and the place."""

    def change(answer: Answer) -> None:
        value = answer.value
        del value["accounts"][0]["mask"]
        value["accounts"][1]["name"] = "<img src=x onerror=alert(1)>"
        answer.value = value

    with page(change) as served, visiting(browser, served) as visit:
        assert visit.send().endswith("does not conform: 1 clause broken")
        told = visit.page.locator("article.broken").inner_text()
        for words in ("#/components/schemas/Account/required/mask", "accounts[0].mask", "nothing", "openapi.yaml:"):
            assert words in told
        assert visit.page.locator("#answer img").count() == 0
        assert "onerror=alert(1)" in visit.page.locator("fieldset.filter").inner_text()


def test_secrets_of_the_environment_stay_out_of_the_browser(browser: Browser) -> None:
    """With another server as the destination, requests are answered and no secret reaches the page."""
    with page_elsewhere() as served, visiting(browser, served) as visit:
        assert visit.send().startswith("200 OK")
        visit.page.get_by_text("Request as it was sent").click()
        shown = visit.page.content() + "".join(
            visit.page.locator("input, textarea").evaluate_all("all => all.map(one => one.value)")
        )
        assert "PLAID-SECRET: <secret>" in visit.page.get_by_label("Request", exact=True).inner_text()
        assert not [secret for secret in secrets() if secret in shown]


def test_every_field_value_and_error_can_be_read(browser: Browser, url: str) -> None:
    """Every property, every listed value, every error code, example and requirement of the contract stands in the page."""
    with visiting(browser, url) as visit:
        _unfold(visit.page)
        shown = visit.page.locator("body").inner_text()
    schemas = CONTRACT.document["components"]["schemas"]
    named = {name for schema in schemas.values() for name in schema.get("properties", {})}
    listed = {str(value) for schema in schemas.values() for value in schema.get("enum", ())}
    for words in (
        named,
        listed,
        set(CONTRACT.error_codes),
        set(CONTRACT.requirements),
        set(_summaries(CONTRACT.document)),
    ):
        assert {word for word in words if word not in shown} == set()
        assert len(words) > 3


def _summaries(node: Any) -> Iterator[str]:
    """Yield the summaries of examples: each is an entry of a list to choose from."""
    if isinstance(node, Mapping):
        for example in node.get("examples", {}).values() if isinstance(node.get("examples"), Mapping) else ():
            yield str(example["summary"])
        for value in node.values():
            yield from _summaries(value)
    elif isinstance(node, list):
        for value in node:
            yield from _summaries(value)


def _unfold(page: Any) -> None:
    """Open everything that the page keeps folded."""
    folded = page.locator("#viewer .opblock:not(.is-open) .opblock-summary-control")
    for _ in range(folded.count()):
        folded.first.click()
    page.locator(".json-schema-2020-12-expand-deep-button").first.wait_for()
    page.evaluate(
        """() => {
            document.querySelectorAll("details").forEach((one) => { one.open = true; });
            document.querySelectorAll("#viewer .models .json-schema-2020-12-expand-deep-button").forEach((one) => one.click());
        }"""
    )
    page.locator("#viewer .models").get_by_text("cra_lend_score").first.wait_for()


def test_the_keyboard_is_enough(browser: Browser, url: str) -> None:
    """From the skip link by Tab through the form to Send, and from the contract back by its Test request link."""
    with visiting(browser, url) as visit:
        keyboard = visit.page.keyboard
        keyboard.press("Tab")
        assert _focused(visit.page) == "Skip to Test request"
        keyboard.press("Enter")
        visit.page.locator("#test-request:focus").wait_for()
        order: list[str] = []
        while len(order) < 12 and "Send" not in order:
            keyboard.press("Tab")
            order.append(_focused(visit.page))
        assert order == [
            "operation",
            "example",
            "token",
            "account-ids",
            "body",
            "header",
            "client-id",
            "secret",
            "Send",
        ]
        keyboard.press("Enter")
        assert visit.told().startswith("200 OK")
        visit.field("Body").focus()
        keyboard.type(" ")
        visit.page.evaluate("document.getElementById('status').className = ''")
        keyboard.press("Control+Enter")
        assert visit.told().startswith("200 OK")
        visit.page.locator("#viewer .opblock-summary-control").first.press("Enter")
        visit.page.locator("#viewer").get_by_role("link", name="Test request").first.press("Enter")
        assert _focused(visit.page) == "Send"


def _focused(page: Any) -> str:
    found: str = page.evaluate("(e => e.id || (e.type === 'radio' ? e.value : e.textContent))(document.activeElement)")
    return found


def test_the_answer_is_announced(browser: Browser, url: str) -> None:
    """The line with the verdict is a status that screen readers speak, and it is in sight after sending."""
    with visiting(browser, url, PHONE) as visit:
        visit.send()
        assert visit.page.get_by_role("status").get_attribute("id") == "status"
        top, bottom = visit.page.evaluate(
            "(box => [box.top, box.bottom])(document.getElementById('status').getBoundingClientRect())"
        )
        assert 0 <= top < bottom <= PHONE[1]


@pytest.mark.parametrize(("size", "scheme"), LOOKS, ids=["desk-light", "phone-dark"])
def test_no_one_is_kept_out(
    browser: Browser, url: str, size: tuple[int, int], scheme: Literal["light", "dark"]
) -> None:
    """On a desk in light and on a phone in dark, axe finds nothing, and nothing runs out of the window sideways."""
    with visiting(browser, url, size, scheme) as visit:
        visit.send()
        # All of the schemas look alike, and axe takes its time for each element.
        visit.page.locator("#viewer .models .json-schema-2020-12-expand-deep-button").first.click()
        visit.page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        found = Axe().run(visit.page).response["violations"]
        assert [(entry["id"], [node["target"] for node in entry["nodes"][:3]]) for entry in found] == []
        assert visit.page.evaluate("document.documentElement.scrollWidth") == size[0]
        light = visit.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert light == (scheme == "light")


def test_a_webhook_offers_no_request(browser: Browser, url: str) -> None:
    """Every operation leads to the form; a webhook, which the API sends by itself, does not."""
    with visiting(browser, url) as visit:
        blocks = visit.page.locator("#viewer .opblock")
        for number in range(blocks.count()):
            blocks.nth(number).locator(".opblock-summary-control").click()
            blocks.nth(number).locator(".opblock-body h4").first.wait_for()
        offered = {
            blocks.nth(number).locator("[data-path], .opblock-summary-path").first.inner_text(): blocks.nth(number)
            .get_by_role("link", name="Test request")
            .count()
            for number in range(blocks.count())
        }
        assert {name.replace("\u200b", ""): count for name, count in offered.items()} == {
            **{operation.path: 1 for operation in CONTRACT.operations},
            **dict.fromkeys(CONTRACT.document["webhooks"], 0),
        }


def test_an_error_says_where_it_may_come_from(browser: Browser, url: str) -> None:
    """An error of one operation names it, one of all says so."""
    with visiting(browser, url) as visit:
        rows = {
            row.locator("td").first.inner_text(): row.locator("td").last.inner_text()
            for row in visit.page.locator("#errors tbody tr").all()
        }
        assert rows["BALANCE_LIMIT"] == "/accounts/balance/get"
        assert rows["INVALID_API_KEYS"] == "any operation"
