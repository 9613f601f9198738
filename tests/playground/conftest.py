"""A server with its playground, Debian's Chromium, and what is needed to look at both."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.npm import install
from tests.playground.browsing import CHROMIUM, PATIENCE_MILLISECONDS, Visit
from tests.playground.stub import comes_up
from tests.ports import free_port
from tests.serving.server import Server

HERE = Path(__file__).parent
SAMPLES = HERE.parents[1] / "samples"
DEMO = {"KEY": "64656d6f2d6b6579", "SALT": "64656d6f2d73616c74", "TRUSTED_SIGNATURES": "demo"}


# NOTE: of a module and no longer: as long as Playwright runs, there is an event loop that other tests' would meet.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's browser, without a window."""
    if not CHROMIUM:
        pytest.skip("chromium is not installed")
    with sync_playwright() as playwright:
        # Its sandbox is not to be had by root, and all that is opened here is ours.
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox"], timeout=2 * PATIENCE_MILLISECONDS
        )
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def served() -> Iterator[str]:
    """Where the playground of a server as ./serve starts it is."""
    port = free_port()
    settings = DEMO | {
        "LOCAL_FILESYSTEM_ROOT": str(SAMPLES),
        "MAX_ANIMATION_FRAMES": "64",
        "ALLOW_SECURITY_OPTIONS": "1",
        "ALLOW_BYPASS_CACHE": "1",
        "PRESETS": "thumb=rs:fill:90:90,sharp=sh:1",
        "PLAYGROUND_BIND": f"127.0.0.1:{port}",
        "WORKERS": "2",
    }
    with Server({f"IMGSVC_{name}": value for name, value in settings.items()}) as server:
        assert comes_up(server), server.log()
        yield f"http://127.0.0.1:{port}/"


@pytest.fixture
def visit(chromium: Browser, served: str) -> Iterator[Callable[..., Visit]]:
    """Opens the page; whatever the browser complains of while it is open fails the test."""
    visits: list[Visit] = []

    def opened(path: str = "", **context: Any) -> Visit:
        visits.append(Visit(chromium, served, **context))
        return visits[-1].open(path)

    yield opened
    for each in visits:
        each.close()
    assert [complaint for each in visits for complaint in each.complaints] == []
    assert {request.url.partition("://")[2].partition("/")[0] for each in visits for request in each.asked} <= {
        served.partition("://")[2].strip("/"),
        "",
    }


@pytest.fixture(scope="session")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The text of axe-core, exactly as locked."""
    folder = install(HERE, tmp_path_factory.mktemp("axe"))
    return (folder / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")
