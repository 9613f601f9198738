"""The journey: order of the checks, stages, and what comes out."""

import time
from base64 import urlsafe_b64encode
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from imgsvc.codecs.color.profiles import Profile, Profiles
from imgsvc.codecs.decode import open_image
from imgsvc.codecs.gif.header import layout
from imgsvc.codecs.headers.extent import Extent
from imgsvc.codecs.settings import DecodeSettings, FormatSettings
from imgsvc.errors import (
    ArgumentError,
    BrokenImageError,
    ClientClosedRequestError,
    HashsumError,
    RequestTimeoutError,
    ResolutionError,
    ResultFormatError,
    SignatureError,
    SourceNotAllowedError,
    SourceUnreachableError,
    UndecodableImageError,
    UnknownFormatError,
)
from imgsvc.imaging.decision import Rules
from imgsvc.imaging.pixels import Watermark
from imgsvc.options.formats import Format
from imgsvc.options.geometry import Size
from imgsvc.rendition import NotModified, RawRendition, RenderRequest
from imgsvc.runtime.scope import Scope
from imgsvc.security.patterns import SourcePattern
from imgsvc.security.settings import LimitSettings, SignatureSettings
from imgsvc.security.signature import Signature
from imgsvc.sources.routing import Router
from imgsvc.sources.source import Fetched
from imgsvc.url.parse import Parser
from imgsvc.url.settings import OptionDefaults, UrlSettings
from tests import images
from tests.renderers import prepared, renderer, rendition, scope, watermarks

SIGNED = SignatureSettings(key=(b"key",), salt=(b"salt",))


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """A folder of sources."""
    picture = images.quadrants(400, 200)
    (tmp_path / "q.png").write_bytes(images.encoded(picture))
    (tmp_path / "q.jpg").write_bytes(images.encoded(picture, "jpg", quality=95))
    ink = picture.convert("CMYK")
    (tmp_path / "ink.jpg").write_bytes(images.encoded(ink, "jpg", icc_profile=images.ink_profile()))
    (tmp_path / "turned.jpg").write_bytes(images.encoded(picture, "jpg", exif=images.exif(6)))
    (tmp_path / "framed.png").write_bytes(images.encoded(images.framed(60, 40, 10)))
    rectangle = "<rect width='40' height='20'/>"
    (tmp_path / "drawing.svg").write_text(
        f"<svg xmlns='http://www.w3.org/2000/svg' width='40' height='20'><script>1</script>{rectangle}</svg>"
    )
    (tmp_path / "page.html").write_text("<html>not an image</html>")
    (tmp_path / "sequence.avif").write_bytes(images.animated(3, "avif", width=40, height=20))
    (tmp_path / "turned.avif").write_bytes(images.encoded(picture, "avif", exif=images.exif(6)))
    (tmp_path / "phone.heic").write_bytes(images.encoded(picture, "heic", thumbnails=[80]))
    (tmp_path / "cut.gif").write_bytes(images.encoded(picture, "gif")[:40])
    return tmp_path


def test_the_signature_is_verified_before_anything_is_parsed(pictures: Path) -> None:
    made_by = renderer(pictures, signature=Signature(SIGNED))

    with pytest.raises(SignatureError):
        made_by.prepare(RenderRequest("/wrong/no-such-option:1/plain/local:///q.png"))


def test_nothing_is_decrypted_before_the_signature_is_verified(pictures: Path) -> None:
    asked: list[bytes] = []
    made_by = renderer(pictures, signature=Signature(SIGNED))
    made_by = replace(made_by, parser=Parser(UrlSettings(), now=time.time, decrypt=asked.append))

    with pytest.raises(SignatureError):
        made_by.prepare(RenderRequest("/wrong/enc/AAECAwQFBgcICQoLDA0ODw-KywWY2Za5ejzT_iJIZeOXQLwt1IYAuJiebyDcKrJV"))

    assert asked == []


def test_a_source_that_is_not_allowed_is_not_fetched(pictures: Path) -> None:
    limits = LimitSettings(allowed_sources=(SourcePattern("https://cdn/"),))

    with pytest.raises(SourceNotAllowedError):
        prepared(renderer(pictures, limits=limits), "/_/plain/local:///q.png")


