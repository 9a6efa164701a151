"""The page in headless Chromium; skipped by name where no Chromium is installed."""

import json
from collections.abc import Generator
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from meta.injection import MutableResponse
from meta.reference_page.browser import DESK, PHONE, chromium, visiting
from meta.reference_page.pages import CONTRACT, DATASET, page, page_elsewhere
from plaid_accounts_contract.reference_server import data

# What they share is made once, in one process.
pytestmark = pytest.mark.xdist_group("browser")


@pytest.fixture(scope="module")
def browser() -> Generator[Browser]:
    """Run a browser; each test opens windows of its own."""
    with chromium() as running:
        yield running


def test_the_first_example_is_sent_to_the_reference_server_only(browser: Browser, url: str) -> None:
    """The page opens at its top, with a response of the reference server; to another server it sends nothing by itself."""
    with visiting(browser, url, PHONE) as visit:
        assert visit.status().startswith("200 OK in ")
        assert visit.page.evaluate("scrollY") == 0
    with page_elsewhere() as elsewhere, visiting(browser, elsewhere) as visit:
        assert visit.page.get_by_role("status").inner_text() == "Nothing sent yet."
        assert [one for one in visit.requested if "test-request" in one] == []


def test_links_and_buttons_are_large_enough_for_a_finger(browser: Browser, url: str) -> None:
    """On a phone every link, radio button and checkbox is at least 24 pixels wide and high."""
    with visiting(browser, url, PHONE) as visit:
        visit.status()
        visit.page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        small = visit.page.evaluate(
            """() => [...document.querySelectorAll("a, input[type=radio], input[type=checkbox]")]
                .map((one) => [one.outerHTML, one.getBoundingClientRect()])
                .filter(([, box]) => box.width > 0 && (box.width < 24 || box.height < 24))
                .map(([html, box]) => `${box.width} x ${box.height}: ${html}`)"""
        )
        assert small == []


def test_a_request_is_one_click(browser: Browser, url: str) -> None:
    """One click sends the form as it comes; the response, its time and its verdict appear, and nothing is stored."""
    with visiting(browser, url) as visit:
        assert visit.field("client_id").input_value() == DATASET.credentials.client_id
        line = visit.send()
        assert line.startswith("200 OK in ")
        assert line.endswith(" ms, conforms")
        names = [account["name"] for account in json.loads(visit.response)["accounts"]]
        assert names == [account.name for account in data.EVERYDAY.accounts]
        visit.field("secret").fill("typed by hand")
        assert visit.page.context.storage_state() == {"cookies": [], "origins": []}
        assert visit.page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
        visit.open()
        assert visit.field("secret").input_value() == DATASET.credentials.secret


def test_a_response_offers_its_accounts_as_a_filter(browser: Browser, url: str) -> None:
    """Ticking an account writes its id into the form, and the next response lists only that account."""
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


def test_every_field_of_the_form_counts(browser: Browser, url: str) -> None:
    """Example, credentials, Item and body change what is sent, and an invalid body is marked but sent."""
    with visiting(browser, url) as visit:
        visit.field("Example").select_option("An account id that the Item does not have")
        line = visit.send()
        assert line.startswith("400 Bad Request")
        assert line.endswith("conforms")
        assert json.loads(visit.response)["error_code"] == "INVALID_ACCOUNT_ID"
        visit.open()
        visit.field("in the body").check()
        visit.field("secret").fill("wrong")
        visit.send()
        assert json.loads(visit.response)["error_code"] == "INVALID_API_KEYS"
        visit.open()
        visit.field("Item").select_option("always 400 ITEM_LOGIN_REQUIRED")
        visit.send()
        assert json.loads(visit.response)["error_code"] == "ITEM_LOGIN_REQUIRED"
        visit.open()
        visit.field("Body").fill('{"access_token"')
        assert "Not valid JSON" in visit.page.locator("#body-error").inner_text()
        assert visit.field("Body").get_attribute("aria-invalid") == "true"
        visit.send()
        assert json.loads(visit.response)["error_code"] == "INVALID_BODY"


