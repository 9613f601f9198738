import pytest
from PIL import Image

from imgsvc.codecs.info.outline import Wanted
from imgsvc.options.geometry import Size
from tests import images
from tests.codecs.info.reading import in_parts, outline

SIGNATURE = b"\0\0\0\x0cJXL \r\n\x87\n"


def box(kind: bytes, content: bytes) -> bytes:
    return (8 + len(content)).to_bytes(4) + kind + content


def in_boxes(*before: tuple[bytes, bytes]) -> bytes:
    stream = images.encoded(images.quadrants(40, 20), "jxl")
    return b"".join((SIGNATURE, *(box(*each) for each in before), box(b"jxlc", stream)))


@pytest.fixture(scope="module", autouse=True)
def _is_a_bare_stream() -> None:
    assert images.encoded(images.quadrants(40, 20), "jxl").startswith(b"\xff\x0a")


def test_a_bare_stream_says_its_size() -> None:
    assert outline(images.encoded(images.quadrants(40, 20), "jxl")).size == Size(40, 20)


def test_metadata_stands_in_boxes_of_its_own() -> None:
    found = outline(in_boxes((b"Exif", bytes(4) + b"MM\0*"), (b"xml ", b"<x/>")))

    assert (found.exif.read(0, 9), found.xmp, found.size) == (b"MM\0*", b"<x/>", Size(40, 20))


def test_exif_begins_where_its_first_bytes_say() -> None:
    assert outline(in_boxes((b"Exif", b"\0\0\0\6Exif\0\0MM\0*"))).exif.read(0, 9) == b"MM\0*"


def test_other_boxes_are_passed_over_unread() -> None:
    found, read = in_parts(in_boxes((b"jumb", bytes(100_000)), (b"xml ", b"<x/>")))

    assert found is not None
    assert (found.xmp, read < 10_000) == (b"<x/>", True)


def test_metadata_that_nobody_wants_is_not_read() -> None:
    assert outline(in_boxes((b"xml ", b"<x/>")), Wanted(xmp=False)).xmp == b""


@pytest.mark.parametrize(
    ("mode", "expected"),
    [("L", ("b-w", 1, False)), ("LA", ("b-w", 2, True)), ("RGB", ("srgb", 3, False)), ("RGBA", ("srgb", 4, True))],
)
def test_its_samples_are_told_as_libvips_names_them(mode: str, expected: tuple[str, int, bool]) -> None:
    found = outline(images.encoded(Image.new(mode, (40, 20)), "jxl"))

    assert (found.colorspace, found.bands, found.has_alpha) == expected


@pytest.mark.parametrize(
    ("stream", "expected"),
    [("ff0a9870fc24c585", ("grey16", "ushort")), ("ff0a98707209c585", ("scrgb", "float"))],
)
def test_those_of_more_bits_too(stream: str, expected: tuple[str, str]) -> None:
    found = outline(bytes.fromhex(stream))

    assert (found.colorspace, found.sample_format) == expected
