"""A headless Chromium that visits a page and records its console and its requests."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Final, Literal

import attrs
from playwright.sync_api import Browser, Locator, Page, sync_playwright

from meta.programs import program

# There is no sandbox for root; the rest keeps the browser from looking for updates and the like.
_OPTIONS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# Milliseconds. Unfolding every schema takes ten seconds on an idle machine, and far longer beside other tests.
_TIMEOUT: Final = 150_000
DESK: Final = (1280, 900)
PHONE: Final = (390, 844)


@contextmanager
def chromium() -> Generator[Browser]:
    """Run the browser that is installed."""
    path = program("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*_OPTIONS])
        yield browser
        browser.close()


@attrs.define
class Visit:
    """An open page; `logged` is what its console shows, `requested` every URL it requested."""

    page: Page
    url: str
    logged: list[str] = attrs.field(factory=list)
    requested: list[str] = attrs.field(factory=list)

    def __attrs_post_init__(self) -> None:
        """Listen from the start."""
        self.page.on("console", lambda message: self.logged.append(f"{message.type}: {message.text}"))
        self.page.on("pageerror", lambda error: self.logged.append(f"error: {error}"))
        self.page.on("request", lambda request: self.requested.append(request.url))

    def open(self) -> None:
        """Load the page and wait until the contract is drawn."""
        self.page.goto(self.url + "/")
        self.page.locator("#viewer .opblock").first.wait_for()

    def send(self) -> str:
        """Click Send and return the status line of the response."""
        self.page.get_by_role("button", name="Send").click()
        return self.status()

    def status(self) -> str:
        """Wait for a response and return its status line."""
        self.page.locator("#status.pass, #status.fail").wait_for()
        return self.page.get_by_role("status").inner_text()

    def field(self, label: str) -> Locator:
        """Return a field of the form by its label."""
        return self.page.locator("#form").get_by_label(label, exact=True)

    @property
    def response(self) -> str:
        """The body of the response as displayed."""
        return self.page.get_by_label("Body of the response").inner_text()


@contextmanager
def visiting(
    browser: Browser, url: str, size: tuple[int, int] = DESK, scheme: Literal["light", "dark"] = "light"
) -> Generator[Visit]:
    """Open the page in a window of its own; assert that it logged nothing and sent nothing to another host."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, color_scheme=scheme)
    context.set_default_timeout(_TIMEOUT)
    try:
        visit = Visit(context.new_page(), url)
        visit.open()
        yield visit
        assert visit.logged == []
        assert [one for one in visit.requested if not one.startswith((url + "/", "data:"))] == []
    finally:
        context.close()
