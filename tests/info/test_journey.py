import hashlib
import io
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import pytest

from imgsvc.codecs.settings import DecodeSettings
from imgsvc.errors import (
    ArgumentError,
    ForbiddenOptionError,
    HashsumError,
    PathError,
    ResolutionError,
    SignatureError,
    SourceNotAllowedError,
    SourceUnreachableError,
    UnknownFormatError,
    UnknownPresetError,
)
from imgsvc.imaging.decision import Rules
from imgsvc.info.settings import InfoSettings
from imgsvc.options.info import InfoOptions
from imgsvc.rendition import NotModified, RenderRequest, Rendition
from imgsvc.security.patterns import SourcePattern
from imgsvc.security.settings import LimitSettings, SignatureSettings
from imgsvc.security.signature import Signature
from imgsvc.sources.source import Fetched
from imgsvc.url.settings import UrlSettings
from tests import images
from tests.info.asking import informer, job, rendition, told
from tests.renderers import scope


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """A folder of sources."""
    picture = images.quadrants(40, 20)
    (tmp_path / "q.png").write_bytes(images.encoded(picture))
    (tmp_path / "turned.jpg").write_bytes(images.encoded(picture, "jpg", exif=images.exif(6, artist="Ann")))
    (tmp_path / "noise.png").write_bytes(images.encoded(images.noise(400, 400)))
    (tmp_path / "moving.gif").write_bytes(images.animated(3, "gif"))
    (tmp_path / "drawing.svg").write_bytes(images.svg(40, 20))
    (tmp_path / "page.html").write_text("<html>not an image</html>")
    stack = io.BytesIO()
    images.solid(8, 8).save(stack, "TIFF", save_all=True, append_images=[images.solid(6, 4)])
    (tmp_path / "stack.tiff").write_bytes(stack.getvalue())
    return tmp_path


def test_without_options_what_a_header_says_is_told(pictures: Path) -> None:
    found = told(informer(pictures), "/info/_/plain/local:///turned.jpg")

    assert found == {
        "size": (pictures / "turned.jpg").stat().st_size,
        "format": "jpeg",
        "mime_type": "image/jpeg",
        "width": 20,
        "height": 40,
        "orientation": 6,
        "exif": {"Orientation": "Right-top", "Artist": "Ann"},
        "iptc": {},
        "xmp": {},
    }


@pytest.mark.parametrize("name", ["q.png", "turned.jpg", "moving.gif", "drawing.svg", "stack.tiff"])
def test_every_question_has_its_answer(pictures: Path, name: str) -> None:
    asked = "cs:1/b:1/sf:1/pn:1/a:1:1/c:5:5:sm/p:4/avg:1/dc:1/bh:4:3/th:1/ph:1/chs:md5:sha512"
    found = told(informer(pictures), f"/info/_/{asked}/plain/local:///{name}")

    assert found.keys() >= {
        "colorspace", "bands", "sample_format", "pages_number", "alpha", "crop", "palette", "average",
        "dominant_colors", "blurhash", "thumb_hash", "perceptual_hash", "hashsums",
    }  # fmt: skip


@pytest.mark.parametrize(("name", "pages"), [("moving.gif", 3), ("stack.tiff", 2), ("q.png", 1), ("drawing.svg", 1)])
def test_pages_and_frames_are_counted(pictures: Path, name: str, pages: int) -> None:
    assert told(informer(pictures), f"/info/_/pn:1/plain/local:///{name}")["pages_number"] == pages


def test_a_page_is_told_of_in_place_of_the_first(pictures: Path) -> None:
    found = told(informer(pictures), "/info/_/pg:1/avg:1/plain/local:///stack.tiff")

    assert (found["width"], found["height"]) == (6, 4)


def test_for_a_header_the_pixels_are_not_read(pictures: Path) -> None:
    asked = informer(pictures)
    source = asked.fetch(job(asked, "/info/_/d:1/xmp:0/exif:0/plain/local:///noise.png"), scope())

    assert isinstance(source, Fetched)
    assert source.parts is not None
    assert source.parts.there == 64 * 1024 < source.parts.size


def test_a_url_of_a_picture_makes_a_picture(pictures: Path) -> None:
    asked = informer(pictures)

    assert isinstance(asked.render(job(asked, "/_/w:10/plain/local:///q.png"), scope()), Rendition)


@pytest.mark.parametrize("target", ["/info", "/info/", "/info/_", "/info/_/"])
def test_a_url_that_ends_early_is_none(pictures: Path, target: str) -> None:
    with pytest.raises(PathError):
        job(informer(pictures), target)


def test_the_route_is_below_the_prefix(pictures: Path) -> None:
    asked = informer(pictures, path_prefix="/img")

    assert isinstance(job(asked, "/img/info/_/plain/local:///q.png").options, InfoOptions)


def test_the_signature_covers_what_follows_it(pictures: Path) -> None:
    keys = SignatureSettings(key=(b"test-key",), salt=(b"test-salt",))
    asked = informer(pictures, signature=Signature(keys))

    job(asked, "/info/etwH2N_A7x1TIMdczfWDVibWebnEykBj-ujmd4k5asA/exif:0/bh:4:3/plain/local:///meadow.jpg")
    with pytest.raises(SignatureError):
        job(asked, "/info/etwH2N_A7x1TIMdczfWDVibWebnEykBj-ujmd4k5asA/exif:1/bh:4:3/plain/local:///meadow.jpg")


