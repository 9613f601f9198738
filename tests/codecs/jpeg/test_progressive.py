from io import BytesIO

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image

from imgsvc.codecs.decode import open_image
from imgsvc.codecs.jpeg.progressive import without_last_bits
from imgsvc.codecs.opened import DecodeRequest
from imgsvc.codecs.settings import DecodeSettings
from imgsvc.options.formats import Format

LEAST_DECIBEL = 45
SHRINKS = (2, 4, 8)


def photo(size=(320, 240), mode="RGB"):
    """Something with soft and with sharp detail, and noise as a sensor's."""
    random = np.random.default_rng(7)
    y, x = np.mgrid[: size[1], : size[0]]
    soft = 110 + 80 * np.sin(x / 37) * np.cos(y / 23)
    sharp = 40 * ((x // 9 + y // 13) % 2)
    noise = random.normal(0, 9, (size[1], size[0], 3))
    pixels = (soft + sharp)[..., None] + noise + np.array([0, 15, -20])
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).convert(mode)


def jpeg(quality=95, *, progressive=True, mode="RGB", **more):
    file = BytesIO()
    photo(mode=mode).save(file, "JPEG", quality=quality, progressive=progressive, **more)
    return file.getvalue()


def decoded(data, shrink):
    with Image.open(BytesIO(data)) as image:
        image.draft(None, (image.width // shrink, image.height // shrink))
        return np.asarray(image, float)


def decibel(one, other):
    error = float(((one - other) ** 2).mean())
    return 10 * np.log10(255**2 / error) if error else 99.0


@pytest.mark.parametrize("shrink", SHRINKS)
@pytest.mark.parametrize("subsampling", [0, 1, 2])
@pytest.mark.parametrize("quality", [40, 75, 85, 92, 98])
def test_what_is_left_out_can_not_be_seen(quality, subsampling, shrink):
    data = jpeg(quality, subsampling=subsampling)

    assert decibel(decoded(data, shrink), decoded(without_last_bits(data, shrink), shrink)) >= LEAST_DECIBEL


def against_smoothing(step):
    """Blocks that rise from left to right, and fall within, or the other way: libjpeg guesses the opposite."""
    means = 6 * abs(np.arange(40) % 16 - 8)
    within = np.cos((2 * np.arange(8) + 1) * np.pi / 16) * step / 5.66
    signs = np.sign(np.diff(means, append=0))
    row = np.concatenate([100 + mean + sign * within for mean, sign in zip(means, signs, strict=True)])
    image, steps = Image.fromarray(np.rint(np.tile(row, (64, 1))).astype(np.uint8)), [1, step] + [1] * 62
    file = BytesIO()
    image.save(file, "JPEG", qtables=[steps], progressive=True)
    return file.getvalue()


@pytest.mark.parametrize("shrink", SHRINKS)
@pytest.mark.parametrize("step", range(1, 20))
def test_nor_what_libjpeg_guesses_in_its_place(step, shrink):
    """All pixels of a column are rounded the same way here: that is worth half a decibel."""
    data = against_smoothing(step)

    assert decibel(decoded(data, shrink), decoded(without_last_bits(data, shrink), shrink)) >= LEAST_DECIBEL - 0.5


@pytest.mark.parametrize("mode", ["L", "CMYK"])
def test_so_it_is_in_gray_and_in_four_colors(mode):
    data = jpeg(mode=mode)

    for shrink in SHRINKS:
        assert decibel(decoded(data, shrink), decoded(without_last_bits(data, shrink), shrink)) >= LEAST_DECIBEL


def test_of_a_fine_file_a_quarter_or_more_is_left_out():
    data = jpeg(95)

    assert len(without_last_bits(data, 4)) < 0.75 * len(data)


def test_where_every_bit_may_be_seen_all_stay():
    data = jpeg(40)

    assert without_last_bits(data, 2) is data


def test_at_full_size_all_stay():
    data = jpeg()

    assert without_last_bits(data, 1) is data


def test_a_baseline_file_stays_as_it_is():
    data = jpeg(progressive=False)

    assert without_last_bits(data, 8) is data


def test_a_file_of_very_many_scans_stays_as_it_is():
    data = jpeg()
    scan = b"\xff\xda\x00\x08\x01\x01\x00\x01\x3f\x10\x00"
    bomb = data[:-2] + 1000 * scan + data[-2:]

    assert without_last_bits(bomb, 8) is bomb
    assert without_last_bits(data[:-2] + 10 * scan + data[-2:], 8) == without_last_bits(data, 8)


@pytest.mark.parametrize("share", [0.01, 0.1, 0.5, 0.9, 0.999])
def test_a_file_that_ends_early_stays_as_it_is(share):
    data = jpeg()
    data = data[: int(len(data) * share)]

    assert without_last_bits(data, 8) is data


@example(175, b"\0", 2)
@given(st.integers(0, 1500), st.binary(min_size=1, max_size=8), st.sampled_from(SHRINKS))
def test_of_a_damaged_file_something_comes_back(at, damage, shrink):
    data = jpeg(90)
    data = data[:at] + damage + data[at + len(damage) :]

    assert without_last_bits(data, shrink)[:1] == data[:1]


def test_a_source_is_decoded_without_them():
    data = jpeg(95)

    made = open_image(data, Format.JPEG, DecodeSettings()).decode(DecodeRequest(shrink=4)).frames[0]

    assert LEAST_DECIBEL <= decibel(np.asarray(made, float), decoded(data, 4)) < 99
