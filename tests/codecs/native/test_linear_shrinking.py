"""What is made smaller in linear light, against the same worked out by numpy on floating point of 64 bits."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from PIL import Image, _imaging

from imgsvc.codecs.native.shrinker import Shrinker, shrunk
from imgsvc.options.geometry import Box, Size
from imgsvc.transforms.pixels.cielab import Floats, linear_levels, srgb_levels
from imgsvc.transforms.planning.resampling import Resampling, Span, resampling
from tests.images import noise, solid

MODES = ["L", "LA", "RGB", "RGBA"]
LOBES = 3
# Before that many, blocks are averaged.
EXACT = st.one_of(st.just(1.0), st.floats(0.126, 1))
FACTORS = st.one_of(st.just(1.0), st.floats(0.002, 1))
# Of what is hardly there, a level of alpha is many of color.
SEEN = 16


def along(light: Floats, span: Span, axis: int) -> Floats:
    """One axis by Lanczos' kernel of three lobes, with the outermost pixels going on beside it."""
    step, side = (span.end - span.start) / span.pixels, light.shape[axis]
    weights = np.zeros((span.pixels, side))
    for row, middle in zip(weights, span.start + (np.arange(span.pixels) + 0.5) * step, strict=True):
        places = np.arange(np.floor(middle - LOBES * step) - 1, middle + LOBES * step + 2)
        distances = (places + 0.5 - middle) / step
        values = np.where(abs(distances) < LOBES, np.sinc(distances) * np.sinc(distances / LOBES), 0)
        np.add.at(row, places.clip(0, side - 1).astype(int), values / values.sum())
    return np.moveaxis(np.tensordot(weights, light, (1, axis)), 0, axis)


def by_numpy(image: Image.Image, how: Resampling) -> tuple[Floats, Floats]:
    """Levels of color, and of alpha."""
    pixels = np.asarray(image).reshape(image.height, image.width, -1)
    colors = pixels.shape[2] - 1 if "A" in image.mode else pixels.shape[2]
    alpha = pixels[..., colors:] / 255 if "A" in image.mode else np.ones((*pixels.shape[:2], 1))
    light = np.concatenate([linear_levels()[pixels[..., :colors]] * alpha, alpha], axis=2)
    light = along(along(light, how.down, 0), how.across, 1)
    there = light[..., -1:]
    return srgb_levels(light[..., :-1] / np.where(there > 0, there, 1)), np.rint(there.clip(0, 1) * 255)


@given(mode=st.sampled_from(MODES), sides=st.tuples(*[st.integers(1, 90)] * 2), factors=st.tuples(EXACT, EXACT))
def test_every_level_is_that_of_floating_point(mode: str, sides: tuple[int, int], factors: tuple[float, float]) -> None:
    image, how = noise(*sides, mode), resampling(Size(*sides), *factors)
    assume(how.shrinks and min(a // b for a, b in zip(sides, how.size, strict=True)) < 8)
    assume(max(a // b for a, b in zip(sides, how.size, strict=True)) < 8)

    found = np.asarray(shrunk(image, how.shrinking(linear=True)), int).reshape(*reversed(how.size), -1)

    colors, alpha = by_numpy(image, how)
    assert abs(found[..., : colors.shape[2]] - colors)[alpha[..., 0] >= SEEN].max(initial=0) <= 1
    assert "A" not in mode or abs(found[..., -1:] - alpha).max() <= 1


@given(
    mode=st.sampled_from(MODES),
    sides=st.tuples(st.integers(1, 60), st.integers(1, 400)),
    factors=st.tuples(FACTORS, FACTORS),
    count=st.integers(1, 50),
)
def test_rows_that_come_one_after_the_other_make_the_same_picture(
    mode: str, sides: tuple[int, int], factors: tuple[float, float], count: int
) -> None:
    image, how = noise(*sides, mode), resampling(Size(*sides), *factors)
    assume(how.shrinks)
    shrinker = Shrinker(mode, Size(*sides), how.shrinking(linear=True))

    for top in range(0, image.height, count):
        shrinker.put(image.crop((0, top, image.width, min(image.height, top + count))))

    assert shrinker.image().tobytes() == shrunk(image, how.shrinking(linear=True)).tobytes()


@given(mode=st.sampled_from(MODES), factors=st.tuples(FACTORS, FACTORS), sides=st.tuples(*[st.integers(1, 300)] * 2))
def test_one_color_stays_that_color(mode: str, factors: tuple[float, float], sides: tuple[int, int]) -> None:
    color = (7, 130, 250, 90)[: len(mode)] if mode != "LA" else (130, 90)
    image, how = solid(*sides, color if len(mode) > 1 else 130, mode), resampling(Size(*sides), *factors)
    assume(how.shrinks)

    levels = shrunk(image, how.shrinking(linear=True)).getextrema()

    assert levels == image.getextrema()


@pytest.mark.parametrize("factor", [0.5, 0.02])
def test_every_level_by_itself_stays_that_level(factor: float) -> None:
    how = resampling(Size(101, 101), factor, factor)

    found = [shrunk(solid(101, 101, level, "L"), how.shrinking(linear=True)).getextrema() for level in range(256)]

    assert found == [(level, level) for level in range(256)]


@pytest.mark.parametrize("mode", MODES)
def test_a_part_of_the_result_is_that_of_the_whole(mode: str) -> None:
    image, how = noise(150, 170, mode), resampling(Size(150, 170), 0.3, 0.07)

    part = shrunk(image, how.shrinking(Box(3, 2, 9, 7), linear=True))

    assert part.tobytes() == shrunk(image, how.shrinking(linear=True)).crop((3, 2, 9, 7)).tobytes()


def test_samples_of_three_bytes_are_those_of_four() -> None:
    image, how = noise(50, 70), resampling(Size(50, 70), 0.3, 0.1)
    shrinker = Shrinker("RGB", Size(50, 70), how.shrinking(linear=True))

    shrinker.put_samples(np.asarray(image))

    assert shrinker.image().tobytes() == shrunk(image, how.shrinking(linear=True)).tobytes()


@pytest.mark.parametrize("count", [2, 40, 4096])
def test_the_mean_of_black_and_white_is_half_of_the_light(count: int) -> None:
    image = Image.frombytes("L", (count, 1), bytes([0, 255] * (count // 2)))

    small = shrunk(image, resampling(Size(count, 1), 1 / count, 1).shrinking(linear=True))

    assert small.getpixel((0, 0)) == pytest.approx(188, abs=1)


def test_the_color_of_what_is_transparent_counts_for_nothing() -> None:
    image = solid(40, 40, (0, 0, 255, 0), "RGBA")
    image.paste((255, 0, 0, 255), (0, 0, 40, 21))

    small = shrunk(image, resampling(Size(40, 40), 0.25, 0.25).shrinking(linear=True))

    assert {color[:3] for _, color in small.getcolors() or () if color[3] > SEEN} == {(255, 0, 0)}


@pytest.mark.parametrize("mode", ["La", "RGBa", "CMYK", "RGBX", "YCbCr"])
def test_pixels_that_are_not_straight_levels_of_srgb_are_refused(mode: str) -> None:
    half = (4, 0.0, 8.0, 0, 4)

    with pytest.raises(ValueError, match="wrong mode"):
        _imaging.new(mode, (8, 8)).shrink(half, half, True)
    with pytest.raises(ValueError, match="wrong mode"):
        _imaging.shrinker(_imaging.new(mode, (4, 4)), (8, 8), half, half, True)