def test_a_source_that_is_not_allowed_is_not_asked_about(pictures: Path) -> None:
    asked = informer(pictures, limits=LimitSettings(allowed_sources=(SourcePattern("local:///other/"),)))

    with pytest.raises(SourceNotAllowedError):
        job(asked, "/info/_/plain/local:///q.png")


def test_under_only_presets_options_are_names_of_presets(pictures: Path) -> None:
    asked = informer(
        pictures, url=UrlSettings(only_presets=True), info=InfoSettings(info_presets="hash=chs:md5/exif:0")
    )

    assert told(asked, "/info/_/hash/plain/local:///q.png").keys() >= {"hashsums"}
    with pytest.raises(UnknownPresetError):
        job(asked, "/info/_/chs:md5/plain/local:///q.png")


def test_an_allow_list_holds_for_urls_and_not_for_presets(pictures: Path) -> None:
    asked = informer(pictures, info=InfoSettings(allowed_info_options=("pr",), info_presets="default=exif:0,b=bands:1"))

    assert "exif" not in told(asked, "/info/_/pr:b/plain/local:///q.png")
    with pytest.raises(ForbiddenOptionError):
        job(asked, "/info/_/bands:1/plain/local:///q.png")


def test_presets_of_pictures_are_none_here(pictures: Path) -> None:
    with pytest.raises(UnknownPresetError):
        job(informer(pictures, url=UrlSettings(presets="thumb=w:10")), "/info/_/pr:thumb/plain/local:///q.png")


@pytest.mark.parametrize(
    ("target", "error"),
    [
        ("/info/_/p:1/plain/local:///q.png", ArgumentError),
        ("/info/_/plain/local:///nothing.png", SourceUnreachableError),
        ("/info/_/plain/local:///page.html", UnknownFormatError),
        ("/info/_/avg:1/plain/local:///page.html", UnknownFormatError),
    ],
)
def test_errors_are_those_of_pictures(pictures: Path, target: str, error: type[Exception]) -> None:
    asked = informer(pictures)

    with pytest.raises(error):
        asked.render(job(asked, target), scope())


@pytest.mark.parametrize("asked_for", ["d:1", "avg:1"])
def test_what_is_too_large_to_be_shown_is_not_told_of(pictures: Path, asked_for: str) -> None:
    asked = informer(pictures, limits=LimitSettings(max_src_resolution=100))

    with pytest.raises(ResolutionError):
        asked.render(job(asked, f"/info/_/{asked_for}/plain/local:///noise.png"), scope())


def test_a_format_that_is_not_enabled_is_not_told_of_either(pictures: Path) -> None:
    (pictures / "a.psd").write_bytes(b"8BPS\0\1" + bytes(6) + b"\0\3\0\0\0\x14\0\0\0\x28\0\x08\0\3" + bytes(16))
    enabled = informer(pictures, rules=Rules(decoding=DecodeSettings(enable_psd=True)))

    assert told(enabled, "/info/_/plain/local:///a.psd")["width"] == 40
    with pytest.raises(UnknownFormatError):
        told(informer(pictures), "/info/_/plain/local:///a.psd")


def test_no_other_image_stands_in_for_a_source(pictures: Path) -> None:
    asked = informer(pictures, fallback=Fetched(200, {}, images.encoded(images.solid())))
    failed = job(asked, "/info/_/plain/local:///nothing.png")

    assert not asked.has_stand_in(failed, SourceUnreachableError("gone"))
    assert asked.has_stand_in(job(asked, "/_/plain/local:///nothing.png"), SourceUnreachableError("gone"))


def test_a_copy_that_is_still_good_is_not_told_again(pictures: Path) -> None:
    asked = informer(pictures)
    tag = rendition(asked, "/info/_/plain/local:///q.png").source_headers["etag"]
    again = job(asked, "/info/_/plain/local:///q.png")
    conditional = asked.fetch(
        again.__class__(RenderRequest("", {"if-none-match": tag}), again.options, again.source), scope()
    )

    assert isinstance(conditional, Fetched)
    assert isinstance(asked.make(again, conditional, scope()), NotModified)


def test_other_questions_have_other_variants(pictures: Path) -> None:
    asked, other = informer(pictures), informer(pictures, info=InfoSettings(info_positions=True))
    paths: Callable[[str], str] = "/info/_/{}/plain/local:///q.png".format

    variants = {job(asked, paths("d:1")).variant, job(asked, paths("d:0")).variant, job(other, paths("d:1")).variant}

    assert len(variants) == 3


@pytest.mark.parametrize(
    ("digest", "refused"), [("0" * 32, True), ("", False)], ids=["another digest", "the source's own"]
)
def test_a_source_of_another_digest_is_not_told_of(pictures: Path, digest: str, refused: bool) -> None:
    own = hashlib.md5((pictures / "q.png").read_bytes(), usedforsecurity=False).hexdigest()
    target = f"/info/_/hs:md5:{digest or own}/plain/local:///q.png"

    with pytest.raises(HashsumError) if refused else nullcontext():
        assert told(informer(pictures), target)["format"] == "png"
