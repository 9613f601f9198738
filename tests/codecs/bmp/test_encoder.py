import pytest

from imgsvc.codecs.bmp.encoder import bmp
from imgsvc.options.formats import Format
from tests.codecs.files import written
from tests.images import fading, noise, opened


@pytest.mark.parametrize("width", [1, 2, 3, 4, 33])
def test_an_opaque_image_is_read_back_unchanged(width: int) -> None:
    image = noise(width, 5)

    assert opened(bmp(image)).tobytes() == image.tobytes()


def test_alpha_is_read_back_unchanged() -> None:
    image = fading(40, 3)

    found = opened(bmp(image))

    assert (found.mode, found.tobytes()) == ("RGBA", image.tobytes())


def test_the_header_tells_the_length_of_the_file() -> None:
    body = bmp(noise(7, 7))

    assert int.from_bytes(body[2:6], "little") == len(body)


def test_gray_has_a_byte_for_each_pixel() -> None:
    image = noise(33, 5).convert("L")

    body = written(image, Format.BMP).body

    assert opened(body).convert("L").tobytes() == image.tobytes()
    assert len(body) < 2_000
