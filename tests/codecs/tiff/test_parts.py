import zlib
from typing import Any

import numpy
import pytest

from imgsvc.codecs.tiff.layout import layout_of
from imgsvc.codecs.tiff.libtiff import LibTiff
from imgsvc.codecs.tiff.parts import Part, Parts
from imgsvc.errors import UndecodableImageError
from tests.codecs.tiff.files import Layout, Samples, blocks_of, tiff_file, with_directory

SAMPLES = numpy.arange(20 * 18 * 3, dtype=numpy.uint16).reshape(20, 18, 3)


def parts_of(body: bytes) -> list[Part]:
    tiff = LibTiff(body)
    return list(Parts(body, tiff, layout_of(tiff)))


def whole(found: list[Part], like: Samples = SAMPLES) -> Samples:
    """The parts, each where it belongs."""
    picture = numpy.zeros_like(like)
    for part in found:
        place = picture[part.top : part.top + len(part.samples), part.left : part.left + part.samples.shape[1]]
        place[:] = part.samples[: place.shape[0], : place.shape[1]]
    return picture


@pytest.mark.parametrize("in_planes", [False, True])
@pytest.mark.parametrize("places", [{"rows": 20}, {"rows": 1}, {"rows": 7}, {"tile": 16}])
def test_parts_make_up_the_picture(places: dict[str, int], in_planes: bool) -> None:
    body = tiff_file(SAMPLES, Layout(bits=16, in_planes=in_planes, **places))

    assert (whole(parts_of(body)) == SAMPLES).all()


def test_small_strips_come_together() -> None:
    assert len(parts_of(tiff_file(SAMPLES, Layout(bits=16, rows=1)))) == 1


def test_large_strips_come_in_several() -> None:
    samples = numpy.arange(3000 * 900, dtype=numpy.uint32).reshape(3000, 900, 1)

    found = parts_of(tiff_file(samples, Layout(1, 32, rows=3000)))

    assert (len(found) > 5, (whole(found, samples) == samples).all()) == (True, True)


@pytest.mark.parametrize("compression", [1, 8])
def test_strips_that_are_too_large_are_unpacked_by_rows(compression: int) -> None:
    samples = (numpy.arange(2100 * 4200, dtype=numpy.uint32) >> 4).astype(numpy.uint16).reshape(2100, 4200, 1)
    compress: dict[str, Any] = {"compress": lambda data, _: zlib.compress(data, 1)} if compression == 8 else {}

    found = parts_of(tiff_file(samples, Layout(1, 16, rows=2100, compression=compression, **compress)))

    assert (whole(found, samples) == samples).all()


def test_only_samples_of_the_picture_come() -> None:
    samples = numpy.dstack([SAMPLES, SAMPLES + 5, SAMPLES[..., :1] + 9])

    found = whole(parts_of(tiff_file(samples, Layout(bits=16, tags={338: ("H", [0, 0, 0, 2])}))), samples[..., :4])

    assert (found == samples[..., [0, 1, 2, 6]]).all()


def test_of_a_damaged_strip_there_are_the_rows_above_the_damage() -> None:
    damaged: list[bytes] = []

    def compress(data: bytes, _: int) -> bytes:
        # The first of two ends after three of its rows.
        damaged.append(data)
        return zlib.compress(data if len(damaged) > 1 else data[: 3 * 18 * 6])

    found = whole(parts_of(tiff_file(SAMPLES, Layout(bits=16, rows=10, compression=8, compress=compress))))

    assert ((found[:3] == SAMPLES[:3]).all(), found[3:10].any(), (found[10:] == SAMPLES[10:]).all()) == (
        True,
        False,
        True,
    )


@pytest.mark.parametrize(("places", "tag"), [({}, 273), ({"in_planes": True}, 273), ({"tile": 16}, 324)])
def test_parts_that_are_not_there_are_passed_over(places: dict[str, Any], tag: int) -> None:
    body = tiff_file(SAMPLES, Layout(bits=16, **places))
    count = 12 if "in_planes" in places else 4

    found = parts_of(tiff_file(SAMPLES, Layout(bits=16, tags={tag: ("I", [8] + [len(body)] * (count - 1))}, **places)))

    assert len(found) == (0 if "in_planes" in places else 1)


def test_a_strip_of_blocks_may_end_within_one() -> None:
    levels = numpy.zeros((7, 5, 3), numpy.uint8)
    strip = blocks_of(levels, 2, 2)
    body = tiff_file(levels, Layout(6, rows=7, tags={530: ("H", [2, 2]), 279: ("I", [len(strip)])}))

    (part,) = parts_of(body)

    assert part.samples.shape == (4, 3, 6)


def test_nothing_is_unpacked_where_libtiff_sees_other_parts() -> None:
    tiff, other = (LibTiff(tiff_file(numpy.zeros((8, 8, count), numpy.uint8), Layout(count - 1))) for count in (3, 2))

    with pytest.raises(UndecodableImageError, match="where its tags make"):
        list(Parts(b"", other, layout_of(tiff)))


def test_a_row_of_a_scan_that_is_short_does_not_spoil_its_strip() -> None:
    tags: dict[int, Any] = {256: ("H", [2]), 257: ("H", [3]), 258: ("H", [4]), 259: ("H", [32809]), 262: ("H", [1])}
    tags |= {273: ("I", [8]), 277: ("H", [1]), 278: ("H", [3]), 279: ("I", [2])}

    (part,) = parts_of(with_directory(b"\xc9\xc8", tags))

    assert part.samples[0, :, 0].tolist() == [9, 8]
