import errno
import os
import subprocess
import sys
import warnings
from importlib.metadata import version

import pytest

from imgsvc.codecs.plugins import can_decode, can_encode, capabilities, decoder_errors, open_with_pillow
from imgsvc.errors import BrokenImageError, BrokenSvgError, ExhaustedError, RequestTimeoutError
from imgsvc.options.formats import Format
from tests.images import encoded, quadrants


def test_only_the_plugin_of_the_format_is_asked() -> None:
    body = encoded(quadrants(), "png")

    with pytest.raises(BrokenImageError):
        open_with_pillow(body, Format.JPEG)


def test_no_plugin_is_loaded_that_is_not_used() -> None:
    """In a process of its own: the tests' own Image.open loads them all."""
    program = "import imgsvc.codecs.decode, imgsvc.codecs.encode; from PIL import Image; print(*sorted(Image.OPEN))"

    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout

    assert set(loaded.split()) <= {"AVIF", "BMP", "DIB", "GIF", "HEIF", "ICO", "JPEG", "JXL", "PNG", "TIFF", "WEBP"}


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


def test_every_format_is_read_and_all_but_svg_are_written() -> None:
    assert all(map(can_decode, Format))
    assert [each for each in Format if not can_encode(each)] == [Format.SVG]


def test_capabilities_name_a_version_for_every_format() -> None:
    found = capabilities()

    assert [each.format for each in found] == list(Format)
    assert all(any(map(str.isdigit, each.library)) for each in found)


def test_both_libraries_that_draw_svg_are_named() -> None:
    (found,) = (each for each in capabilities() if each.format is Format.SVG)

    assert all(version(each) in found.library for each in ("resvg", "resvg-py"))


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