def test_violations_are_shown_as_text(browser: Browser) -> None:
    """A response without a mask is shown with clause, path, got, expected and place; markup in it stays text."""

    def change(response: MutableResponse) -> None:
        value = response.value
        del value["accounts"][0]["mask"]
        value["accounts"][1]["name"] = "<img src=x onerror=alert(1)>"
        response.value = value

    with page(change) as served, visiting(browser, served) as visit:
        assert visit.send().endswith("does not conform: 1 clause broken")
        shown = visit.page.locator("article.broken").inner_text()
        for words in ("#/components/schemas/Account/required/mask", "accounts[0].mask", "nothing", "openapi.yaml:"):
            assert words in shown
        assert visit.page.locator("#response img").count() == 0
        assert "onerror=alert(1)" in visit.page.locator("fieldset.filter").inner_text()


def test_the_whole_contract_can_be_read(browser: Browser, url: str) -> None:
    """Every property, listed value, error code, requirement and example of the contract is on the page."""
    with visiting(browser, url) as visit:
        _unfold(visit.page)
        shown = visit.page.locator("body").inner_text()
        rows = {
            row.locator("td").first.inner_text(): row.locator("td").last.inner_text()
            for row in visit.page.locator("#errors tbody tr").all()
        }
    schemas = CONTRACT.document["components"]["schemas"]
    words = {name for schema in schemas.values() for name in schema.get("properties", {})}
    words |= {str(value) for schema in schemas.values() for value in schema.get("enum", ())}
    words |= {*CONTRACT.error_codes, *CONTRACT.requirements}
    for operation in CONTRACT.operations:
        for part in (operation.definition["requestBody"], operation.definition["responses"]["200"]):
            examples = part["content"]["application/json"].get("examples", {})
            words |= {example["summary"] for example in examples.values() if "summary" in example}
    assert {word for word in words if word not in shown} == set()
    assert rows["BALANCE_LIMIT"] == "/accounts/balance/get"
    assert rows["INVALID_API_KEYS"] == "any operation"


def _unfold(page: Any) -> None:
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
    """Tab leads from the skip link through the form to Send, and a link leads from the contract back to it."""
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
        assert " ".join(order) == "operation example token account-ids body header client-id secret Send"
        keyboard.press("Enter")
        assert visit.status().startswith("200 OK")
        visit.field("Body").focus()
        keyboard.type(" ")
        visit.page.evaluate("document.getElementById('status').className = ''")
        keyboard.press("Control+Enter")
        assert visit.status().startswith("200 OK")
        visit.page.locator("#viewer .opblock-summary-control").first.press("Enter")
        visit.page.locator("#viewer").get_by_role("link", name="Test request").first.press("Enter")
        assert _focused(visit.page) == "Send"


def _focused(page: Any) -> str:
    found: str = page.evaluate("(e => e.id || (e.type === 'radio' ? e.value : e.textContent))(document.activeElement)")
    return found


@pytest.mark.parametrize(("size", "scheme"), [(DESK, "light"), (PHONE, "dark")], ids=["desk-light", "phone-dark"])
def test_the_page_is_accessible(
    browser: Browser, url: str, size: tuple[int, int], scheme: Literal["light", "dark"]
) -> None:
    """Axe finds nothing, the status is announced and in view, and nothing overflows the window sideways."""
    with visiting(browser, url, size, scheme) as visit:
        visit.send()
        assert visit.page.get_by_role("status").get_attribute("id") == "status"
        top, bottom = visit.page.evaluate(
            "(box => [box.top, box.bottom])(document.getElementById('status').getBoundingClientRect())"
        )
        assert 0 <= top < bottom <= size[1]
        # All of the schemas look alike, and axe takes its time for each element.
        visit.page.locator("#viewer .models .json-schema-2020-12-expand-deep-button").first.click()
        visit.page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        found = Axe().run(visit.page).response["violations"]
        assert [(entry["id"], [node["target"] for node in entry["nodes"][:3]]) for entry in found] == []
        assert visit.page.evaluate("document.documentElement.scrollWidth") == size[0]
        light = visit.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert light == (scheme == "light")
