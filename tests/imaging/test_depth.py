import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy
import numpy.typing
import pytest
from PIL import Image

from imgsvc.codecs.opened import DecodeRequest
from imgsvc.codecs.picture import Picture
from imgsvc.codecs.settings import EncodeSettings
from imgsvc.codecs.spaces.space import BT_2020, PQ, ColorSpace
from imgsvc.imaging.decision import Rules
from imgsvc.url.settings import OptionDefaults
from tests import images
from tests.codecs.files import opened
from tests.codecs.png.files import chunk, samples
from tests.codecs.tiff.files import Layout, tiff_file
from tests.renderers import renderer, rendition

# Two bytes of each differ, and no level is one of 8 bits.
RAMP = (numpy.arange(60 * 40, dtype=numpy.uint16) * 27 + 1).reshape(40, 60)


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """A ramp of 16 bits in every file that may have it, and pictures of other kinds."""
    ramp, gray = Image.fromarray(RAMP), Image.fromarray((RAMP >> 8).astype(numpy.uint8))
    kinds = {
        "ramp.png": images.encoded(ramp),
        "ramp.tiff": images.encoded(ramp, "tiff"),
        "big-endian.tiff": tiff_file(RAMP[..., None], Layout(photometric=1, bits=16, order=">")),
        "profile.png": images.encoded(ramp, icc_profile=images.gray_profile()),
        "gray.png": images.encoded(gray),
        "color.png": images.encoded(images.noise()),
    }
    for name, body in kinds.items():
        (tmp_path / name).write_bytes(body)
    return tmp_path


def made(pictures: Path, options: str, name: str = "ramp.png", **settings: object) -> Image.Image:
    """What comes out as a PNG."""
    with_them = renderer(pictures, **settings)
    return images.opened(rendition(with_them, f"/_/{options}/plain/local:///{name}@png").body)


@pytest.mark.parametrize("name", ["ramp.png", "ramp.tiff", "big-endian.tiff"])
@pytest.mark.parametrize(
    ("options", "changed"),
    [
        ("ph:1", lambda levels: levels),
        ("ph:1/c:20:10:nowe", lambda levels: levels[:10, :20]),
        ("ph:1/rot:90", lambda levels: numpy.rot90(levels, -1)),
        ("ph:1/fl:1", numpy.fliplr),
        ("ph:1/bg:fff/w:40/h:20", None),
        ("ph:1/pd:1/bg:102030", None),
    ],
)
def test_who_asks_for_it_gets_16_bits_of_gray_where_every_step_keeps_them(
    pictures: Path, name: str, options: str, changed: Callable[[object], object] | None
) -> None:
    found = made(pictures, options, name)

    is_on_color = "102030" in options
    assert (found.mode == "I;16") is not is_on_color
    if changed:
        assert numpy.array_equal(numpy.asarray(found), changed(RAMP))


def test_what_is_scaled_has_levels_between_those_of_8_bits(pictures: Path) -> None:
    found = numpy.asarray(made(pictures, "ph:1/rs:force:30:20"), int)

    wanted = RAMP.reshape(20, 2, 30, 2).mean((1, 3))
    inside = numpy.abs(found - wanted)[2:-2, 2:-2]
    assert (found.shape, inside.max() < 120) == ((20, 30), True)


def test_what_is_laid_around_it_is_gray_of_16_bits(pictures: Path) -> None:
    found = made(pictures, "ph:1/pd:2/bg:7f7f7f")

    assert (found.mode, found.getpixel((1, 1)), found.getpixel((2, 2))) == ("I;16", 0x7F7F, 1)


@pytest.mark.parametrize(
    "options",
    [
        *("ph:0", "ph:1/bl:2", "ph:1/sh:1", "ph:1/pix:3", "ph:1/br:9", "ph:1/t:10", "ph:1/pd:1", "ph:1/w:20/ra:cubic"),
        *("ph:1/g:sm/rs:fill:20:20", "ph:1/c:20:20:sm", "ph:1/icc:srgb", "ph:1/pngo:1"),
    ],
)
def test_what_a_step_cannot_do_with_16_bits_is_done_with_8(pictures: Path, options: str) -> None:
    assert made(pictures, options).mode != "I;16"


