"""@bitpatty/imgproxy-url-builder builds and signs URLs with all of its methods, and the server answers them."""

from collections.abc import Mapping

import pytest

from tests.clients.libraries import KEY, NOT_FOUND, SALT, SOURCE, Call, Expected, Libraries, Picture, Wish, seen
from tests.serving.server import Server

pytestmark = pytest.mark.slow

CASES: list[tuple[list[Call], Expected]] = [
    ([], Picture()),
    ([("resize", {"type": "fill", "width": 50, "height": 60})], Picture(50, 60)),
    ([("resize", {"type": "fill-down", "width": 800, "height": 800})], Picture(200, 200)),
    ([("resize", {"type": "force", "width": 50, "height": 60})], Picture(50, 60)),
    ([("resize", {"type": "auto", "width": 60, "height": 30})], Picture(60, 30)),
    ([("resize", {"width": 100})], Picture(100, 50)),
    ([("resize", {"width": 800}), ("enlarge",)], Picture(800, 400)),
    ([("minWidth", 500)], Picture(500, 250)),
    ([("minHeight", 300)], Picture(600, 300)),
    ([("zoom", 0.5)], Picture(200, 100)),
    ([("dpr", 2), ("resize", {"width": 50})], Picture(100, 50)),
    ([("resize", {"width": 300, "height": 300}), ("extend",)], Picture(300, 300)),
    (
        [
            ("resize", {"width": 300, "height": 300}),
            ("extend", {"gravity": {"type": "no", "offset": {"x": 1, "y": 2}}}),
        ],
        Picture(300, 300),
    ),
    (
        [("resize", {"width": 300, "height": 300}), ("extendAspectRatio", {"gravity": {"type": "so"}})],
        Picture(300, 300),
    ),
    ([("resize", {"type": "fill", "width": 50, "height": 50}), ("gravity", {"type": "sm"})], Picture(50, 50)),
    (
        [
            ("resize", {"type": "fill", "width": 50, "height": 50}),
            ("gravity", {"type": "fp", "offset": {"x": 0.2, "y": 0.7}}),
        ],
        Picture(50, 50),
    ),
    (
        [("crop", {"width": 30, "height": 0.5, "gravity": {"type": "soea", "offset": {"x": 1, "y": 2}}})],
        Picture(30, 100),
    ),
    ([("crop",)], Picture()),
    ([("trim", {"threshold": 10})], Picture()),
    ([("trim", {"threshold": 10, "color": "ff00ff", "equal": {"horizontal": True, "vertical": True}})], Picture()),
    ([("pad", {"top": 1, "right": 2, "bottom": 3, "left": 4})], Picture(406, 204)),
    # The library writes pd:1:::2, in which the first stands for what is left out.
    ([("pad", {"top": 1, "left": 2})], Picture(403, 202)),
    ([("autoRotate",)], Picture()),
    ([("rotate", 90)], Picture(200, 400)),
    ([("background", "ffcc00")], Picture()),
    ([("background", {"r": 1, "g": 2, "b": 3})], Picture()),
    ([("blur", 2)], Picture()),
    ([("sharpen", 0.5)], Picture()),
    ([("pixelate", 8)], Picture()),
    ([("watermark", {"opacity": 0.5, "position": "no", "offset": {"x": 1, "y": 2}, "scale": 0.2})], Picture()),
    ([("watermark", {"opacity": 1, "position": "re"})], Picture()),
    ([("watermark", {"opacity": 1})], Picture()),
    ([("stripMetadata",)], Picture()),
    ([("keepCopyright",)], Picture()),
    ([("stripColorProfile",)], Picture()),
    ([("enforceThumbnail",)], Picture()),
    ([("quality", 50)], Picture()),
    ([("formatQuality", {"jpg": 50, "webp": 30})], Picture()),
    ([("maxBytes", 100_000)], Picture()),
    ([("skipProcessing", ["jpg", "webp"])], Picture()),
    ([("raw",)], Picture()),
    ([("cacheBuster", "v1/a b")], Picture()),
    ([("expires", 4_000_000_000)], Picture()),
    ([("expires", 1)], NOT_FOUND),
    ([("fileName", "kitten")], Picture(header=("content-disposition", 'filename="kitten.png"'))),
    # The library writes a%20kitten, which imgproxy does not decode either; in base64 a name may hold anything.
    ([("fileName", "a kitten")], Picture(header=("content-disposition", 'filename="a%20kitten.png"'))),
    ([("fileName", "YSBraXR0ZW4", True)], Picture(header=("content-disposition", 'filename="a kitten.png"'))),
    ([("fileName", "a2l0dGVu", True)], Picture(header=("content-disposition", "kitten.png"))),
    ([("returnAttachment",)], Picture(header=("content-disposition", "attachment"))),
    ([("preset", "small")], Picture(40, 20)),
    ([("preset", ["small", "gray"])], Picture(40, 20)),
    *(
        [(("format", word),), Picture(media_type=f"image/{word}")]
        for word in ("png", "webp", "avif", "gif", "bmp", "tiff")
    ),
    ([("format", "jpg")], Picture(media_type="image/jpeg")),
    ([("resize", {"width": 32}), ("format", "ico")], Picture(32, 16, "image/x-icon")),
    ([("format", "heic")], Picture(media_type="image/heif")),
    # A bug of the library: it writes z:2%203 for z:2:3, which imgproxy refuses as well.
    ([("zoom", [2, 3])], NOT_FOUND),
    # The builder's own methods
    ([("resize", {"width": 100}), ("blur", 2), ("unset", "resize"), ("clone",)], Picture()),
    # imgproxy without a license answers 404 to these, and so does imgsvc, but for those that it serves.
    ([("adjust", {"brightness": 10, "contrast": 0.8, "saturation": 0.9})], Picture()),
    ([("backgroundAlpha", 0.4)], Picture()),
    ([("blurDetections", {"sigma": 10, "classNames": ["face"]})], Picture()),
    ([("brightness", 10)], Picture()),
    ([("contrast", 0.8)], Picture()),
    ([("disableAnimation",)], Picture()),
    ([("dpi", 300)], Picture()),
    ([("drawDetections", {"classNames": ["face"]})], Picture()),
    ([("duotone", {"intensity": 0.5, "color1": "000000", "color2": "ffffff"})], Picture()),
    ([("fallbackImageUrl", "http://images.test/cat.png")], Picture()),
    ([("gifOptions", {"optimizeFrames": True})], NOT_FOUND),
    ([("gradient", {"opacity": 0.5})], Picture()),
    # No digest of md5 has two digits.
    ([("hashsum", {"hashsum": "ab", "type": "md5"})], NOT_FOUND),
    ([("jpegOptions", {"progressive": True})], Picture()),
    ([("monochrome", {"intensity": 0.5})], Picture()),
    ([("page", 2)], Picture()),
    ([("pngOptions", {"interlaced": True})], Picture()),
    ([("resizingAlgorithm", "cubic")], Picture()),
    ([("saturation", 0.5)], Picture()),
    ([("style", "fill: red")], Picture()),
    ([("unsharpen", {"mode": "auto"})], Picture()),
    ([("videoThumbnailKeyframes", True)], Picture()),
    ([("videoThumbnailSecond", 1)], Picture()),
    ([("videoThumbnailTile", {"step": 1, "columns": 2, "rows": 2, "tileWidth": 9, "tileHeight": 9})], Picture()),
    ([("watermarkShadow", 2)], Picture()),
    ([("watermarkSize", {"width": 10})], Picture()),
    ([("watermarkText", "cat")], Picture()),
    ([("watermarkUrl", "http://images.test/mark.png")], Picture()),
]

