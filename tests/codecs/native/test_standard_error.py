import os
import subprocess
import sys

import pytest

from imgsvc.codecs.encode import can_encode, encode
from imgsvc.codecs.native.standard_error import captured
from imgsvc.codecs.picture import Picture
from imgsvc.codecs.settings import EncodeSettings
from imgsvc.options.formats import Format
from imgsvc.options.processing import ProcessingOptions
from tests.images import noise

WRITES = b"a  line\nand\tanother\n"


def test_what_is_written_meanwhile_is_told_in_one_line(capfd) -> None:
    with captured(Format.TIFF) as said:
        os.write(2, WRITES)
        told = said()

    assert told == "a line and another"
    assert capfd.readouterr().err == ""


def test_what_is_written_before_and_after_arrives(capfd) -> None:
    os.write(2, b"before ")
    with captured(Format.TIFF):
        os.write(2, WRITES)
    os.write(2, b"after")

    assert capfd.readouterr().err == "before after"


def test_one_within_another_changes_nothing(capfd) -> None:
    with captured(Format.TIFF) as said:
        with captured(Format.TIFF):
            os.write(2, b"inner")
        os.write(2, b" outer")
        told = said()

    assert (told, capfd.readouterr().err) == ("inner outer", "")


def test_what_one_has_written_the_next_does_not_tell() -> None:
    with captured(Format.TIFF):
        os.write(2, WRITES)
    with captured(Format.TIFF) as said:
        assert said() == ""


def test_only_the_beginning_of_much_is_told() -> None:
    with captured(Format.TIFF) as said:
        os.write(2, b"x" * 10_000)

        assert said() == "x" * 500


def test_where_there_is_no_standard_error_nothing_is_told() -> None:
    asked = """
from imgsvc.codecs.native.standard_error import captured
from imgsvc.options.formats import Format

with captured(Format.TIFF) as said:
    print(repr(said()))
"""

    told = subprocess.run(
        [sys.executable, "-c", asked], stdout=subprocess.PIPE, preexec_fn=lambda: os.close(2), text=True, check=True
    )

    assert told.stdout == "''\n"


@pytest.mark.parametrize("format_", [each for each in Format if can_encode(each)])
def test_no_encoder_writes_to_standard_error(capfd, format_: Format) -> None:
    picture = Picture(frames=(noise(70, 66, "RGB"),))

    encode(picture, format_, ProcessingOptions(), EncodeSettings(), lambda: None)

    assert capfd.readouterr().err == ""
