import errno
import os
import warnings

import pytest
from PIL import Image

from imgsvc.codecs.headers.extent import Extent
from imgsvc.codecs.native.errors import decoder_errors, guarded
from imgsvc.errors import BrokenImageError, BrokenSvgError, ExhaustedError, RequestTimeoutError
from imgsvc.options.formats import Format
from tests.images import solid


@pytest.mark.parametrize("error", [SyntaxError, OSError, MemoryError, EOFError, KeyError, RecursionError, ValueError])
def test_whatever_a_decoder_raises_becomes_a_broken_image(error: type[Exception]) -> None:
    with pytest.raises(BrokenImageError) as caught, decoder_errors(Format.GIF):
        raise error("damaged")

    assert isinstance(caught.value.__cause__, error)


def test_a_broken_svg_is_called_one() -> None:
    with pytest.raises(BrokenSvgError), decoder_errors(Format.SVG):
        raise ValueError("damaged")


def test_an_error_of_the_catalogue_passes_unchanged() -> None:
    with pytest.raises(RequestTimeoutError), decoder_errors(Format.GIF):
        raise RequestTimeoutError("late")


def test_a_decoder_cannot_warn() -> None:
    with decoder_errors(Format.GIF):
        warnings.warn("corrupt EXIF data", stacklevel=1)


def test_a_descriptor_that_is_refused_is_no_fault_of_the_picture():
    with pytest.raises(ExhaustedError), decoder_errors(Format.TIFF):
        raise OSError(errno.EMFILE, "too many open files")


class PanicException(BaseException):
    """As pyo3 raises it: no Exception."""


def test_a_panic_of_a_decoder_is_an_image_error() -> None:
    with pytest.raises(BrokenImageError, match="PanicException"), decoder_errors(Format.JXL):
        raise PanicException("called `Option::unwrap()` on a `None` value")


def test_what_ends_the_process_is_no_image_error() -> None:
    with pytest.raises(SystemExit), decoder_errors(Format.JXL):
        raise SystemExit


def test_what_a_decoder_writes_is_told_with_its_error(capfd) -> None:
    def fail() -> None:
        os.write(2, b"in no\ntable\n")
        raise ValueError("no code")

    with pytest.raises(BrokenImageError, match="ValueError: no code in no table"), decoder_errors(Format.TIFF):
        fail()

    assert capfd.readouterr().err == ""


def test_pillow_has_a_guard_of_its_own_while_it_decodes() -> None:
    """It sees to what a header walk might not."""
    with pytest.raises(Image.DecompressionBombError), guarded(Extent(100)):
        solid(4, 4).crop((0, 0, 11, 11))
