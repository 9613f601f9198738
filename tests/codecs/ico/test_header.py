import pytest

from imgsvc.codecs.headers.extent import Extent
from imgsvc.codecs.ico.header import largest, survey
from imgsvc.errors import UndecodableImageError
from imgsvc.options.geometry import Size
from tests.codecs.headers.giants import AMBIGUOUS, icon
from tests.faults import bombs
from tests.images import encoded, solid


def test_the_size_is_that_of_the_largest_image() -> None:
    body = icon(encoded(solid(16, 16)), encoded(solid(48, 48)), encoded(solid(32, 32)))

    assert survey(body, Extent()).size == Size(48, 48)


def test_half_of_a_bitmaps_height_is_its_mask() -> None:
    found = largest(icon(bombs.bmp(8, 16)[14:]))

    assert (found.size, found.bits, found.is_png) == (Size(8, 8), 24, False)


@pytest.mark.parametrize(("mode", "bits"), [("1", 1), ("P", 8), ("L", 8), ("LA", 16), ("RGB", 24), ("RGBA", 32)])
def test_a_png_is_as_deep_as_it_says_itself(mode: str, bits: int) -> None:
    assert largest(icon(encoded(solid().convert(mode)))).bits == bits


def test_images_are_looked_at_where_they_lie() -> None:
    """Sixty entries that each refer to the whole file are no sixty copies of it."""
    body = icon(*[encoded(solid(16, 16))] * 60)

    assert largest(body).data.obj is body


@pytest.mark.parametrize("name", [name for name in AMBIGUOUS if name.startswith("ico")])
def test_an_image_that_is_no_proper_png_is_broken(name: str) -> None:
    with pytest.raises(UndecodableImageError):
        survey(AMBIGUOUS[name][1](), Extent())
