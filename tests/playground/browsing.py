"""A real Chromium before a real playground, and whatever it has to complain about."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request

CHROMIUM = shutil.which("chromium") or ""
PATIENCE_MILLISECONDS = 60_000

_SOMETHING = re.compile(r"\S")


class Visit:
    """One page of the playground at `url`, in a context of its own; `complaints` are all that a browser says."""

    def __init__(self, browser: Browser, url: str, **context: Any) -> None:
        self.url = url
        self.context = browser.new_context(**{"viewport": {"width": 1280, "height": 1000}, **context})
        self.context.set_default_timeout(PATIENCE_MILLISECONDS)
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.asked: list[Request] = []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._note)
        # Reports of the policy are events of the document; none is lost, for this is there before its scripts.
        self.page.add_init_script(
            "document.addEventListener('securitypolicyviolation', (event) =>"
            " console.error('policy', event.violatedDirective, event.blockedURI));"
        )

    def _hear(self, message: ConsoleMessage) -> None:
        self.complaints.append(f"{message.type}: {message.text}")

    def _note(self, request: Request) -> None:
        self.asked.append(request)

    def open(self, path: str = "") -> "Visit":
        """Go there, as if this tab had shown the picture of `path` before, and wait until there is one."""
        if path:
            self.page.add_init_script(f"sessionStorage.setItem('imgsvc-url', {json.dumps(path)});")
        self.page.goto(self.url)
        return self.settled()

    def settled(self) -> "Visit":
        """Once nothing is on its way any more."""
        self.page.wait_for_selector("body[data-state=done], body[data-state=failed]")
        return self

    def after(self, step: Callable[[], object]) -> "Visit":
        """Do something that changes the picture, and wait for that."""
        self.page.evaluate("delete document.body.dataset.state")
        step()
        return self.settled()

    def paste(self, url: str) -> "Visit":
        """Put a URL into the field for it, as a person does."""
        return self.after(lambda: self.page.fill("#url", url))

    def use(self, option: str) -> Locator:
        """The fields of an option in the URL, by its whole name."""
        return self.page.locator("#uses li").filter(has=self.page.locator("b", has_text=option))

    def text(self, selector: str) -> str:
        """What stands there, once something does."""
        return self.page.locator(selector).filter(has_text=_SOMETHING).inner_text()

    def shown_url(self) -> str:
        """The URL, less where the server is."""
        return "/" + self.page.input_value("#url").partition("://")[2].partition("/")[2]

    def size(self, selector: str = "#result-sheet > img") -> tuple[int, int]:
        """The pixels of a picture."""
        found = self.page.locator(selector).evaluate("each => [each.naturalWidth, each.naturalHeight]")
        return found[0], found[1]

    def choose_view(self, name: str) -> None:
        """Side by side, Slider or Compare."""
        self.page.locator("#views label", has_text=name).click()

    def screenshot(self, path: Path) -> None:
        """What it looks like."""
        self.page.screenshot(path=path)

    def close(self) -> None:
        """Leave it."""
        self.context.close()
