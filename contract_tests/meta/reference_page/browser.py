"""A headless Chromium that visits a page, and keeps what it logs and whom it asks."""

from __future__ import annotations

import shutil
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final, Literal

import attrs
import pytest
from playwright.sync_api import Browser, Locator, Page, sync_playwright

_NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# As root a browser has no sandbox; the rest keeps it from looking for updates and the like.
_OPTIONS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DESK: Final = (1280, 900)
PHONE: Final = (390, 844)


def installed() -> str:
    """Return the path of the browser that is installed; skip the test by name where there is none."""
    found = next((path for path in map(shutil.which, _NAMES) if path), None)
    if found is None:
        pytest.skip("chromium not found")
    return found


@contextmanager
def chromium() -> Generator[Browser]:
    """Run a browser."""
    path = installed()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*_OPTIONS])
        yield browser
        browser.close()


@attrs.define
class Visit:
    """A page that someone looks at; `said` is what the console shows, `asked` every address that was asked."""

    page: Page
    url: str
    said: list[str] = attrs.field(factory=list)
    asked: list[str] = attrs.field(factory=list)

    def __attrs_post_init__(self) -> None:
        """Listen from the beginning."""
        self.page.on("console", lambda message: self.said.append(f"{message.type}: {message.text}"))
        self.page.on("pageerror", lambda error: self.said.append(f"error: {error}"))
        self.page.on("request", lambda request: self.asked.append(request.url))

    def open(self) -> None:
        """Load the page and wait until the contract is drawn."""
        self.page.goto(self.url + "/")
        self.page.locator("#viewer .opblock").first.wait_for()

    def send(self) -> str:
        """Click Send, wait for the answer and return the line that tells it."""
        self.page.get_by_role("button", name="Send").click()
        return self.told()

    def told(self) -> str:
        """Wait for an answer and return the line that tells it."""
        self.page.locator("#status.pass, #status.fail").wait_for()
        return self.page.get_by_role("status").inner_text()

    def field(self, label: str) -> Locator:
        """Return the form's field of this label."""
        return self.page.locator("#form").get_by_label(label, exact=True)

    @property
    def response(self) -> str:
        """The response's body as it is shown."""
        return self.page.get_by_label("Body of the response").inner_text()

    def is_quiet(self) -> None:
        """Assert that the console stayed empty and that no other host was asked."""
        assert self.said == []
        assert [url for url in self.asked if not url.startswith((self.url + "/", "data:"))] == []


@contextmanager
def visiting(
    browser: Browser, url: str, size: tuple[int, int] = DESK, scheme: Literal["light", "dark"] = "light"
) -> Generator[Visit]:
    """Open the page in a window of its own; at the end, nothing may have been logged, nobody else asked."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, color_scheme=scheme)
    try:
        visit = Visit(context.new_page(), url)
        visit.open()
        yield visit
        visit.is_quiet()
    finally:
        context.close()
