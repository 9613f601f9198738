import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from imgsvc.codecs.native.memory import narrowed, without_info
from tests.images import noise

MODES = ("L", "RGB", "RGBA", "F")


@given(st.sampled_from(MODES), st.integers(1, 30), st.integers(1, 30), st.integers(0, 5), st.integers(0, 5))
def test_what_is_left_is_the_upper_left_part(mode, width, height, right, bottom):
    image = noise(width + right, height + bottom).convert(mode)
    part = image.crop((0, 0, width, height))

    found = narrowed(image, width, height)

    assert (found.size, found.tobytes()) == (part.size, part.tobytes())


@pytest.mark.parametrize(
    "alter", [Image.Image.copy, lambda image: image.resize((7, 5)), lambda image: image.rotate(90)]
)
def test_what_is_left_is_an_image_as_any_other(alter):
    part = noise(20, 20).crop((0, 0, 13, 11))

    assert alter(narrowed(noise(20, 20), 13, 11)).tobytes() == alter(part).tobytes()


def test_what_is_left_keeps_what_was_found_beside_the_pixels():
    image = noise(20, 20)
    image.info["dpi"] = (72, 72)

    assert narrowed(image, 10, 10).info == {"dpi": (72, 72)}


@pytest.mark.parametrize("size", [(0, 1), (1, 0), (21, 1), (1, 21), (-1, 1)])
def test_nothing_beyond_an_image_becomes_part_of_it(size):
    with pytest.raises(ValueError, match="not within"):
        noise(20, 20).im.narrow(*size)


def test_its_lines_are_not_given_to_others_as_one_block():
    with pytest.raises(ValueError, match="multiple array blocks"):
        narrowed(noise(20, 20, "RGBA"), 10, 10).__arrow_c_array__()


def test_an_image_without_info_has_the_same_pixels_and_leaves_the_info_to_the_other():
    image = noise(20, 20)
    image.info["dpi"] = (72, 72)

    bare = without_info(image)

    assert (bare.info, bare.tobytes()) == ({}, image.tobytes())
    assert image.info == {"dpi": (72, 72)}
