import pytest

from imgsvc.codecs.encode import encode
from imgsvc.codecs.picture import Picture
from imgsvc.codecs.settings import EncodeSettings
from imgsvc.errors import RequestTimeoutError
from imgsvc.options.formats import Format
from imgsvc.options.processing import ProcessingOptions
from tests.codecs.files import written
from tests.images import noise

DEFAULTS = EncodeSettings()
PLAIN = ProcessingOptions()


def test_max_bytes_lowers_the_quality_until_the_file_fits() -> None:
    full = len(written(noise(), Format.JPEG).body)

    result = written(noise(), Format.JPEG, ProcessingOptions(max_bytes=full // 2))

    assert len(result.body) <= full // 2


def test_the_smallest_attempt_is_given_even_where_it_does_not_fit() -> None:
    attempts: list[int] = []
    picture = Picture(frames=(noise(),))

    result = encode(picture, Format.JPEG, ProcessingOptions(max_bytes=1), DEFAULTS, lambda: attempts.append(1))

    # Qualities 80, 20 and 5.
    assert (len(attempts), len(result.body) > 1) == (3, True)


def test_max_bytes_means_nothing_to_a_format_without_quality() -> None:
    plain, limited = (written(noise(), Format.PNG, options) for options in (PLAIN, ProcessingOptions(max_bytes=1)))

    assert plain == limited


def test_no_attempt_is_made_once_the_time_is_up() -> None:
    def late() -> None:
        raise RequestTimeoutError("late")

    with pytest.raises(RequestTimeoutError):
        encode(Picture(frames=(noise(),)), Format.JPEG, PLAIN, DEFAULTS, late)
