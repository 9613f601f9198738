"""Whatever part of a file claims to be too large, in whatever format: it is refused before a decoder is asked."""

import subprocess
import sys

import pytest

from imgsvc.codecs.decode import open_image
from imgsvc.codecs.gate import survey
from imgsvc.codecs.headers.extent import Extent
from imgsvc.codecs.opened import DecodeRequest
from imgsvc.codecs.settings import DecodeSettings
from imgsvc.errors import BrokenImageError, ResolutionError
from imgsvc.options.formats import Format
from imgsvc.options.geometry import Size
from tests.codecs.headers.giants import AMBIGUOUS, LIMIT, TOO_LARGE
from tests.images import animated, encoded, fading, quadrants

# More than Python's own growing, less than any of these files would take.
ALLOWED_KIB = 2048


@pytest.mark.parametrize("name", TOO_LARGE)
def test_a_part_that_is_too_large_is_refused_from_its_header(name: str) -> None:
    format_, made = TOO_LARGE[name]

    with pytest.raises(ResolutionError):
        survey(made(), format_, Extent(LIMIT))


@pytest.mark.parametrize("name", AMBIGUOUS)
def test_a_file_that_says_its_size_twice_is_broken(name: str) -> None:
    format_, made = AMBIGUOUS[name]

    with pytest.raises(BrokenImageError):
        survey(made(), format_, Extent())


def test_what_is_refused_takes_no_memory(tmp_path) -> None:
    """In a process of its own, whose highest memory only grows."""
    for number, (format_, made) in enumerate((TOO_LARGE | AMBIGUOUS).values()):
        (tmp_path / f"{number}.{format_.name}").write_bytes(made())

    asked = subprocess.run(
        [sys.executable, "-c", ASKED, tmp_path, str(LIMIT)], capture_output=True, text=True, check=False
    )

    grown = [int(line) for line in asked.stdout.split()]
    assert (asked.returncode, len(grown)) == (0, len(TOO_LARGE | AMBIGUOUS)), asked.stderr
    assert max(grown) < ALLOWED_KIB


ASKED = """
import pathlib, sys
from resource import RUSAGE_SELF, getrusage
from imgsvc.codecs.decode import open_image
from imgsvc.codecs.headers.extent import Extent
from imgsvc.codecs.settings import DecodeSettings
from imgsvc.errors import ImageError
from imgsvc.options.formats import Format

for path in pathlib.Path(sys.argv[1]).iterdir():
    body = path.read_bytes()
    before = getrusage(RUSAGE_SELF).ru_maxrss
    try:
        open_image(body, Format[path.suffix[1:]], DecodeSettings(), Extent(int(sys.argv[2])))
    except ImageError:
        print(getrusage(RUSAGE_SELF).ru_maxrss - before)
"""

ORDINARY = {
    **{word: encoded(quadrants(64, 64), word) for word in ("jpeg", "png", "webp", "gif", "bmp", "tiff", "jxl")},
    **{word: encoded(quadrants(64, 64), word) for word in ("avif", "heic")},
    "ico": encoded(fading(64, 64), "ico", sizes=[(64, 64)]),
}


@pytest.mark.parametrize("word", ORDINARY)
def test_a_picture_of_just_the_limit_passes(word: str) -> None:
    found = open_image(ORDINARY[word], Format[word.upper()], DecodeSettings(), Extent(64 * 64))

    assert found.decode().size == Size(64, 64)


@pytest.mark.parametrize("word", ORDINARY)
def test_a_picture_of_more_than_the_limit_does_not(word: str) -> None:
    with pytest.raises(ResolutionError):
        open_image(ORDINARY[word], Format[word.upper()], DecodeSettings(), Extent(64 * 64 - 1))


@pytest.mark.parametrize("word", ["gif", "webp", "avif"])
def test_an_animation_of_just_the_limit_passes(word: str) -> None:
    found = open_image(animated(3, word), Format[word.upper()], DecodeSettings(), Extent(16 * 12))

    assert len(found.decode(DecodeRequest(max_frames=3)).frames) == 3
