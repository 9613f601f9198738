import tracemalloc

import pytest
from PIL import Image, ImageChops, ImageStat

from imgsvc.codecs.webp.libwebp import decode_scaled, fault
from imgsvc.options.geometry import Size
from tests.images import animated, encoded, fading, quadrants


@pytest.mark.parametrize("lossless", [True, False])
def test_a_picture_is_scaled_as_a_whole(lossless: bool) -> None:
    image = quadrants(200, 100)

    scaled = decode_scaled(encoded(image, "webp", lossless=lossless), Size(50, 25), has_alpha=False)

    assert scaled is not None
    assert max(ImageStat.Stat(ImageChops.difference(scaled, image.resize((50, 25)))).mean) < 5


def test_alpha_is_scaled_as_well() -> None:
    scaled = decode_scaled(encoded(fading(200, 100), "webp", lossless=True), Size(50, 25), has_alpha=True)

    assert scaled is not None
    assert scaled.getchannel("A").getextrema() == pytest.approx((0, 255), abs=4)


def test_one_pixel_is_enough() -> None:
    scaled = decode_scaled(encoded(quadrants(200, 100), "webp"), Size(1, 1), has_alpha=False)

    assert scaled is not None
    assert scaled.size == (1, 1)


@pytest.mark.parametrize(("image", "mode"), [(quadrants(600, 400), "RGB"), (fading(600, 400), "RGBA")])
def test_pixels_are_held_once(image: Image.Image, mode: str) -> None:
    body, size = encoded(image, "webp"), Size(500, 300)
    decode_scaled(body, Size(1, 1), has_alpha=False)
    tracemalloc.start()

    scaled = decode_scaled(body, size, has_alpha=mode == "RGBA")

    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert scaled is not None
    assert (scaled.mode, scaled.size) == (mode, size)
    assert most < 1.1 * 4 * size.width * size.height


def test_what_is_drawn_on_a_picture_is_not_drawn_on_its_copy() -> None:
    scaled = decode_scaled(encoded(quadrants(200, 100), "webp"), Size(50, 25), has_alpha=False)
    assert scaled is not None
    copy = scaled.copy()

    scaled.paste("white", (0, 0, 50, 25))

    assert scaled.getcolors() == [(50 * 25, (255, 255, 255))]
    assert copy.getcolors() != scaled.getcolors()


@pytest.mark.parametrize("body", [b"", b"RIFF", encoded(quadrants(), "webp")[:60], animated(2, "webp")])
def test_what_libwebp_cannot_decode_is_left_to_others(body: bytes) -> None:
    assert decode_scaled(body, Size(4, 4), has_alpha=False) is None


def test_another_interface_than_this_one_is_a_fault() -> None:
    assert fault() is None
    assert fault(0x0309) == "linked with a libwebp whose decoder's interface is not 3.x"
