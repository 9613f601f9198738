"""With a real origin."""

import os

import pytest

from imgsvc.bench.choices import choices
from imgsvc.bench.comparing import compare
from imgsvc.bench.measuring import Wish
from imgsvc.bench.serving import BenchError
from imgsvc.codecs.jpeg.jpegli import HAS_JPEGLI
from imgsvc.options.formats import Format
from imgsvc.options.geometry import ScalingMethod
from tests.images import encoded, noise, oriented

pytestmark = pytest.mark.slow
ENVIRON = {"PATH": os.environ["PATH"]}
WISH = Wish("rs:fit:90:90", "", 0)


def looks(path, formats, environ=ENVIRON):
    (found,) = compare(environ, [path], WISH, list(choices(formats, [40, 95], has_jpegli=False)), lambda _: None)
    return {(each.choice.scaling, each.choice.quality): each for each in found.looks}


@pytest.fixture
def picture(tmp_path):
    path = tmp_path / "a picture?.png"
    path.write_bytes(encoded(noise(300, 200)))
    return path


def test_more_quality_has_more_bytes_and_a_higher_score(picture):
    found = looks(picture, [Format.WEBP])

    low, high = found[ScalingMethod.FINE, 40], found[ScalingMethod.FINE, 95]
    assert low.size < high.size
    assert low.score < high.score
    assert low.ssim < high.ssim
    assert low.seconds > 0


def test_what_is_scaled_in_linear_light_and_loses_nothing_is_what_it_is_compared_with(picture):
    found = looks(picture, [Format.PNG])

    assert found[ScalingMethod.FINE, 0].score > 99.9
    assert found[ScalingMethod.IMGPROXY, 0].score < 99


def test_a_picture_that_is_turned_is_compared_with_one_that_is(tmp_path):
    path = tmp_path / "turned.jpg"
    path.write_bytes(oriented(6, 300, 200))

    assert looks(path, [Format.PNG])[ScalingMethod.FINE, 0].score > 90


def test_options_that_a_url_may_not_have_are_compared_all_the_same(picture):
    environ = {**ENVIRON, "IMGSVC_ALLOWED_PROCESSING_OPTIONS": "rs", "IMGSVC_FORMAT_QUALITY": "webp=95"}

    found = looks(picture, [Format.WEBP], environ)

    assert found[None, 0].size == found[ScalingMethod.IMGPROXY, 95].size


@pytest.mark.skipif(not HAS_JPEGLI, reason="ajpegli is not installed: pip install imgsvc[jpegli]")
def test_encoders_of_one_format_are_compared(picture):
    ways = list(choices([Format.JPEG], [80], has_jpegli=True))

    (found,) = compare(ENVIRON, [picture], WISH, ways, lambda _: None)

    assert len({each.size for each in found.looks if each.choice.scaling is ScalingMethod.FINE}) == 3


def test_a_file_that_is_no_picture_is_named(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("nothing to see")

    with pytest.raises(BenchError, match=r"notes\.txt"):
        looks(path, [Format.PNG])
