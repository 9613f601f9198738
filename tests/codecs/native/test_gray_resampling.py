"""Pixels of one byte in the resampler of the Pillow-SIMD that is built here, against its pixels of four bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

FILTERS = [Image.Resampling.BOX, Image.Resampling.BILINEAR, Image.Resampling.BICUBIC, Image.Resampling.LANCZOS]
# Rows that end at, before and behind a register, and columns that have no four rows beside them.
SIDES = st.integers(1, 40)


def gray(data: st.DataObject, width: int, height: int) -> Image.Image:
    return Image.frombytes("L", (width, height), data.draw(st.binary(min_size=width * height, max_size=width * height)))


@pytest.mark.parametrize("kernel", FILTERS)
@given(data=st.data(), size=st.tuples(SIDES, SIDES), result=st.tuples(SIDES, SIDES))
def test_gray_is_resampled_as_a_channel_is(
    kernel: Image.Resampling, data: st.DataObject, size: tuple[int, int], result: tuple[int, int]
) -> None:
    image = gray(data, *size)
    box = (data.draw(st.floats(0, 0.4)) * size[0], data.draw(st.floats(0, 0.4)) * size[1], *size)

    found = image.resize(result, kernel, box)

    as_channel = Image.merge("RGB", [image] * 3).resize(result, kernel, box).getchannel(1)
    assert found.tobytes() == as_channel.tobytes()
