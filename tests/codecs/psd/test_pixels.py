import numpy
import pytest

from imgsvc.codecs.color.conversion import to_processing
from imgsvc.codecs.picture import Picture
from imgsvc.codecs.psd.header import ColorMode, Resource, read
from imgsvc.codecs.psd.pixels import image_of, mode_of
from imgsvc.errors import UndecodableImageError
from tests.codecs.psd.files import BY_PHOTOSHOP, Kind, Samples, flat, psd

PALETTE = bytes(range(256)) + bytes(range(255, -1, -1)) + bytes(256)


def color(planes: Samples, kind: Kind = Kind()) -> object:
    """The first pixel, as the server has it before it does anything."""
    body = psd(planes, kind)
    image = image_of(body, read(body))
    assert image.mode == mode_of(read(body))
    return to_processing(Picture((image,))).frames[0].getpixel((0, 0))


@pytest.mark.parametrize(
    ("mode", "levels", "wanted"),
    [
        (ColorMode.GRAY, [200], 200),
        (ColorMode.DUOTONE, [90], 90),
        (ColorMode.RGB, [10, 20, 30], (10, 20, 30)),
        (ColorMode.MULTICHANNEL, [77], 77),
    ],
)
def test_levels_are_what_they_are(mode: ColorMode, levels: list[float], wanted: object) -> None:
    assert color(flat(*levels), Kind(mode)) == wanted


@pytest.mark.parametrize(
    ("mode", "levels"),
    [
        pytest.param(ColorMode.CMYK, [255, 255, 255, 255], id="no ink"),
        pytest.param(ColorMode.MULTICHANNEL, [255, 255, 255], id="no ink of three"),
        pytest.param(ColorMode.LAB, [255, 128, 128], id="all light"),
    ],
)
def test_paper_is_white(mode: ColorMode, levels: list[float]) -> None:
    assert color(flat(*levels), Kind(mode)) == pytest.approx((255, 255, 255), abs=1)


@pytest.mark.parametrize(
    ("levels", "strongest"), [([0, 255, 255, 255], "blue"), ([255, 0, 0, 255], "red"), ([0, 255, 0, 255], "green")]
)
def test_ink_is_where_the_level_is_low(levels: list[float], strongest: str) -> None:
    found = color(flat(*levels), Kind(ColorMode.CMYK))

    assert isinstance(found, tuple)
    assert ("red", "green", "blue")[int(numpy.argmax(found))] == strongest


@pytest.mark.parametrize(
    ("levels", "wanted"),
    [
        ([0, 128, 128], (0, 0, 0)),
        ([128, 128, 128], (119, 119, 119)),
        ([138, 209, 198], (255, 0, 0)),
        ([224, 49, 209], (0, 255, 0)),
    ],
)
def test_lab_is_shown_in_srgb(levels: list[float], wanted: tuple[int, ...]) -> None:
    assert color(flat(*levels), Kind(ColorMode.LAB)) == pytest.approx(wanted, abs=16)


def test_of_sixteen_bits_the_upper_eight_count() -> None:
    assert color(flat(0x1234, 0xFFFF, 0x00FF), Kind(bits=16)) == (0x12, 0xFF, 0)


def test_lab_may_have_sixteen_bits() -> None:
    assert color(flat(0xFFFF, 0x8000, 0x8000), Kind(ColorMode.LAB, bits=16)) == pytest.approx((255,) * 3, abs=1)


def test_floats_are_light() -> None:
    assert color(flat(0, 0.2140411, 7), Kind(bits=32)) == pytest.approx((0, 127.5, 255), abs=0.6)


def test_a_bit_that_is_set_is_black() -> None:
    body = psd(numpy.array([[[0b10100000]]]), Kind(ColorMode.BITMAP, bits=1))

    image = image_of(body, read(body))

    assert [image.getpixel((x, 0)) for x in range(4)] == [0, 255, 0, 255]


def test_a_palette_has_all_reds_first() -> None:
    assert color(flat(3), Kind(ColorMode.INDEXED, table=PALETTE)) == (3, 252, 0)


@pytest.mark.parametrize(("index", "alpha"), [(3, 0), (4, 255)])
def test_a_color_of_a_palette_may_be_none(index: int, alpha: int) -> None:
    resources = {Resource.TRANSPARENT_INDEX: index.to_bytes(2, "big")}

    assert color(flat(3), Kind(ColorMode.INDEXED, table=PALETTE, resources=resources)) == (3, 252, 0, alpha)


def test_a_palette_without_colors_is_undecodable() -> None:
    with pytest.raises(UndecodableImageError):
        color(flat(3), Kind(ColorMode.INDEXED))


def test_what_photoshop_laid_on_white_is_taken_off_it() -> None:
    on_white = [round(255 - (255 - level) * 0x80 / 255) for level in (0, 100, 255)]

    found = color(flat(*on_white, 0x80), Kind(layers=-1, resources=BY_PHOTOSHOP))

    assert found == pytest.approx((0, 100, 255, 0x80), abs=1)


def test_what_others_wrote_as_it_is_stays_as_it_is() -> None:
    assert color(flat(10, 100, 200, 0x80), Kind(layers=-1)) == (10, 100, 200, 0x80)


def test_gray_may_be_seen_through() -> None:
    assert color(flat(90, 7), Kind(ColorMode.GRAY, layers=-1)) == (90, 7)


def test_a_channel_that_is_a_selection_hides_nothing() -> None:
    assert color(flat(10, 100, 200, 0), Kind(layers=1)) == (10, 100, 200)


def test_ink_that_is_seen_through_is_shown_as_it_lies_on_white() -> None:
    assert color(flat(255, 255, 255, 255, 0), Kind(ColorMode.CMYK, layers=-1)) == (255, 255, 255)


@pytest.mark.parametrize("mode", [ColorMode.RGB, ColorMode.GRAY, ColorMode.CMYK, ColorMode.LAB])
def test_a_file_without_its_merged_picture_is_white(mode: ColorMode) -> None:
    body = psd(flat(1, 2, 3, 4), Kind(mode))
    document = read(body)

    image = image_of(body[: document.offset], document)

    shown = to_processing(Picture((image,))).frames[0].convert("RGB")
    assert shown.size == (8, 6)
    assert shown.getpixel((3, 3)) == pytest.approx((255, 255, 255), abs=1)
