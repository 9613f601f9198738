import pytest

from imgsvc.codecs.jpeg.file import JpegFile
from tests.codecs.files import frame_of, opened
from tests.images import RED, encoded, exif, solid, swapped_profile

BASE = encoded(solid(16, 8, RED), "jpeg", quality=95)
PROFILE = swapped_profile()
HALF = len(PROFILE) // 2
APPLICATIONS = range(16)


def segment(number: int, content: bytes, length: int | None = None) -> bytes:
    return bytes((0xFF, 0xE0 + number)) + (len(content) + 2 if length is None else length).to_bytes(2) + content


def with_segments(*segments: bytes) -> bytes:
    return BASE[:2] + b"".join(segments) + BASE[2:]


def part(number: int, count: int, content: bytes) -> bytes:
    return segment(2, b"ICC_PROFILE\0" + bytes((number, count)) + content)


BEGINNINGS = (
    *(b"", b"x", b"JFIF\0", b"JFXX\0", b"Exif\0\0", b"http://ns.adobe.com/xap/1.0/\0", b"FPXR\0", b"MPF\0", b"Adobe"),
    *(b"ICC_PROFILE\0", b"ICC_PROFILE\0\1", b"Photoshop 3.0\0", b"Photoshop 3.0\08BIM\4\4\0", b"Adobe\0"),
)


@pytest.mark.parametrize("number", APPLICATIONS)
@pytest.mark.parametrize("content", BEGINNINGS)
def test_an_application_segment_that_ends_early_is_passed_over(number: int, content: bytes) -> None:
    frame = frame_of(with_segments(segment(number, content)), "jpeg")

    assert frame.getpixel((8, 4))[0] > 240


@pytest.mark.parametrize("number", APPLICATIONS)
@pytest.mark.parametrize("length", [0, 1])
def test_a_segment_of_less_than_its_length_is_passed_over(number: int, length: int) -> None:
    assert frame_of(with_segments(segment(number, b"", length)), "jpeg").size == (16, 8)


IN_PARTS = {
    "whole": (part(1, 1, PROFILE),),
    "whole, twice": (part(1, 1, PROFILE),) * 2,
    "in two": (part(1, 2, PROFILE[:HALF]), part(2, 2, PROFILE[HALF:])),
    "in two, twice": (part(1, 2, PROFILE[:HALF]), part(2, 2, PROFILE[HALF:])) * 2,
    "in two, the second first": (part(2, 2, PROFILE[HALF:]), part(1, 2, PROFILE[:HALF])),
    "after one that is too short": (segment(2, b"ICC_PROFILE\0"), part(1, 1, PROFILE)),
}


@pytest.mark.parametrize("name", IN_PARTS)
def test_a_profile_is_put_together_of_the_parts_that_there_are(name: str) -> None:
    assert opened(with_segments(*IN_PARTS[name]), "jpeg").header.profile == PROFILE


def test_a_profile_of_which_a_part_is_missing_is_none() -> None:
    assert opened(with_segments(part(1, 2, PROFILE[:HALF])), "jpeg").header.profile is None


def test_nothing_of_exif_is_read_when_the_file_is_opened() -> None:
    assert JpegFile(encoded(solid(16, 8, RED), "jpeg", exif=exif(6)))._exif is None
