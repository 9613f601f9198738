import zlib
from typing import Any

import pytest
from PIL import Image

from imgsvc.codecs.info.outline import Wanted
from imgsvc.errors import UndecodableImageError
from tests import images
from tests.codecs.info.reading import in_parts, outline

XMP = b"XML:com.adobe.xmp\0"


def chunk(kind: bytes, content: bytes) -> bytes:
    return len(content).to_bytes(4) + kind + content + zlib.crc32(kind + content).to_bytes(4)


def with_chunks(*chunks: tuple[bytes, bytes], behind: bool = False, image: Image.Image | None = None) -> bytes:
    """A PNG with these behind its header, or behind its pixels."""
    data = images.encoded(image or images.noise(200, 200), "png")
    more = b"".join(chunk(*each) for each in chunks)
    at = len(data) - 12 if behind else 33
    return data[:at] + more + data[at:]


@pytest.mark.parametrize("behind", [False, True])
def test_metadata_is_found_before_the_pixels_and_behind_them(behind: bool) -> None:
    exif = images.exif(artist="Ann").removeprefix(b"Exif\0\0")
    data = with_chunks((b"eXIf", exif), (b"iTXt", XMP + b"\0\0\0\0<x/>"), behind=behind)
    found, _ = in_parts(data)

    assert found is not None
    assert (found.exif.read(0, 10_000), found.xmp) == (exif, b"<x/>")


def test_what_turns_a_picture_stands_before_its_pixels() -> None:
    exif = images.exif(6).removeprefix(b"Exif\0\0")

    assert outline(with_chunks((b"eXIf", exif))).orientation == 6
    assert outline(with_chunks((b"eXIf", exif), behind=True)).orientation == 1


def test_the_pixels_are_not_read_for_what_is_behind_them() -> None:
    data = with_chunks((b"eXIf", b"MM\0*\0\0\0\x08"), behind=True, image=images.noise(400, 400))

    assert len(data) > 400_000
    assert in_parts(data)[1] < 80_000


def test_the_end_is_not_looked_at_where_nobody_wants_metadata() -> None:
    data = with_chunks((b"eXIf", b"MM\0*\0\0\0\x08"), behind=True, image=images.noise(400, 400))

    assert in_parts(data, Wanted(exif=False, xmp=False))[1] < 4096


def test_a_chunk_that_has_changed_is_none() -> None:
    data = with_chunks((b"iTXt", XMP + b"\0\0\0\0<x/>"))

    assert outline(data.replace(b"<x/>", b"<y/>")).xmp == b""


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        (b"iTXt", XMP + b"\1\0\0\0" + zlib.compress(b"<x/>")),
        (b"zTXt", XMP + b"\0" + zlib.compress(b"<x/>")),
        (b"zTXt", b"Raw profile type xmp\0\0" + zlib.compress(b"\nxmp\n  4\n" + b"<x/>".hex().encode() + b"\n")),
        (b"tEXt", b"Raw profile type xmp\0\nxmp\n  4\n" + b"<x/>".hex().encode()),
    ],
)
def test_xmp_may_be_packed(kind: bytes, content: bytes) -> None:
    assert outline(with_chunks((kind, content))).xmp == b"<x/>"


def test_exif_may_be_in_a_text_as_imagemagick_writes_it() -> None:
    text = b"Raw profile type exif\0\0" + zlib.compress(b"\nexif\n 4\n" + (b"Exif\0\0MM\0*").hex().encode())

    assert outline(with_chunks((b"zTXt", text))).exif.read(0, 10) == b"MM\0*"


@pytest.mark.parametrize("packed", [b"no zlib", zlib.compress(bytes(3 << 20))])
def test_what_is_packed_too_well_or_badly_is_nothing(packed: bytes) -> None:
    assert outline(with_chunks((b"iTXt", XMP + b"\1\0\0\0" + packed))).xmp == b""


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("L", ("b-w", 1, "uchar", False)),
        ("LA", ("b-w", 2, "uchar", True)),
        ("RGB", ("srgb", 3, "uchar", False)),
        ("RGBA", ("srgb", 4, "uchar", True)),
        ("P", ("srgb", 3, "uchar", False)),
        ("I;16", ("grey16", 1, "ushort", False)),
    ],
)
def test_its_type_says_its_bands(mode: str, expected: tuple[Any, ...]) -> None:
    image = Image.new("I;16", (4, 4)) if mode == "I;16" else images.solid(mode="RGB").convert(mode)
    found = outline(images.encoded(image, "png"))

    assert (found.colorspace, found.bands, found.sample_format, found.has_alpha) == expected


def test_without_pixels_there_is_no_picture() -> None:
    data = images.encoded(images.solid(), "png")

    with pytest.raises(UndecodableImageError):
        outline(data[:33] + chunk(b"IEND", b""))
