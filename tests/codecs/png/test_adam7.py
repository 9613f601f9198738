import pytest
from PIL import Image

from imgsvc.codecs.png.adam7 import interlaced
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
