"""A TIFF that comes by bands of rows, against one that is decoded whole first."""

import zlib
from typing import Any

import numpy
import pytest

from imgsvc.codecs.color.conversion import to_processing
from imgsvc.codecs.opened import DecodeRequest
from imgsvc.codecs.picture import Picture
from imgsvc.codecs.tiff.bands import LEAST_PIXELS, has_bands, reduced_picture
from imgsvc.codecs.tiff.layout import layout_of
from imgsvc.codecs.tiff.libtiff import LibTiff
from imgsvc.options.geometry import Box, Shrinking, Size
from imgsvc.transforms.planning.resampling import resampling
from imgsvc.transforms.scale import resampled
from tests.codecs.files import opened
from tests.codecs.tiff.files import Layout, Samples, tiff_file
from tests.images import gray_profile

WIDTH, HEIGHT = 90, 70
GRAY, RGB, PALETTE, INKS, CIE_LAB = 1, 2, 3, 5, 8
DICE = numpy.random.default_rng(1)
BOX = Box(7, 5, 81, 66)
HALF = resampling(BOX.size, 0.4, 0.3)
PLACES: dict[str, dict[str, Any]] = {
    "strips": {},
    "one strip": {"rows": HEIGHT},
    "tiles": {"tile": 16},
    "planes": {"in_planes": True},
    "tiles of planes": {"tile": 32, "in_planes": True},
    "packed": {"compression": 8, "compress": lambda data, _: zlib.compress(data)},
}
KINDS: dict[str, tuple[int, str, int, dict[int, Any]]] = {
    "gray": (1, "u1", GRAY, {}),
    "gray of 16 bits": (1, "u2", GRAY, {}),
    "RGB": (3, "u1", RGB, {}),
    "RGB of 16 bits": (3, "u2", RGB, {}),
    "floats": (3, "f4", RGB, {}),
    "alpha": (4, "u1", RGB, {338: ("H", [2])}),
    "a palette": (1, "u1", PALETTE, {320: ("H", [each * 257 % 65536 for each in range(768)])}),
    "inks": (4, "u1", INKS, {}),
    "CIE Lab": (3, "u1", CIE_LAB, {}),
}


def file_of(kind: str, place: str) -> bytes:
    count, number, photometric, tags = KINDS[kind]
    samples = (DICE.random((HEIGHT, WIDTH, count)) * (1 if number == "f4" else 2 ** (8 * int(number[1])))).astype(
        number
    )
    return tiff_file(samples, Layout(photometric, samples.itemsize * 8, tags=tags, **PLACES[place]))


def reduced(body: bytes, box: Box | None, shrinking: Shrinking | None) -> Picture:
    tiff = LibTiff(body)
    request = DecodeRequest(box=box, shrinking=shrinking)
    return reduced_picture(body, tiff, layout_of(tiff), opened(body, "tiff").header, request)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("kind", KINDS)
def test_bands_become_the_pixels_that_the_whole_picture_becomes(kind: str, place: str) -> None:
    body = file_of(kind, place)

    (found,) = reduced(body, BOX, HALF.shrinking()).frames

    (whole,) = to_processing(opened(body, "tiff").decode()).frames
    assert (found.mode, found.tobytes()) == (whole.mode, resampled(whole.crop(BOX), HALF).tobytes())


@pytest.mark.parametrize("place", PLACES)
def test_a_part_of_it_is_that_of_the_whole_picture(place: str) -> None:
    body = file_of("RGB", place)

    (found,) = reduced(body, BOX, None).frames

    assert found.tobytes() == opened(body, "tiff").decode().frames[0].crop(BOX).tobytes()


def test_a_small_picture_is_decoded_whole_and_shrunk_after_it() -> None:
    body = file_of("inks", "strips")

    (found,) = opened(body, "tiff").decode(DecodeRequest(box=BOX, shrinking=HALF.shrinking())).frames

    assert found.tobytes() == reduced(body, BOX, HALF.shrinking()).frames[0].tobytes()


@pytest.mark.parametrize(
    "layout", [Layout(GRAY, tags={338: ("H", [])}), Layout(GRAY, tile=128)], ids=["strips", "tiles"]
)
def test_a_large_picture_comes_by_bands(layout: Layout) -> None:
    samples = numpy.arange(LEAST_PIXELS, dtype=numpy.uint32).astype(numpy.uint8).reshape(-1, 2048, 1)
    how = resampling(Size(2048, 2048), 0.1, 0.1)

    (found,) = opened(tiff_file(samples, layout), "tiff").decode(DecodeRequest(shrinking=how.shrinking())).frames

    assert found.tobytes() == resampled(opened(tiff_file(samples, layout), "tiff").decode().frames[0], how).tobytes()


def damaged(*numbers: int) -> bytes:
    """A file of seven strips of which these are no packed data."""
    samples: Samples = DICE.integers(1, 256, (HEIGHT, WIDTH, 3), numpy.uint8)
    count = iter(range(99))
    packed = Layout(
        compression=8, rows=10, compress=lambda data, _: b"\xff" * 9 if next(count) in numbers else zlib.compress(data)
    )
    return tiff_file(samples, packed)


@pytest.mark.parametrize("numbers", [(0,), (3,), (6,), (0, 1, 2), (4, 5, 6), (1, 3, 5)])
def test_what_did_not_come_is_black_as_in_the_whole_picture(numbers: tuple[int, ...]) -> None:
    body = damaged(*numbers)

    (found,) = reduced(body, None, None).frames

    assert found.tobytes() == opened(body, "tiff").decode().frames[0].tobytes()


def test_of_a_picture_of_which_nothing_came_there_is_none() -> None:
    with pytest.raises(OSError, match="nothing"):
        reduced(damaged(*range(7)), None, HALF.shrinking())


def test_a_profile_that_is_used_up_by_its_colors_is_gone_and_another_is_kept() -> None:
    gray = tiff_file(numpy.full((4, 4, 1), 9, numpy.uint8), Layout(GRAY, tags={34675: ("B", list(gray_profile()))}))

    assert reduced(gray, None, None).profile == gray_profile()
    assert reduced(file_of("inks", "strips"), None, None).profile is None


@pytest.mark.parametrize(
    ("kind", "count", "tags"),
    [(6, 3, {530: ("H", [2, 1])}), (INKS, 5, {338: ("H", [2])})],
    ids=["blocks", "alpha beside"],
)
def test_what_a_row_does_not_say_alone_has_no_bands(kind: int, count: int, tags: dict[int, Any]) -> None:
    body = tiff_file(numpy.zeros((4, 4, count), numpy.uint8), Layout(kind, tags=tags))

    assert not has_bands(layout_of(LibTiff(body)))