def test_a_picture_comes_out_in_the_requested_size_and_format(pictures: Path) -> None:
    made = rendition(renderer(pictures), "/_/rs:fit:100:100/plain/local:///q.jpg@webp")

    assert (made.format, made.result_size, images.opened(made.body).size) == (Format.WEBP, Size(100, 50), (100, 50))


def test_the_quadrants_stay_where_they_are(pictures: Path) -> None:
    made = images.opened(rendition(renderer(pictures), "/_/w:40/plain/local:///q.jpg@png").body).convert("RGB")

    corners = [made.getpixel(point) for point in ((3, 3), (36, 3), (3, 16), (36, 16))]
    wanted = (images.RED, images.GREEN, images.BLUE, images.WHITE)
    assert all(
        abs(a - b) < 12 for got, want in zip(corners, wanted, strict=True) for a, b in zip(got, want, strict=True)
    )


def test_a_picture_is_turned_upright_by_its_orientation(pictures: Path) -> None:
    made = rendition(renderer(pictures), "/_/plain/local:///turned.jpg")

    assert (made.result_size, made.origin_size) == (Size(200, 400), Size(200, 400))


def test_a_setting_is_the_default_of_its_option(pictures: Path) -> None:
    made_by = renderer(pictures, defaults=OptionDefaults(auto_rotate=False))

    assert rendition(made_by, "/_/plain/local:///turned.jpg").result_size == Size(400, 200)


@pytest.mark.parametrize(
    ("configured", "option", "size"),
    [
        (False, "", Size(400, 200)),
        (False, "eth:1/", Size(80, 40)),
        (True, "", Size(80, 40)),
        (True, "eth:0/", Size(400, 200)),
    ],
)
def test_a_thumbnail_is_the_picture_where_url_or_settings_say_so(
    pictures: Path, configured: bool, option: str, size: Size
) -> None:
    made_by = renderer(pictures, defaults=OptionDefaults(enforce_thumbnail=configured))

    made = rendition(made_by, f"/_/{option}plain/local:///phone.heic@png")

    assert (made.origin_size, made.result_size) == (size, size)


def test_what_an_avif_says_of_its_turn_is_no_wish(pictures: Path) -> None:
    assert rendition(renderer(pictures), "/_/ar:0/plain/local:///turned.avif@png").result_size == Size(200, 400)


def test_an_avif_sequence_is_an_animation_within_the_limit(pictures: Path) -> None:
    made_by = renderer(pictures, limits=LimitSettings(max_animation_frames=2))

    made = rendition(made_by, "/_/w:20/plain/local:///sequence.avif@webp")

    assert getattr(images.opened(made.body), "n_frames", 1) == 2


def test_a_border_is_trimmed_before_sizes_are_planned(pictures: Path) -> None:
    made = rendition(renderer(pictures), "/_/t:10/w:20/plain/local:///framed.png")

    assert made.result_size == Size(20, 10)


def test_a_watermark_is_laid_over_the_result(pictures: Path) -> None:
    mark = Watermark(images.solid(10, 10, (0, 0, 0, 255), "RGBA"))

    made_by = renderer(pictures, watermarks=watermarks(Router({}), mark))
    made = images.opened(rendition(made_by, "/_/wm:1:nowe/w:40/plain/local:///q.png").body)
    assert made.convert("RGB").getpixel((2, 2)) == (0, 0, 0)


def test_an_svg_that_is_passed_on_loses_its_scripts(pictures: Path) -> None:
    made = rendition(renderer(pictures), "/_/w:10/plain/local:///drawing.svg")

    assert (made.format, b"script" in made.body, b"rect" in made.body) == (Format.SVG, False, True)


def test_an_svg_is_drawn_at_the_requested_size(pictures: Path) -> None:
    made = rendition(renderer(pictures), "/_/w:400/plain/local:///drawing.svg@png")

    assert images.opened(made.body).size == (400, 200)


def test_a_format_in_the_skip_list_is_passed_on_byte_for_byte(pictures: Path) -> None:
    rules = Rules(FormatSettings(skip_processing_formats=(Format.PNG,)))

    made = rendition(renderer(pictures, rules=rules), "/_/w:10/plain/local:///q.png")
    assert made.body == (pictures / "q.png").read_bytes()