FORMS: dict[str, dict[str, bool]] = {"base64": {}, "plain": {"plain": True}}


def wish(calls: list[Call], **build: object) -> Wish:
    """The calls of a builder, and what its build() is given."""
    given = {"path": SOURCE, "signature": {"key": KEY, "salt": SALT}, **build}
    return {"library": "url-builder", "calls": calls, "build": given}


@pytest.fixture(scope="module")
def paths(libraries: Libraries) -> Mapping[tuple[int, str], str]:
    """The library's signed path for each case, with the source URL in either form."""
    keys = [(number, form) for number in range(len(CASES)) for form in FORMS]
    found = libraries.paths([wish(list(CASES[number][0]), **FORMS[form]) for number, form in keys])
    return dict(zip(keys, found, strict=True))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("number", range(len(CASES)), ids=lambda number: str(CASES[number][0]))
def test_a_url_of_the_library_gets_the_answer_that_it_asks_for(
    server: Server, paths: Mapping[tuple[int, str], str], number: int, form: str
) -> None:
    expected = CASES[number][1]

    assert seen(server.get(paths[number, form]), expected) == expected


@pytest.mark.parametrize("form", FORMS)
def test_an_extension_gives_the_format(server: Server, libraries: Libraries, form: str) -> None:
    [path] = libraries.paths([wish([("format", "webp")], addExtension=True, **FORMS[form])])

    assert server.get(path).headers["content-type"] == "image/webp"


def test_a_short_signature_is_not_one_of_the_servers_length(server: Server, libraries: Libraries) -> None:
    [path] = libraries.paths([wish([], signature={"key": KEY, "salt": SALT, "size": 8})])

    assert server.get(path).status_code == 403


def test_a_chain_of_pipelines_is_one_picture(server: Server, libraries: Libraries) -> None:
    build = wish([])["build"]
    chained = [[("blur", 1)], [("rotate", 90)]]
    [path] = libraries.paths([{"library": "url-builder chain", "chained": chained, "build": build}])

    assert server.get(path).status_code == 200


def test_no_method_of_the_library_is_left_out(libraries: Libraries) -> None:
    called = {name for calls, _ in CASES for name, *_ in calls}

    assert set(libraries.methods()["url-builder"]) - {"constructor", "build", "getExtension"} == called