@pytest.mark.parametrize("name", ["profile.png", "gray.png", "color.png"])
def test_no_other_picture_has_16_bits(pictures: Path, name: str) -> None:
    assert made(pictures, "ph:1/w:20", name).mode != "I;16"


def test_the_settings_decide_where_the_url_does_not(pictures: Path) -> None:
    defaults = OptionDefaults(preserve_hdr=True)

    assert [made(pictures, each, defaults=defaults).mode for each in ("w:20", "w:20/ph:0")] == ["I;16", "L"]


@pytest.mark.parametrize("settings", [EncodeSettings(png_quantize=True), EncodeSettings(png_interlaced=True)])
def test_a_palette_or_passes_need_8_bits(pictures: Path, settings: EncodeSettings) -> None:
    assert made(pictures, "ph:1", rules=Rules(encoding=settings)).mode != "I;16"


# --- in color --------------------------------------------------------------------------------------

COLORS = numpy.stack([RAMP, RAMP[::-1], RAMP[:, ::-1]], axis=-1)
HDR = chunk(b"cICP", bytes((9, 16, 0, 1))) + chunk(b"cLLI", struct.pack(">II", 4_000_000, 0))
PROFILE = chunk(b"iCCP", b"x\0\0" + zlib.compress(images.swapped_profile()))


def deep(folder: Path, options: str, *chunks: bytes) -> tuple[Picture, numpy.typing.NDArray[numpy.uint16]]:
    """What comes out of a PNG of 16 bits in color, and its samples."""
    (folder / "c.png").write_bytes(samples(COLORS.tolist(), *chunks, depth=16, color_type=2))
    body = rendition(renderer(folder), f"/_/{options}/plain/local:///c.png@png").body
    picture = opened(body, "png").decode(DecodeRequest(deep=True))
    assert picture.are_planes
    return picture, numpy.stack([numpy.asarray(plane) for plane in picture.frames], axis=-1)


@pytest.mark.parametrize(
    ("options", "changed"),
    [
        ("ph:1", lambda levels: levels),
        ("ph:1/c:20:10:nowe", lambda levels: levels[:10, :20]),
        ("ph:1/rot:90", lambda levels: numpy.rot90(levels, -1)),
        ("ph:1/fl:1", numpy.fliplr),
    ],
)
def test_color_keeps_16_bits_as_gray_does(tmp_path: Path, options: str, changed: Callable[[object], object]) -> None:
    assert numpy.array_equal(deep(tmp_path, options)[1], changed(COLORS))


def test_color_is_scaled_in_16_bits(tmp_path: Path) -> None:
    _, found = deep(tmp_path, "ph:1/rs:force:30:20")

    wanted = COLORS.reshape(20, 2, 30, 2, 3).mean((1, 3))
    assert numpy.abs(found - wanted)[2:-2, 2:-2].max() < 120


def test_light_beyond_the_white_of_a_screen_stays_so(tmp_path: Path) -> None:
    picture, _ = deep(tmp_path, "ph:1/w:30", HDR)

    assert picture.color_space == ColorSpace(BT_2020, PQ, peak=400.0)


def test_who_keeps_the_profile_keeps_16_bits(tmp_path: Path) -> None:
    assert deep(tmp_path, "ph:1/scp:0", PROFILE)[0].profile == images.swapped_profile()


@pytest.mark.parametrize("chunks", [(PROFILE,), (chunk(b"cICP", bytes((12, 13, 0, 1))),)])
def test_who_wants_srgb_gets_8(tmp_path: Path, chunks: tuple[bytes, ...]) -> None:
    (tmp_path / "c.png").write_bytes(samples(COLORS.tolist(), *chunks, depth=16, color_type=2))

    assert made(tmp_path, "ph:1", "c.png").mode == "RGB"