def test_the_resolution_limit_is_checked_before_pixels_are_decoded(pictures: Path) -> None:
    made_by = renderer(pictures, limits=LimitSettings(max_src_resolution=100))

    with pytest.raises(ResolutionError):
        rendition(made_by, "/_/plain/local:///cut.gif")


@pytest.mark.parametrize(
    ("name", "error"),
    [("page.html", UnknownFormatError), ("cut.gif", BrokenImageError), ("none.png", SourceUnreachableError)],
)
def test_a_source_that_is_no_image_is_an_error_of_the_catalogue(pictures: Path, name: str, error: type) -> None:
    with pytest.raises(error):
        rendition(renderer(pictures), f"/_/w:10/plain/local:///{name}")


@pytest.mark.parametrize("options", ["", "skp:jpg:png/"])
def test_a_source_of_another_digest_is_refused_before_it_is_decoded(pictures: Path, options: str) -> None:
    (pictures / "text.png").write_text("no picture")

    with pytest.raises(HashsumError):
        rendition(renderer(pictures), f"/_/{options}hs:md5:{'0' * 32}/plain/local:///text.png")


def test_a_source_of_the_digest_that_its_url_names_is_made_into_a_picture(pictures: Path) -> None:
    digest = sha256((pictures / "q.png").read_bytes()).hexdigest()

    assert rendition(renderer(pictures), f"/_/w:9/hs:sha256:{digest}/plain/local:///q.png").result_size.width == 9


def test_no_fallback_stands_in_for_a_source_of_another_digest(pictures: Path) -> None:
    made_by = renderer(pictures, fallback=Fetched(200, {}, (pictures / "q.png").read_bytes()))

    assert not made_by.has_stand_in(prepared(made_by, "/_/plain/local:///q.png"), HashsumError("another"))


def test_a_client_that_left_costs_no_work(pictures: Path) -> None:
    made_by = renderer(pictures)

    with pytest.raises(ClientClosedRequestError):
        made_by.render(prepared(made_by, "/_/plain/local:///q.png"), Scope(60, client_gone=lambda: True))


def test_no_stage_begins_after_the_deadline(pictures: Path) -> None:
    made_by = renderer(pictures)

    with pytest.raises(RequestTimeoutError):
        made_by.render(prepared(made_by, "/_/plain/local:///q.png"), Scope(0))


def test_every_stage_is_timed(pictures: Path) -> None:
    made_by, seen = renderer(pictures), scope()

    made_by.render(prepared(made_by, "/_/w:10/plain/local:///q.png"), seen)
    assert list(seen.stage_seconds) == ["fetch", "header", "decode", "transform", "encode"]


def test_a_source_that_has_not_changed_is_not_processed(pictures: Path) -> None:
    made_by = renderer(pictures)
    tag = rendition(made_by, "/_/w:10/plain/local:///q.png").source_headers["etag"]

    again = made_by.render(
        prepared(made_by, "/_/w:10/plain/local:///q.png", source_headers={"if-none-match": tag}), scope()
    )
    assert isinstance(again, NotModified)


def test_raw_passes_the_source_on_unread(pictures: Path) -> None:
    made_by = renderer(pictures)

    made = made_by.render(prepared(made_by, "/_/raw:1/plain/local:///page.html"), scope())
    assert isinstance(made, RawRendition)
    with made.stream as stream:
        assert b"".join(stream.chunks()) == (pictures / "page.html").read_bytes()


def test_the_fallback_stands_in_for_a_source_that_cannot_be_had(pictures: Path) -> None:
    made_by = renderer(pictures, fallback=Fetched(200, {}, images.encoded(images.solid(8, 8))))
    job = prepared(made_by, "/_/w:4/plain/local:///none.png")

    stand_in = made_by.fetch_fallback(job, scope(), SourceUnreachableError("gone"))

    assert stand_in
    assert made_by.make_fallback(job, stand_in, scope()).result_size == Size(4, 4)


def test_the_fallback_does_not_hide_a_broken_picture(pictures: Path) -> None:
    made_by = renderer(pictures, fallback=Fetched(200, {}, images.encoded(images.solid(8, 8))))
    job = prepared(made_by, "/_/w:4/plain/local:///cut.gif")

    assert made_by.fetch_fallback(job, scope(), BrokenImageError("cut")) is None
    assert not made_by.has_stand_in(job, BrokenImageError("cut"))


