import io

import pytest
from PIL import Image

from imgsvc.codecs.avif import FASTEST, avif_parameters
from tests.images import noise

QUALITIES = [1, 63, 97, 98, 99, 100]


def size(image: Image.Image, **parameters: object) -> int:
    buffer = io.BytesIO()
    image.save(buffer, "AVIF", **parameters)
    return buffer.tell()


@pytest.mark.parametrize("quality", QUALITIES)
def test_below_the_fastest_speed_the_quality_is_taken_as_it_is(quality: int) -> None:
    assert avif_parameters(quality, FASTEST - 1, is_sequence=False)["quality"] == quality


@pytest.mark.parametrize("quality", QUALITIES)
def test_a_sequence_takes_the_quality_as_it_is_at_any_speed(quality: int) -> None:
    assert avif_parameters(quality, FASTEST, is_sequence=True)["quality"] == quality


@pytest.mark.parametrize(("quality", "taken"), [(1, 3), (63, 65), (97, 99), (98, 99), (99, 99), (100, 100)])
def test_the_fastest_speed_takes_a_step_more_but_never_what_is_without_loss(quality: int, taken: int) -> None:
    assert avif_parameters(quality, FASTEST, is_sequence=False)["quality"] == taken


@pytest.mark.parametrize("speed", [FASTEST - 1, FASTEST])
def test_a_still_is_tuned_for_how_it_looks(speed: int) -> None:
    image, asked = noise(64, 64), avif_parameters(63, speed, is_sequence=False)
    plain = {name: value for name, value in asked.items() if name != "advanced"}

    assert size(image, **asked) != size(image, **plain, advanced={"tune": "ssim"})
