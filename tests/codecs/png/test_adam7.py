import pytest
from PIL import Image

from imgsvc.codecs.png.adam7 import interlaced, unfiltered
from samples.draw import meadow
from tests.images import encoded, noise, opened, swapped_profile


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA"])
@pytest.mark.parametrize("size", [(1, 1), (2, 3), (5, 5), (8, 8), (33, 17)])
def test_no_pixel_changes(mode: str, size: tuple[int, int]) -> None:
    image = noise(*size, mode=mode)

    found = opened(interlaced(encoded(image), image))

    assert (found.mode, found.tobytes()) == (mode, image.tobytes())


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
@pytest.mark.parametrize("width", [1, 7, 30])
def test_no_index_changes(bits: int, width: int) -> None:
    image = noise(width, 9).quantize(1 << bits, dither=Image.Dither.NONE)

    found = opened(interlaced(encoded(image, bits=bits), image, bits))

    assert found.convert("RGB").tobytes() == image.convert("RGB").tobytes()


def test_the_file_says_that_it_is_interlaced() -> None:
    image = noise()

    assert opened(interlaced(encoded(image), image)).info["interlace"] == 1


def test_everything_else_in_the_file_stays() -> None:
    image = noise(300, 300)

    found = opened(interlaced(encoded(image, icc_profile=swapped_profile(), dpi=(72, 72)), image))

    assert found.info["icc_profile"] == swapped_profile()
    assert found.info["dpi"] == pytest.approx((72, 72), abs=0.1)


def test_interlacing_costs_no_more_than_it_has_to() -> None:
    """Of the neighbors that a pixel is told by, half are two pixels away."""
    image = meadow(300, 200)

    assert len(interlaced(encoded(image), image)) < 2 * len(encoded(image))


def test_indices_are_not_filtered() -> None:
    image = meadow(300, 200).quantize(256)

    assert len(interlaced(encoded(image), image)) < 1.8 * len(encoded(image))


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA"])
def test_rows_without_filters_are_the_same_picture(mode: str) -> None:
    image = noise(33, 17, mode=mode)

    found = opened(unfiltered(encoded(image), image))

    assert (found.mode, found.tobytes()) == (mode, image.tobytes())