def test_the_fallback_stands_in_for_a_picture_of_which_nothing_can_be_shown(pictures: Path) -> None:
    made_by = renderer(pictures, fallback=Fetched(200, {}, images.encoded(images.solid(8, 8))))
    job = prepared(made_by, "/_/w:4/plain/local:///q.png")

    stand_in = made_by.fetch_fallback(job, scope(), UndecodableImageError("no quantizers"))

    assert stand_in
    assert made_by.make_fallback(job, stand_in, scope()).result_size == Size(4, 4)


def test_presets_reach_the_picture(pictures: Path) -> None:
    made_by = renderer(pictures, url=UrlSettings(presets="thumb=rs:fill:30:30"))

    assert rendition(made_by, "/_/pr:thumb/plain/local:///q.png").result_size == Size(30, 30)


@pytest.mark.parametrize(("word", "dpi"), [("jpg", 300), ("png", 300), ("tiff", 144.5)])
@pytest.mark.parametrize("strip", [0, 1])
def test_a_result_says_how_many_dots_an_inch_has(pictures: Path, word: str, dpi: float, strip: int) -> None:
    made = images.opened(rendition(renderer(pictures), f"/_/dpi:{dpi}/sm:{strip}/plain/local:///q.png@{word}").body)

    assert made.info["dpi"] == pytest.approx((dpi, dpi), abs=0.01)


@pytest.mark.parametrize("strip", [0, 1])
def test_a_result_has_the_profile_that_is_asked_for(pictures: Path, strip: int) -> None:
    made_by = renderer(pictures, profiles=Profiles({"swapped": Profile(images.swapped_profile(), "RGB")}))

    made = images.opened(rendition(made_by, f"/_/icc:swapped.icc/scp:{strip}/plain/local:///q.png").body)
    assert made.info["icc_profile"] == images.swapped_profile()


def test_a_profile_that_is_not_there_is_refused_before_anything_is_fetched(pictures: Path) -> None:
    with pytest.raises(ArgumentError):
        prepared(renderer(pictures), "/_/icc:nothing/plain/local:///q.png")


def test_ink_comes_out_as_ink(pictures: Path) -> None:
    made_by = renderer(pictures, profiles=Profiles({"cmyk": Profile(images.ink_profile(), "CMYK")}))

    modes = [
        images.opened(rendition(made_by, f"/_/icc:cmyk/plain/local:///q.png@{w}").body).mode for w in ("jpg", "tiff")
    ]
    assert modes == ["CMYK", "CMYK"]


@pytest.mark.parametrize(
    ("word", "options", "mode"),
    [("jpg", "scp:0", "CMYK"), ("tiff", "scp:0", "CMYK"), ("png", "scp:0", "RGB"), ("jpg", "scp:1", "RGB")],
)
def test_who_keeps_the_profile_of_ink_keeps_the_ink_where_the_format_holds_it(
    pictures: Path, word: str, options: str, mode: str
) -> None:
    made = images.opened(rendition(renderer(pictures), f"/_/{options}/w:40/plain/local:///ink.jpg@{word}").body)

    assert (made.mode, made.info.get("icc_profile")) == (mode, images.ink_profile() if mode == "CMYK" else None)


def test_ink_of_a_source_is_no_obstacle_to_the_best_of_several_formats(pictures: Path) -> None:
    made = images.opened(rendition(renderer(pictures), "/_/scp:0/f:best/plain/local:///ink.jpg").body)

    assert made.mode != "CMYK"


@pytest.mark.parametrize("options", ["aq:dssim", "aq:size:2000", "never_larger:1", "mb:900", "f:blurhash"])
def test_ink_is_searched_for_a_quality_as_any_other_color_is(pictures: Path, options: str) -> None:
    made_by = renderer(pictures, profiles=Profiles({"cmyk": Profile(images.ink_profile(), "CMYK")}))

    assert rendition(made_by, f"/_/f:jpeg/icc:cmyk/{options}/plain/local:///q.png").body


