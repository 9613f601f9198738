"""`imgproxy` of npm builds and signs URLs with all of its methods, and the server answers them."""

from collections.abc import Mapping

import pytest

from tests.clients.libraries import (
    ENDPOINT,
    KEY,
    NOT_FOUND,
    SALT,
    SOURCE,
    Call,
    Expected,
    Libraries,
    Picture,
    Wish,
    seen,
)
from tests.serving.server import Server

pytestmark = pytest.mark.slow

CASES: list[tuple[list[Call], Expected]] = [
    ([], Picture()),
    ([("resize", "fill", 50, 60)], Picture(50, 60)),
    ([("resize", "fit", 800, 800, True)], Picture(800, 400)),
    ([("resize", "fill-down", 800, 800)], Picture(200, 200)),
    # A resizing type of imgproxy 1, which later ones refuse.
    ([("resize", "crop", 50, 60)], NOT_FOUND),
    ([("size", 40, 40)], Picture(40, 20)),
    ([("resizingType", "force"), ("width", 30), ("height", 40)], Picture(30, 40)),
    ([("width", 100)], Picture(100, 50)),
    ([("height", 100)], Picture(200, 100)),
    ([("minWidth", 500)], Picture(500, 250)),
    ([("minHeight", 300)], Picture(600, 300)),
    ([("dpr", "1.5"), ("width", 100)], Picture(150, 75)),
    ([("enlarge", 1), ("width", 800)], Picture(800, 400)),
    ([("resize", "fill", 50, 50), ("gravity", "sm")], Picture(50, 50)),
    ([("resize", "fill", 50, 50), ("gravity", {"x": 0.2, "y": 0.7})], Picture(50, 50)),
    ([("resize", "fill", 50, 50), ("gravity", {"type": "noea", "xOffset": 3, "yOffset": 4})], Picture(50, 50)),
    ([("crop", 30, 20)], Picture(30, 20)),
    ([("crop", 30, 20, "so")], Picture(30, 20)),
    ([("crop", 30, 20, {"x": 0.2, "y": 0.7})], Picture(30, 20)),
    ([("crop", 30, 20, {"type": "we", "xOffset": 3, "yOffset": 4})], Picture(30, 20)),
    ([("quality", 50)], Picture()),
    ([("background", "ffcc00")], Picture()),
    ([("background", {"r": 1, "g": 2, "b": 3})], Picture()),
    ([("blur", 2)], Picture()),
    ([("sharpen", 0.5)], Picture()),
    ([("watermark", 0.5, "soea", {"x": 3, "y": 4}, 0.2)], Picture()),
    # A bug of the library: it writes wm:0.5:undefined::undefined, which imgproxy refuses as well.
    ([("watermark", 0.5)], NOT_FOUND),
    ([("preset", "small", "gray")], Picture(40, 20)),
    ([("cacheBuster", "v1")], Picture()),
    ([("format", "webp")], Picture(media_type="image/webp")),
    ([("maxBytes", 100_000)], Picture()),
    ([("expires", 4_000_000_000)], Picture()),
    ([("expires", 1)], NOT_FOUND),
    ([("setOption", "rot", "90")], Picture(200, 400)),
    ([("setOption", "rot", "90"), ("clearOption", "rot")], Picture()),
]
CONFIG = {"baseUrl": ENDPOINT, "key": KEY, "salt": SALT, "insecure": False}


def wish(calls: list[Call], *, extension: str = "", library: str = "imgproxy", **config: object) -> Wish:
    """The calls of a builder, and how it is configured."""
    return {
        "library": library,
        "config": config or CONFIG,
        "calls": calls,
        "source": SOURCE,
        "extension": extension,
    }


@pytest.fixture(scope="module")
def paths(libraries: Libraries) -> Mapping[tuple[int, bool], str]:
    """The library's signed path for each case, with the source URL in either form."""
    keys = [(number, encode) for number in range(len(CASES)) for encode in (False, True)]
    found = libraries.paths([wish(CASES[number][0], **CONFIG, encode=encode) for number, encode in keys])
    return dict(zip(keys, found, strict=True))


@pytest.mark.parametrize("encode", [False, True], ids=["plain", "base64"])
@pytest.mark.parametrize("number", range(len(CASES)), ids=lambda number: str(CASES[number][0]))
def test_a_url_of_the_library_gets_the_answer_that_it_asks_for(
    server: Server, paths: Mapping[tuple[int, bool], str], number: int, encode: bool
) -> None:
    expected = CASES[number][1]

    assert seen(server.get(paths[number, encode]), expected) == expected


@pytest.mark.parametrize("encode", [False, True], ids=["plain", "base64"])
def test_an_extension_gives_the_format(server: Server, libraries: Libraries, encode: bool) -> None:
    [path] = libraries.paths([wish([("width", 40)], extension="webp", **CONFIG, encode=encode)])

    assert seen(server.get(path), Picture()) == Picture(40, 20, "image/webp")


@pytest.mark.parametrize(("insecure", "status"), [("trusted", 200), (True, 403)])
def test_a_url_without_a_signature_needs_a_trusted_word(
    server: Server, libraries: Libraries, insecure: object, status: int
) -> None:
    [path] = libraries.paths([wish([], baseUrl=ENDPOINT, insecure=insecure)])

    assert server.get(path).status_code == status


def test_names_of_presets_alone_need_a_server_of_presets_alone(server: Server, libraries: Libraries) -> None:
    [path] = libraries.paths([wish([("preset", "small", "gray")], library="imgproxy presets")])

    assert "/small:gray/" in path
    assert server.get(path).status_code == NOT_FOUND


def test_no_method_of_the_library_is_left_out(libraries: Libraries) -> None:
    called = {name for calls, _ in CASES for name, *_ in calls}

    assert set(libraries.methods()["imgproxy"]) - {"constructor", "serializeOptions"} == called
