import pytest

from imgsvc.codecs.heif.brands import format_of
from imgsvc.options.formats import Format
from tests.codecs.heif.files import box


def beginning(*brands: bytes, behind: bytes = b"") -> bytes:
    """The major brand, and those that the file is compatible with."""
    return box(b"ftyp", brands[0], bytes(4), *brands[1:]) + behind


@pytest.mark.parametrize(
    ("brands", "found"),
    [
        ((b"avif",), Format.AVIF),
        ((b"avis", b"msf1"), Format.AVIF),
        ((b"mif1", b"avif", b"miaf"), Format.AVIF),
        ((b"miaf", b"MA1B"), Format.AVIF),
        ((b"msf1", b"iso8", b"avis"), Format.AVIF),
        ((b"heic", b"mif1"), Format.HEIC),
        ((b"mif1", b"heic"), Format.HEIC),
        ((b"msf1", b"hevc"), Format.HEIC),
        ((b"mif2", b"mif1", b"heix"), Format.HEIC),
        ((b"heic", b"avif"), Format.HEIC),
        ((b"isom", b"mp42"), None),
    ],
)
def test_a_file_is_what_the_first_brand_says_that_names_a_codec(
    brands: tuple[bytes, ...], found: Format | None
) -> None:
    assert format_of(beginning(*brands)) is found


@pytest.mark.parametrize(("codec", "found"), [(b"av1C", Format.AVIF), (b"hvcC", Format.HEIC), (b"jpgC", Format.HEIC)])
def test_where_no_brand_names_a_codec_the_boxes_do(codec: bytes, found: Format) -> None:
    assert format_of(beginning(b"mif1", b"miaf", behind=box(codec, bytes(4)))) is found


@pytest.mark.parametrize("window", [b"", b"\0\0\0\x18ftyp", b"\0\0\0\x04ftypavif", b"\0\0\0\x08ftypavif"])
def test_what_ends_before_its_first_brand_is_no_picture(window: bytes) -> None:
    assert format_of(window) is None