def test_ink_is_no_best_of_several_formats(pictures: Path) -> None:
    made_by = renderer(pictures, profiles=Profiles({"cmyk": Profile(images.ink_profile(), "CMYK")}))

    with pytest.raises(ResultFormatError):
        rendition(made_by, "/_/icc:cmyk/f:best/plain/local:///q.png")


@pytest.mark.parametrize("word", ["svg", "png"])
def test_a_style_is_in_what_is_passed_on_and_in_what_is_drawn(pictures: Path, word: str) -> None:
    style = urlsafe_b64encode(b"* {fill: #0f0 !important}").decode()
    made = rendition(renderer(pictures), f"/_/st:{style}/plain/local:///drawing.svg@{word}")

    if word == "svg":
        assert b"<style>* {fill: #0f0 !important}</style>" in made.body
    else:
        assert (0, 255, 0) in {pixel[:3] for _, pixel in images.opened(made.body).convert("RGBA").getcolors(9999)}


def test_other_sources_have_no_style(pictures: Path) -> None:
    assert rendition(renderer(pictures), "/_/st:eA/plain/local:///q.png").format is Format.PNG


def test_an_svg_is_made_smaller_where_that_is_set(pictures: Path) -> None:
    (pictures / "wide.svg").write_bytes(images.svg(content="  <metadata/>  <g/>  "))
    rules = Rules(decoding=DecodeSettings(minify_svg=True))

    sizes = [
        len(rendition(renderer(pictures, **more), "/_/plain/local:///wide.svg").body) for more in ({}, {"rules": rules})
    ]
    assert sizes[1] == sizes[0] - len("  <metadata/>    ")


@pytest.mark.parametrize("word", ["gif", "webp"])
@pytest.mark.parametrize("options", ["", "rs:fit:510:490/", "rot:90/bg:255:0:0/"])
def test_a_long_animation_has_the_frames_that_it_has_in_several_attempts(
    pictures: Path, options: str, word: str
) -> None:
    (pictures / "long.gif").write_bytes(images.animated(19, width=520, height=500))
    made_by = renderer(pictures, limits=LimitSettings(max_animation_frames=20))

    lazy, held = (
        rendition(made_by, f"/sig/{options}{more}plain/local:///long.gif@{word}") for more in ("", "mb:90000000/")
    )

    assert lazy.body == held.body


def test_of_a_long_animation_that_is_damaged_there_are_the_frames_before(pictures: Path) -> None:
    body = bytearray(images.animated(19, width=520, height=500))
    begin = layout(bytes(body), Extent(), 13).frames[12].begin
    body[begin + 1 : begin + 9] = b"\xff" * 8
    (pictures / "long.gif").write_bytes(body)
    made_by = renderer(pictures, limits=LimitSettings(max_animation_frames=20))

    made = rendition(made_by, "/sig/rs:fit:510:490/plain/local:///long.gif@webp")

    assert open_image(made.body, Format.WEBP, DecodeSettings()).header.frames == 12


KEEPING = {"recipe": "recipe", "url": UrlSettings(presets="thumb=w:9", allow_bypass_cache=True)}


@pytest.mark.parametrize("options", ["w:9", "pr:thumb", "w:9/ct:shoes", "w:9/bc:0"])
def test_what_is_kept_has_a_key(pictures: Path, options: str) -> None:
    job = renderer(pictures, **KEEPING).prepare(RenderRequest(f"/_/{options}/plain/local:///q.png"))

    assert job.key.startswith("recipe/")


@pytest.mark.parametrize("options", ["raw:1", "w:9/bc:1", "w:9/wm:1/wmu:bG9jYWw6Ly8vcS5wbmc"])
def test_what_is_passed_on_or_says_so_or_has_another_s_watermark_has_none(pictures: Path, options: str) -> None:
    assert renderer(pictures, **KEEPING).prepare(RenderRequest(f"/_/{options}/plain/local:///q.png")).key == ""


@pytest.mark.parametrize(("options", "is_kept"), [("pr:thumb", True), ("pr:thumb/w:9", False), ("w:9", False)])
def test_where_presets_alone_are_kept_nothing_else_has_one(pictures: Path, options: str, is_kept: bool) -> None:
    made = renderer(pictures, keeps_presets_alone=True, **KEEPING)

    assert bool(made.prepare(RenderRequest(f"/_/{options}/plain/local:///q.png")).key) is is_kept
