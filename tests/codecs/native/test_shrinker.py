"""Rows that come one after the other, against the resampler that has all of them."""

import numpy
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from PIL import Image, _imaging

from imgsvc.codecs.native.shrinker import Shrinker, shrunk
from imgsvc.options.geometry import Box, Size
from imgsvc.transforms.planning.resampling import resampling
from imgsvc.transforms.scale import resampled
from tests.images import noise, solid

FACTORS = st.one_of(st.just(1.0), st.floats(0.002, 1))
HALF = (4, 0.0, 8.0, 0, 4)


@given(
    mode=st.sampled_from(["L", "LA", "RGB", "RGBA"]),
    sides=st.tuples(st.integers(1, 60), st.integers(1, 400)),
    factors=st.tuples(FACTORS, FACTORS),
    count=st.integers(1, 50),
)
def test_the_picture_is_that_of_all_rows_at_once(
    mode: str, sides: tuple[int, int], factors: tuple[float, float], count: int
) -> None:
    image, how = noise(*sides, mode), resampling(Size(*sides), *factors)
    assume(how.shrinks)
    shrinker = Shrinker(mode, Size(*sides), how.shrinking())

    for top in range(0, image.height, count):
        shrinker.put(image.crop((0, top, image.width, min(image.height, top + count))))

    assert shrinker.image().tobytes() == resampled(image, how).tobytes() == shrunk(image, how.shrinking()).tobytes()


def test_a_part_of_the_result_is_that_of_the_whole() -> None:
    image, how = noise(50, 70, "RGBA"), resampling(Size(50, 70), 0.3, 0.17)
    shrinker = Shrinker("RGBA", Size(50, 70), how.shrinking(Box(3, 2, 9, 7)))

    shrinker.put(image)

    assert shrinker.image().tobytes() == resampled(image, how).crop((3, 2, 9, 7)).tobytes()


def test_blocks_of_more_rows_than_sixteen_bits_can_add_are_as_exact() -> None:
    image, how = noise(3, 5000, "RGB"), resampling(Size(3, 5000), 1, 1 / 2500)
    shrinker = Shrinker("RGB", Size(3, 5000), how.shrinking())

    shrinker.put(image)

    assert shrinker.image().tobytes() == resampled(image, how).tobytes()


@pytest.mark.parametrize(
    ("mode", "size", "across", "down"),
    [
        ("RGB", (4, 3), HALF, HALF),
        ("RGB", (5, 4), HALF, HALF),
        ("RGB", (4, 4), HALF, (9, 0.0, 8.0, 0, 4)),
        ("RGB", (4, 4), (4, 0.0, 8.0, -1, 3), HALF),
        ("RGB", (4, 4), (4, 0.0, float("nan"), 0, 4), HALF),
    ],
)
def test_a_span_that_is_none_of_the_image_is_refused(
    mode: str, size: tuple[int, int], across: tuple[float, ...], down: tuple[float, ...]
) -> None:
    with pytest.raises(ValueError, match="not a span"):
        _imaging.shrinker(_imaging.new(mode, size), (8, 8), across, down)


@pytest.mark.parametrize("mode", ["P", "1", "I;16", "F"])
def test_what_is_no_levels_of_eight_bits_is_refused(mode: str) -> None:
    with pytest.raises(ValueError, match="wrong mode"):
        _imaging.shrinker(_imaging.new(mode, (4, 4)), (8, 8), HALF, HALF)


@pytest.mark.parametrize(("mode", "size"), [("RGB", (7, 1)), ("RGB", (8, 9)), ("L", (8, 1))])
def test_rows_of_another_picture_are_refused(mode: str, size: tuple[int, int]) -> None:
    shrinker = _imaging.shrinker(_imaging.new("RGB", (4, 4)), (8, 8), HALF, HALF)

    with pytest.raises(ValueError, match="not rows"):
        shrinker.put(solid(*size, mode="RGB").convert(mode).im)


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_samples_are_the_rows_of_an_image(mode: str) -> None:
    image, how = noise(50, 70, mode), resampling(Size(50, 70), 0.3, 0.17)
    shrinker, samples = Shrinker(mode, image.size, how.shrinking()), numpy.asarray(image)

    shrinker.put_samples(samples[:31])
    shrinker.put_samples(samples[31:])

    assert shrinker.image().tobytes() == resampled(image, how).tobytes()


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_indices_are_looked_up(mode: str) -> None:
    image, how = noise(50, 70, "L"), resampling(Size(50, 70), 0.3, 0.17)
    colors = bytes(byte for at in range(256) for byte in ((at, 255 - at, at // 2, 255) if at % 7 else (0, 0, 0, 0)))
    shown = Image.frombytes("RGBA", image.size, b"".join(colors[4 * at : 4 * at + 4] for at in image.tobytes()))
    shrinker = Shrinker(mode, image.size, how.shrinking())

    for row in numpy.asarray(image):
        shrinker.put_indices(memoryview(row), colors)

    assert shrinker.image().tobytes() == resampled(shown.convert(mode), how).tobytes()


@pytest.mark.parametrize(
    ("mode", "call", "arguments"),
    [
        ("RGB", "put_samples", (bytes(25),)),
        ("RGB", "put_samples", (bytes(24 * 9),)),
        ("RGBa", "put_samples", (bytes(32),)),
        ("RGB", "put_indices", (bytes(7), bytes(1024))),
        ("RGB", "put_indices", (bytes(8), bytes(1023))),
        ("L", "put_indices", (bytes(8), bytes(1024))),
    ],
)
def test_samples_and_indices_of_another_picture_are_refused(mode: str, call: str, arguments: tuple[bytes, ...]) -> None:
    shrinker = _imaging.shrinker(_imaging.new(mode, (4, 4)), (8, 8), HALF, HALF)

    with pytest.raises(ValueError, match=r"not (rows|a row)"):
        getattr(shrinker, call)(*arguments)


def test_rows_of_pixels_of_another_width_are_refused() -> None:
    shrinker = _imaging.shrinker(_imaging.new("RGB", (4, 4)), (8, 8), HALF, HALF)
    shrinker.put_samples(bytes(24))

    with pytest.raises(ValueError, match="not rows"):
        shrinker.put(solid(8, 1).im)
