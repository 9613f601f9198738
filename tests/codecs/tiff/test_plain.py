from typing import Any

import numpy
import pytest

from imgsvc.codecs.headers.directories import FirstDirectory
from imgsvc.codecs.tiff.plain import Plain, plain_image, plain_of
from imgsvc.options.geometry import Size
from tests.codecs.tiff.files import Layout, tiff_file

RGB, PALETTE, WHITE_IS_ZERO, GRAY, INKS = 2, 3, 0, 1, 5
DEEP, SHALLOW = ({320: ("H", [level * factor for level in [*range(256)] * 3])} for factor in (257, 1))


def found_of(count: int, kind: str = "u1", **fields: Any) -> Plain | None:
    samples = numpy.zeros((4, 6, count), kind)
    return plain_of(FirstDirectory(tiff_file(samples, Layout(**{"bits": samples.itemsize * 8, **fields}))))


@pytest.mark.parametrize(
    ("count", "kind", "fields"),
    [
        (3, "u1", {"photometric": RGB}),
        (3, "u1", {"photometric": RGB, "in_planes": True}),
        (3, "u2", {"photometric": RGB, "order": ">"}),
        (4, "u1", {"photometric": RGB, "tags": {338: ("H", [1])}}),
        (1, "u1", {"photometric": GRAY, "bits": 1}),
        (1, "u1", {"photometric": WHITE_IS_ZERO}),
        (1, "u2", {"photometric": GRAY}),
        (4, "u1", {"photometric": INKS}),
        (1, "u1", {"photometric": PALETTE, "tags": DEEP}),
    ],
)
def test_most_files_are_plain(count: int, kind: str, fields: dict[str, Any]) -> None:
    assert found_of(count, kind, **fields)


@pytest.mark.parametrize(
    ("count", "kind", "fields"),
    [
        (3, "u2", {"photometric": RGB, "in_planes": True}),
        (4, "u1", {"photometric": RGB, "tags": {338: ("H", [0])}}),
        (3, "i1", {"photometric": RGB}),
        (3, "u1", {"photometric": RGB, "fill_order": 2}),
        (3, "u1", {"photometric": RGB, "compression": 34661}),
        (3, "u1", {"photometric": RGB, "compression": 4}),
        (3, "u1", {"photometric": RGB, "compression": 7}),
        *[(1, "u1", {"photometric": GRAY, "bits": 1, "compression": fax}) for fax in (2, 3, 4)],
        (3, "u1", {"photometric": RGB, "tags": {256: ("H", [6, 6])}}),
        (1, "u2", {"photometric": WHITE_IS_ZERO}),
        (1, "u1", {"photometric": PALETTE, "tags": SHALLOW}),
        (5, "u1", {"photometric": INKS, "tags": {338: ("H", [2])}}),
    ],
)
def test_what_pillow_refuses_or_takes_for_something_else_is_not(count: int, kind: str, fields: dict[str, Any]) -> None:
    assert found_of(count, kind, **fields) is None


def test_what_it_is_is_known_before_its_pixels() -> None:
    assert found_of(4, photometric=RGB, tags={274: ("H", [6])}) == Plain(Size(6, 4), 6, has_alpha=True)


@pytest.mark.parametrize("orientation", [1, 3, 6, 9])
def test_an_image_stays_as_it_is_stored(orientation: int) -> None:
    samples = numpy.arange(72, dtype=numpy.uint8).reshape(4, 6, 3)
    body = tiff_file(samples, Layout(RGB, tags={274: ("H", [orientation])}))

    assert plain_image(body, Size(6, 4)).tobytes() == samples.tobytes()


def test_an_orientation_in_xmp_is_not_obeyed_either() -> None:
    samples = numpy.arange(72, dtype=numpy.uint8).reshape(4, 6, 3)
    body = tiff_file(samples, Layout(RGB, tags={700: ("B", b'<x tiff:Orientation="6"/>')}))

    assert plain_image(body, Size(6, 4)).tobytes() == samples.tobytes()
