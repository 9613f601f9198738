from base64 import urlsafe_b64encode
from pathlib import Path

import pytest

from imgsvc.errors import (
    BrokenSvgError,
    RenderingError,
    SourceNotAllowedError,
    SourceStatusError,
    SourceTooLargeError,
    SourceUnreachableError,
    UnknownFormatError,
)
from imgsvc.imaging.pixels import Watermark
from imgsvc.rendering import Renderer
from imgsvc.rendition import Rendition
from imgsvc.runtime.scope import Scope
from imgsvc.security.patterns import SourcePattern
from imgsvc.security.settings import LimitSettings
from imgsvc.source_url import SourceUrl
from imgsvc.sources.local import LocalSource
from imgsvc.sources.routing import Router
from imgsvc.sources.source import Fetched
from imgsvc.url.settings import UrlSettings
from imgsvc.watermarks.watermarks import getter
from tests import images
from tests.renderers import prepared, renderer, rendition, watermarks
from tests.sources.fakes import FakeSource, FakeStream

WHITE = (255, 255, 255)


def b64(text: str) -> str:
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    for name, body in {
        "a.png": images.encoded(images.solid(40, 20, WHITE)),
        "mark.png": images.encoded(images.solid(10, 10, (0, 0, 255, 255), "RGBA")),
        "red.png": images.encoded(images.solid(10, 10)),
        "text.png": b"text",
        "gif.gif": images.animated(3),
    }.items():
        (tmp_path / name).write_bytes(body)
    return tmp_path


def corner(made_by: Renderer, options: str, source: str = "a.png") -> object:
    made = images.opened(rendition(made_by, f"/_/{options}/plain/local:///{source}").body)
    return made.convert("RGB").getpixel((2, 2))


def configured() -> Watermark:
    return Watermark(images.solid(10, 10, (0, 255, 0, 255), "RGBA"), digest="green")


@pytest.mark.parametrize(
    ("options", "color"),
    [
        ("wm:1:nowe", (0, 255, 0)),
        (f"wm:1:nowe/wmu:{b64('local:///mark.png')}", (0, 0, 255)),
        (f"wmu:{b64('local:///red.png')}/wm:1:nowe", (255, 0, 0)),
        (f"wm:1:nowe/wmu:{b64('local:///mark.png')}/wmu:", (0, 255, 0)),
        (f"wm:0:nowe/wmu:{b64('local:///mark.png')}", WHITE),
    ],
)
def test_the_url_chooses_the_watermark(pictures: Path, options: str, color: object) -> None:
    sources = Router({"local": LocalSource(pictures)})

    assert corner(renderer(pictures, watermarks=watermarks(sources, configured())), options) == color


def test_a_url_needs_no_configured_one(pictures: Path) -> None:
    assert corner(renderer(pictures), f"wm:1:nowe/wmu:{b64('local:///mark.png')}") == (0, 0, 255)


def test_a_text_goes_before_a_url(pictures: Path) -> None:
    text = b64("<span size='40pt' color='red'>\u2588\u2588</span>")

    assert corner(renderer(pictures), f"wm:1:nowe/wmt:{text}/wmu:{b64('local:///nowhere')}") == (255, 0, 0)


def test_the_configured_opacity_multiplies_that_of_any(pictures: Path) -> None:
    made_by = renderer(pictures, watermarks=watermarks(Router({"local": LocalSource(pictures)}), opacity=0.5))

    assert corner(made_by, f"wm:0.5:nowe/wmu:{b64('local:///mark.png')}") == pytest.approx((191, 191, 255), abs=1)


def test_without_opacity_nothing_is_fetched(pictures: Path) -> None:
    job = prepared(renderer(pictures), f"/_/wmu:{b64('local:///mark.png')}/plain/local:///a.png")

    assert job.watermarks == ()


def test_every_frame_of_an_animation_has_it(pictures: Path) -> None:
    made = rendition(
        renderer(pictures, limits=LimitSettings(max_animation_frames=9)),
        f"/_/wm:1:nowe/wmu:{b64('local:///mark.png')}/plain/local:///gif.gif",
    )

    image = images.opened(made.body)
    colors = []
    for frame in range(3):
        image.seek(frame)
        colors.append(image.convert("RGB").getpixel((2, 2)))
    assert colors == [(0, 0, 255)] * 3


