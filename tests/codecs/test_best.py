import itertools

import pytest
from PIL import Image

from imgsvc.codecs.best import entropy, write_best
from imgsvc.codecs.encode import Encoded
from imgsvc.codecs.picture import Picture
from imgsvc.codecs.settings import EncodeSettings, FormatSettings
from imgsvc.errors import RequestTimeoutError
from imgsvc.options.formats import Format
from imgsvc.options.processing import ProcessingOptions
from imgsvc.options.saving import WebpCompression, WebpOptions
from tests.codecs.files import reopened, written
from tests.images import fading, frames, noise, quadrants, solid

BEST = ProcessingOptions(best=True)
ALL = frozenset({Format.WEBP, Format.AVIF, Format.JXL})
DETECTING = FormatSettings(auto_webp=True, auto_avif=True, auto_jxl=True)
NOISY, SIMPLE = Picture((noise(64, 64),)), Picture((quadrants(64, 64),))
SETTINGS = EncodeSettings()


def best(
    picture: Picture,
    formats: FormatSettings = DETECTING,
    accepted: frozenset[Format] = ALL,
    options: ProcessingOptions = BEST,
) -> Encoded:
    """By somebody with all the time in the world."""
    return write_best(picture, options, formats, SETTINGS, accepted, lambda: None, lambda: 60.0)


def test_the_smallest_of_what_may_be_sent_is_taken() -> None:
    each = {one: written(NOISY, one) for one in (Format.JPEG, Format.WEBP, Format.AVIF, Format.JXL)}

    assert best(NOISY).body == min(each.values(), key=lambda one: len(one.body)).body


def test_what_the_client_does_not_know_is_not_tried() -> None:
    assert best(NOISY, accepted=frozenset()).format is Format.JPEG


def test_what_the_settings_do_not_detect_is_not_tried_even_where_it_is_preferred() -> None:
    formats = FormatSettings(preferred_formats=(Format.AVIF, Format.JPEG))

    assert best(NOISY, formats).format is Format.JPEG


def test_what_is_simple_loses_nothing() -> None:
    found = best(SIMPLE, FormatSettings(auto_webp=True))

    assert found.format in (Format.PNG, Format.WEBP)
    assert reopened(found).convert("RGB").tobytes() == SIMPLE.frames[0].tobytes()


def test_of_what_is_not_simple_a_png_is_not_tried() -> None:
    formats = FormatSettings(preferred_formats=(Format.PNG, Format.JPEG))

    assert best(Picture((solid(64, 64),)), formats).format is Format.PNG
    assert best(NOISY, formats).format is Format.JPEG


def test_alpha_leaves_jpeg_out() -> None:
    clear = noise(64, 64)
    clear.putalpha(99)

    assert best(Picture((clear,)), FormatSettings()).format is Format.PNG


def test_alpha_that_hides_nothing_does_not() -> None:
    opaque = noise(64, 64).convert("RGBA")

    assert best(Picture((opaque,)), FormatSettings()).format is Format.JPEG


def test_an_animation_stays_one() -> None:
    picture = Picture(tuple(frames(3)), delays_ms=(50, 50, 50))

    assert best(picture, FormatSettings()).format is Format.GIF
    assert best(picture).format in (Format.WEBP, Format.GIF)


def test_without_a_threshold_nothing_is_simple() -> None:
    formats = FormatSettings(preferred_formats=(Format.PNG, Format.JPEG), best_format_complexity_threshold=0)

    assert best(SIMPLE, formats).format is Format.JPEG


def test_of_a_large_picture_the_first_is_taken_untried() -> None:
    formats = FormatSettings(preferred_formats=(Format.JPEG,), auto_webp=True, best_format_max_resolution=4_095)

    assert best(NOISY, formats).body == written(NOISY, Format.WEBP).body


def test_what_cannot_hold_the_picture_drops_out() -> None:
    long = Picture((noise(16_400, 2),))

    assert best(long, FormatSettings(auto_webp=True)).format is Format.JPEG


def test_what_a_url_says_of_a_format_counts() -> None:
    asked = ProcessingOptions(best=True, webp_options=WebpOptions(WebpCompression.LOSSY))

    found = best(
        Picture((fading(64, 64),)), FormatSettings(preferred_formats=(Format.GIF,), auto_webp=True), options=asked
    )

    assert found.body == written(fading(64, 64), Format.WEBP).body


def test_with_little_time_left_what_has_been_written_is_sent() -> None:
    found = write_best(NOISY, BEST, DETECTING, SETTINGS, ALL, lambda: None, lambda: 0.5)

    assert found.format is Format.JXL


def test_the_deadline_is_asked_for_between_two_formats() -> None:
    calls = itertools.count()

    def check() -> None:
        if next(calls) > 2:
            raise RequestTimeoutError("over")

    with pytest.raises(RequestTimeoutError):
        write_best(NOISY, BEST, DETECTING, SETTINGS, ALL, check, lambda: 60.0)


def test_where_no_format_holds_it_a_png_does() -> None:
    assert (
        best(Picture((Image.new("RGB", (70_000, 1)),)), FormatSettings(preferred_formats=(Format.JPEG,))).format
        is Format.PNG
    )


def test_where_none_has_alpha_it_stands_on_white() -> None:
    assert best(Picture((fading(64, 64),)), FormatSettings(preferred_formats=(Format.JPEG,))).format is Format.JPEG


@pytest.mark.parametrize(("image", "bits"), [(solid(), 0.0), (quadrants(40, 20), 2.0)])
def test_entropy_is_in_bits_a_pixel(image: Image.Image, bits: float) -> None:
    assert entropy(image) == pytest.approx(bits)
