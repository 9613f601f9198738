"""What `imgsvc url --html` prints, in a real Chromium: it takes the file that fits its screen."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner
from playwright.sync_api import Browser

from imgsvc.cli import main
from tests.docs.guides import SAMPLES
from tests.serving.server import Server

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
SETTINGS = {
    "IMGSVC_KEY": "6b6579",
    "IMGSVC_SALT": "73616c74",
    "IMGSVC_LOCAL_FILESYSTEM_ROOT": str(SAMPLES),
    "IMGSVC_MAX_ANIMATION_FRAMES": "64",
}
LOADED = "() => { const image = document.querySelector('img'); return image.complete && image.naturalWidth > 0; }"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server(SETTINGS) as running:
        yield running


def html(server: Server, source: str, *arguments: str) -> str:
    given = ["url", source, "--html", "--host", f"http://127.0.0.1:{server.port}", *arguments]
    result = CliRunner().invoke(main, given, env=SETTINGS)
    assert result.exit_code == 0, result.output
    return result.stdout


def taken(chromium: Browser, shown: str, width: int, density: float = 1) -> str:
    """The path of the file that is taken on a screen, less its signature."""
    context = chromium.new_context(viewport={"width": width, "height": 800}, device_scale_factor=density)
    page = context.new_page()
    page.set_content(f"<!doctype html><title>A picture</title><style>body {{ margin: 0 }}</style>{shown}")
    page.wait_for_function(LOADED)
    url = page.evaluate("document.querySelector('img').currentSrc")
    context.close()
    return "/" + urlsplit(url).path.split("/", 2)[2]


@pytest.mark.parametrize(
    ("width", "density", "path"),
    [
        (320, 1, "/w:320/plain/local:///meadow.jpg@avif"),
        (320, 2, "/w:640/plain/local:///meadow.jpg@avif"),
        (1000, 1, "/w:640/plain/local:///meadow.jpg@avif"),
        (1000, 2, "/w:1280/plain/local:///meadow.jpg@avif"),
    ],
)
def test_a_browser_takes_the_width_that_fits_its_screen(
    chromium: Browser, server: Server, width: int, density: float, path: str
) -> None:
    shown = html(
        server, "local:///meadow.jpg", "--widths", "320,640,1280", "--sizes", "(max-width: 640px) 100vw, 640px"
    )

    assert taken(chromium, shown, width, density) == path


def test_a_picture_that_moves_is_taken_in_a_format_that_moves(chromium: Browser, server: Server) -> None:
    shown = html(server, "local:///waves.gif", "--widths", "80,160")

    assert taken(chromium, shown, 600) == "/w:160/plain/local:///waves.gif@webp"


def test_a_screen_of_twice_the_density_gets_twice_the_pixels(chromium: Browser, server: Server) -> None:
    shown = html(server, "local:///bird.png", "--options", "w:64", "--format", "webp")

    assert taken(chromium, shown, 600, 2) == "/w:64/dpr:2/plain/local:///bird.png@webp"
