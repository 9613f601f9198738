from typing import Any

import numpy
import pytest

from imgsvc.codecs.tiff.header import PARTS
from imgsvc.codecs.tiff.layout import PIXEL_BYTES, Alpha, Numbers, Photometric, layout_of
from imgsvc.codecs.tiff.layout import Layout as Found
from imgsvc.codecs.tiff.libtiff import LibTiff
from imgsvc.errors import UndecodableImageError
from imgsvc.options.geometry import Size
from tests.codecs.tiff.files import Layout, row_of, tiff_file

BLACK_IS_ZERO, RGB, PALETTE, MASK, INKS, YCBCR, CIE_LAB = 1, 2, 3, 4, 5, 6, 8
UNSPECIFIED, ASSOCIATED, UNASSOCIATED = 0, 1, 2
COLOR_MAP = {320: ("H", [0] * (3 << 16))}


def found_of(count: int = 3, kind: type = numpy.uint8, **fields: Any) -> Found:
    """The layout of eight rows of six pixels."""
    samples = numpy.zeros((8, 6, count), kind)
    return layout_of(LibTiff(tiff_file(samples, Layout(**{"bits": samples.itemsize * 8, **fields}))))


def test_a_plain_file_is_what_it_says() -> None:
    found = found_of(tags={274: ("H", [6])})

    assert (found.size, found.photometric, found.bits, found.numbers) == (
        Size(6, 8),
        Photometric.RGB,
        8,
        Numbers.UNSIGNED,
    )
    assert (found.channels, found.part, found.orientation) == ((0, 1, 2), Size(6, 5), 6)


@pytest.mark.parametrize(
    ("photometric", "count", "extra", "alpha", "channels"),
    [
        (RGB, 4, [UNASSOCIATED], Alpha.UNASSOCIATED, (0, 1, 2, 3)),
        (RGB, 4, [ASSOCIATED], Alpha.ASSOCIATED, (0, 1, 2, 3)),
        (RGB, 5, [UNSPECIFIED, UNASSOCIATED], Alpha.UNASSOCIATED, (0, 1, 2, 4)),
        (BLACK_IS_ZERO, 2, [UNASSOCIATED], Alpha.UNASSOCIATED, (0, 1)),
        (INKS, 5, [UNASSOCIATED], Alpha.UNASSOCIATED, (0, 1, 2, 3, 4)),
    ],
)
def test_alpha_is_the_first_sample_that_is_said_to_be(
    photometric: int, count: int, extra: list[int], alpha: Alpha, channels: tuple[int, ...]
) -> None:
    found = found_of(count, photometric=photometric, tags={338: ("H", extra)})

    assert (found.alpha, found.channels) == (alpha, channels)


@pytest.mark.parametrize(("photometric", "count"), [(RGB, 4), (BLACK_IS_ZERO, 2)])
@pytest.mark.parametrize("tags", [{}, {338: ("H", [UNSPECIFIED])}])
def test_one_more_sample_of_which_nothing_is_said_is_alpha(photometric: int, count: int, tags: Any) -> None:
    assert found_of(count, photometric=photometric, tags=tags).alpha is Alpha.UNASSOCIATED


@pytest.mark.parametrize(("photometric", "count"), [(RGB, 7), (INKS, 5), (BLACK_IS_ZERO, 3)])
def test_several_more_and_one_more_ink_are_no_part_of_the_picture(photometric: int, count: int) -> None:
    assert found_of(count, photometric=photometric).alpha is Alpha.NONE


def test_a_file_that_does_not_say_what_its_samples_mean_is_gray_or_rgb() -> None:
    gray, color = (
        tiff_file(numpy.zeros((2, 2, count), numpy.uint8)).replace(b"\x06\x01\x03\0", b"\x07\x01\x03\0")
        for count in (1, 3)
    )

    assert [layout_of(LibTiff(each)).photometric for each in (gray, color)] == [
        Photometric.BLACK_IS_ZERO,
        Photometric.RGB,
    ]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"photometric": MASK}, "interpretation 4"),
        ({"photometric": 32803}, "interpretation 32803"),
        ({"compression": 34661}, "compression 34661"),
        ({"compression": 60_000}, "compression 60000"),
        ({"photometric": RGB, "count": 2}, "2 samples a pixel"),
        ({"photometric": INKS, "count": 5, "tags": {332: ("H", [2])}}, "5 inks"),
        ({"photometric": YCBCR, "kind": numpy.float32}, "YCBCR of 32 bits, FLOAT"),
        ({"photometric": CIE_LAB, "kind": numpy.uint32}, "CIE_LAB of 32 bits"),
        ({"photometric": PALETTE, "count": 1, "kind": numpy.float16, "tags": COLOR_MAP}, "PALETTE of 16 bits"),
        ({"photometric": BLACK_IS_ZERO, "count": 1, "kind": numpy.complex64}, "format 6"),
        ({"photometric": YCBCR, "in_planes": True, "tags": {530: ("H", [2, 2])}}, "YCBCR of 8 bits"),
        ({"photometric": 32844, "count": 1}, "LOG_L of 8 bits"),
    ],
)
def test_what_is_not_read_is_refused_with_its_reason(fields: Any, reason: str) -> None:
    with pytest.raises(UndecodableImageError, match=reason):
        found_of(**fields)


def test_what_is_unpacked_of_a_pixel_is_bounded() -> None:
    with pytest.raises(UndecodableImageError, match=PIXEL_BYTES.what):
        found_of(PIXEL_BYTES.most + 1)


def test_samples_that_are_not_unpacked_are_not() -> None:
    assert found_of(PIXEL_BYTES.most + 1, in_planes=True).channels == (0, 1, 2)


def test_parts_are_bounded_whatever_is_said_of_their_places() -> None:
    samples = numpy.zeros((8, 6, 3), numpy.uint8)
    body = tiff_file(samples, Layout(tags={257: ("I", [PARTS.most + 1]), 278: ("H", [1])}))

    with pytest.raises(UndecodableImageError, match=PARTS.what):
        layout_of(LibTiff(body))


def test_a_tile_has_a_size() -> None:
    with pytest.raises(UndecodableImageError):
        found_of(tile=16, tags={322: ("H", [0])})


def test_measured_light_is_given_in_levels() -> None:
    found = layout_of(LibTiff(row_of(bytes(12), bits=16, samples=3, compression=34676, photometric=32845)))

    assert (found.photometric, found.bits, found.is_log) == (Photometric.LOG_LUV, 8, True)
