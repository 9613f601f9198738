"""imgproxy's own library for Node.js builds and signs URLs, and the server answers them."""

import json
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.images import encoded, opened, quadrants
from tests.serving.server import Server

HERE = Path(__file__).parent
KEY, SALT = "943b421c9eb07c830af81030552c8600", "520f986b998545b4785e0defbc4f3c12"
NO_NETWORK = ("ENOTFOUND", "EAI_AGAIN", "ETIMEDOUT", "ECONNREFUSED", "ENETUNREACH")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (shutil.which("node") and shutil.which("npm")), reason="node and npm are not installed"),
]

# A source of 400 x 200; in words: what is asked for, the media type, width and height.
CASES: dict[str, tuple[dict[str, Any], str, tuple[int, int]]] = {
    "nothing": ({}, "image/png", (400, 200)),
    "fit": ({"resize": {"resizing_type": "fit", "width": 100, "height": 100}}, "image/png", (100, 50)),
    "fill to a gravity": (
        {"resizing_type": "fill", "width": 80, "height": 80, "gravity": {"type": "noea", "x_offset": 5}},
        "image/png",
        (80, 80),
    ),
    "smart fill as webp": (
        {"rs": {"resizing_type": "fill", "width": 60, "height": 90}, "g": {"type": "sm"}, "format": "webp"},
        "image/webp",
        (60, 90),
    ),
    "focus point": (
        {"rs": {"resizing_type": "fill", "width": 50, "height": 50}, "g": {"type": "fp", "x": 0.2, "y": 0.8}},
        "image/png",
        (50, 50),
    ),
    "crop, pad, background": (
        {
            "crop": {"width": 100, "height": 100, "gravity": {"type": "ce"}},
            "padding": {"top": 10, "right": 20, "bottom": 10, "left": 20},
            "background": {"r": 255, "g": 200, "b": 0},
            "format": "jpg",
        },
        "image/jpeg",
        (140, 120),
    ),
    "enlarge and dpr": ({"width": 500, "enlarge": True, "dpr": 2}, "image/png", (1000, 500)),
    "extend": (
        {"size": {"width": 300, "height": 300, "extend": {"extend": True, "gravity": {"type": "so"}}}},
        "image/png",
        (300, 300),
    ),
    "turned, blurred, sharpened": ({"rotate": 90, "blur": 1, "sharpen": 0.5}, "image/png", (200, 400)),
    "quality by format": (
        {"format": "avif", "format_quality": [{"format": "avif", "quality": 50}], "width": 64},
        "image/avif",
        (64, 32),
    ),
    "cachebuster and filename": (
        {"width": 40, "cachebuster": "v1", "filename": {"name": "kitten"}},
        "image/png",
        (40, 20),
    ),
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the library in it, exactly as locked."""
    folder = tmp_path_factory.mktemp("clients")
    for name in ("package.json", "package-lock.json", "urls.mjs"):
        shutil.copy(HERE / name, folder)
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    installed = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=100, check=False)
    if any(word in installed.stderr for word in NO_NETWORK):
        pytest.skip("npm's registry cannot be reached from here")
    assert installed.returncode == 0, installed.stderr
    return folder


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that answers nothing that is not signed."""
    folder = tmp_path_factory.mktemp("signed")
    (folder / "cat.png").write_bytes(encoded(quadrants(400, 200)))
    settings = {"IMGSVC_KEY": KEY, "IMGSVC_SALT": SALT, "IMGSVC_LOCAL_FILESYSTEM_ROOT": str(folder)}
    with Server(settings) as running:
        yield running


@pytest.fixture(scope="module")
def paths(library: Path) -> Mapping[tuple[str, str], str]:
    """The library's signed path for each case, with the source URL in either form."""
    names = [(name, form) for name in CASES for form in ("base64", "plain")]
    wishes = [
        {
            "endpoint": "http://images.test",
            "url": {"value": "local:///cat.png", "displayAs": form},
            "options": CASES[name][0],
            "key": KEY,
            "salt": SALT,
        }
        for name, form in names
    ]
    command = ["node", "urls.mjs"]
    answer = subprocess.run(command, cwd=library, input=json.dumps(wishes), capture_output=True, text=True, check=True)
    return dict(zip(names, (urlsplit(url).path for url in json.loads(answer.stdout)), strict=True))


@pytest.mark.parametrize("form", ["base64", "plain"])
@pytest.mark.parametrize("name", CASES)
def test_a_url_of_the_library_gives_the_picture_that_it_asks_for(
    server: Server, paths: Mapping[tuple[str, str], str], name: str, form: str
) -> None:
    _, media_type, size = CASES[name]

    answer = server.get(paths[name, form])

    assert (answer.status_code, answer.headers["content-type"]) == (200, media_type)
    assert opened(answer.content).size == size


def test_a_changed_url_of_the_library_is_refused(server: Server, paths: Mapping[tuple[str, str], str]) -> None:
    assert server.get(paths["fit", "plain"].replace("100:100", "101:100")).status_code == 403