def test_it_is_fetched_from_where_sources_may_be(pictures: Path) -> None:
    allowed = LimitSettings(allowed_sources=(SourcePattern("local:///a"),))

    with pytest.raises(SourceNotAllowedError):
        prepared(renderer(pictures, limits=allowed), f"/_/wm:1/wmu:{b64('local:///mark.png')}/plain/local:///a.png")


@pytest.mark.parametrize(
    ("url", "error", "status"),
    [
        ("local:///nowhere.png", SourceUnreachableError, 404),
        ("local:///text.png", UnknownFormatError, 422),
        ("s3://bucket/a", SourceUnreachableError, 404),
        ("nonsense", SourceUnreachableError, 404),
    ],
)
def test_one_that_cannot_be_had_is_an_error_that_says_whose(
    pictures: Path, url: str, error: type[RenderingError], status: int
) -> None:
    with pytest.raises(error, match=r"^the watermark ") as raised:
        rendition(renderer(pictures), f"/_/wm:1/wmu:{b64(url)}/plain/local:///a.png")

    assert (raised.value.status, raised.value.of_watermark) == (status, True)


def test_a_text_that_cannot_be_drawn_is_an_error_that_says_whose(pictures: Path) -> None:
    with pytest.raises(BrokenSvgError, match=r"^the watermark text: "):
        rendition(renderer(pictures), f"/_/wm:1/wmt:{b64(chr(0x200B))}/plain/local:///a.png")


def test_no_fallback_image_stands_in_for_a_watermark(pictures: Path) -> None:
    made_by = renderer(pictures, fallback=Fetched(200, {}, b""))
    job = prepared(made_by, "/_/plain/local:///a.png")
    error = SourceUnreachableError("the watermark x: gone")
    error.of_watermark = True

    assert not made_by.has_stand_in(job, error)


@pytest.mark.parametrize(("is_on", "fetched"), [(False, "mark.png"), (True, "local:///mark.png")])
def test_urls_are_rewritten_as_sources_are_where_that_is_wanted(pictures: Path, is_on: bool, fetched: str) -> None:
    made_by = renderer(pictures, url=UrlSettings(base_url="local:///"))
    rewritten = made_by.parser.rewritten if is_on else SourceUrl.parse
    made_by = renderer(
        pictures, url=UrlSettings(base_url="local:///"), watermarks=watermarks(made_by.sources, rewritten=rewritten)
    )

    job = prepared(made_by, f"/_/wm:1/wmu:{b64('mark.png')}/plain/a.png")
    assert [each.text for each in job.watermarks] == [fetched]


def test_the_tag_names_the_watermarks_bytes(pictures: Path) -> None:
    made_by, target = renderer(pictures), f"/_/wm:1/wmu:{b64('local:///mark.png')}/plain/local:///a.png"
    before = prepared(made_by, target).variant
    made = rendition(made_by, target)
    known = prepared(made_by, target).variant
    (pictures / "mark.png").write_bytes(images.encoded(images.solid(10, 10)))

    assert before != made.job.variant == known
    assert rendition(renderer(pictures), target).job.variant not in (before, known)


def test_a_watermark_is_no_larger_than_a_source_may_be() -> None:
    stream = FakeStream(headers={"content-length": "11"}, pieces=(b"x" * 11,))

    with pytest.raises(SourceTooLargeError):
        getter(FakeSource(stream), 10)(SourceUrl.parse("http://x/"), Scope(60))


def test_of_a_client_it_is_told_nothing() -> None:
    source = FakeSource(FakeStream(pieces=(b"x",)))
    getter(source, 0)(SourceUrl.parse("http://x/"), Scope(60))

    assert source.requests[0].headers == {}


def test_an_answer_without_a_picture_is_an_error() -> None:
    with pytest.raises(SourceStatusError):
        getter(FakeSource(FakeStream(status=304)), 0)(SourceUrl.parse("http://x/"), Scope(60))


def test_a_picture_that_is_not_touched_wants_no_watermark(pictures: Path) -> None:
    target = f"/_/wm:1/skp:png/wmu:{b64('local:///nowhere.png')}/plain/local:///a.png"

    assert isinstance(rendition(renderer(pictures), target), Rendition)
