import io
import struct

import pytest
from PIL import Image
from PIL.ExifTags import IFD, Base

from imgsvc.codecs.metadata import exif_or_minimal, iptc_segment, kept, metadata_of, minimal_exif, orientation_of
from imgsvc.codecs.picture import Metadata
from tests.images import encoded, exif, oriented, quadrants

RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
NAMESPACES = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmpRights="http://ns.adobe.com/xap/1.0/rights/" '
    'xmlns:cc="http://creativecommons.org/ns#" xmlns:xmp="http://ns.adobe.com/xap/1.0/"'
)


def xmp(content: str, attributes: str = "") -> bytes:
    description = f'<rdf:Description rdf:about="" {NAMESPACES} {attributes}>{content}</rdf:Description>'
    return f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF {RDF}>{description}</rdf:RDF></x:xmpmeta>'.encode()


def dataset(record: int, number: int, text: bytes) -> bytes:
    return struct.pack(">BBBH", 0x1C, record, number, len(text)) + text


def tags(block: bytes) -> Image.Exif:
    found = Image.Exif()
    found.load(block)
    return found


def stripped(metadata: Metadata) -> Metadata:
    return kept(metadata, strip=True, keep_copyright=True, upright=True)


def unstripped(metadata: Metadata, *, upright: bool = True, drops_profile: bool = False) -> Metadata:
    return kept(metadata, strip=False, keep_copyright=True, upright=upright, drops_profile=drops_profile)


RICH = Metadata(
    exif=exif(6, artist="Ada", owner="Babbage", model="Difference")[6:], xmp=xmp("<dc:rights>A</dc:rights>")
)


def opened(body: bytes) -> Image.Image:
    return Image.open(io.BytesIO(body))


@pytest.mark.parametrize("word", ["jpeg", "png", "webp", "avif", "heic"])
def test_exif_and_xmp_are_found(word: str) -> None:
    body = encoded(quadrants(), word, exif=exif(1, artist="Ada"), xmp=b"<x/>")

    found = metadata_of(opened(body))

    assert tags(found.exif)[Base.Artist] == "Ada"
    assert found.xmp == b"<x/>" or word == "png"  # Pillow's PNG writer takes XMP as text only


def test_iptc_is_found_in_a_jpeg() -> None:
    block = dataset(2, 80, b"Ada")
    body = encoded(quadrants(), "jpeg", extra=iptc_segment(block))

    assert metadata_of(opened(body)).iptc == block


def test_a_block_that_is_no_metadata_any_more_is_left_out() -> None:
    image = quadrants()
    image.info["xmp"] = bytes(2 << 20)

    assert metadata_of(image).xmp == b""


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_orientation_is_read(orientation: int) -> None:
    assert orientation_of(opened(oriented(orientation))) == orientation


@pytest.mark.parametrize("entry", [">HHIBxxx 274 1 1 6", ">HHII 274 4 1 6", ">HHIHH 274 3 2 6 6", "<HHIHxx 274 3 1 6"])
def test_the_orientation_is_obeyed_whatever_type_of_number_it_is(entry: str) -> None:
    form, *numbers = entry.split()
    head = b"MM\0*\0\0\0\x08\0\1" if form[0] == ">" else b"II*\0\x08\0\0\0\1\0"
    image = quadrants()
    image.info["exif"] = b"Exif\0\0" + head + struct.pack(form, *map(int, numbers)) + bytes(4)

    assert orientation_of(image) == 6


@pytest.mark.parametrize("block", [b"", b"II", b"MM\0*\0\0\0\x08\xff\xff", b"nonsense"])
def test_a_damaged_block_has_no_orientation(block: bytes) -> None:
    image = quadrants()
    image.info["exif"] = block

    assert orientation_of(image) == 1


def test_stripping_everything_leaves_nothing() -> None:
    assert kept(RICH, strip=True, keep_copyright=False, upright=True) == Metadata()


def test_stripping_keeps_artist_and_copyright() -> None:
    found = tags(stripped(RICH).exif)

    assert dict(found) == {Base.Artist: "Ada", Base.Copyright: "Babbage"}


def test_without_stripping_all_tags_stay() -> None:
    found = tags(unstripped(RICH).exif)

    assert (found[Base.Model], found[Base.Artist]) == ("Difference", "Ada")


@pytest.mark.parametrize(("upright", "orientation"), [(True, 1), (False, 6)])
def test_the_orientation_goes_once_it_is_obeyed(upright: bool, orientation: int) -> None:
    assert tags(unstripped(RICH, upright=upright).exif)[Base.Orientation] == orientation


def test_the_size_of_the_source_is_not_kept() -> None:
    source = Image.Exif()
    source[Base.ImageWidth] = 4000
    source.get_ifd(IFD.Exif)[Base.ExifImageWidth] = 4000

    found = tags(unstripped(Metadata(exif=source.tobytes()[6:])).exif)

    assert Base.ImageWidth not in found
    assert Base.ExifImageWidth not in found.get_ifd(IFD.Exif)


@pytest.mark.parametrize("drops_profile", [True, False])
def test_color_tags_go_with_the_profile(drops_profile: bool) -> None:
    source = Image.Exif()
    source.get_ifd(IFD.Exif)[Base.ColorSpace] = 0xFFFF

    found = tags(unstripped(Metadata(exif=source.tobytes()[6:]), drops_profile=drops_profile).exif)

    assert (Base.ColorSpace in found.get_ifd(IFD.Exif)) is not drops_profile


def test_stripping_keeps_by_line_credit_and_copyright_notice_of_iptc() -> None:
    first, *rest = (dataset(2, number, b"x") for number in (80, 110, 116))
    block = dataset(1, 90, b"\x1b%G") + first + dataset(2, 25, b"keyword") + b"".join(rest)

    assert stripped(Metadata(iptc=block)).iptc == dataset(1, 90, b"\x1b%G") + first + b"".join(rest)


@pytest.mark.parametrize("tail", [b"", b"\x1c", b"\x1c\x02\x50\x00\x09abc", b"\x1c\x02\x50\x80\x04", b"xxxxxxxx"])
def test_damaged_iptc_is_kept_up_to_the_damage(tail: bytes) -> None:
    good = dataset(2, 80, b"Ada")

    assert stripped(Metadata(iptc=good + tail)).iptc == good


@pytest.mark.parametrize(
    "content",
    ["<dc:rights>A</dc:rights>", "<dc:creator>A</dc:creator>", "<xmpRights:Owner>A</xmpRights:Owner>", "<cc:license/>"],
)
def test_stripping_keeps_copyright_in_xmp(content: str) -> None:
    found = stripped(Metadata(xmp=xmp(content + "<dc:subject>B</dc:subject><xmp:Rating>5</xmp:Rating>"))).xmp

    assert content.replace("/>", " />").encode() in found or content.encode() in found
    assert b"B" not in found
    assert b"Rating" not in found


def test_copyright_in_attributes_is_kept_too() -> None:
    found = stripped(Metadata(xmp=xmp("", 'xmpRights:Marked="True" xmp:Rating="5"'))).xmp

    assert b'xmpRights:Marked="True"' in found
    assert b"Rating" not in found


@pytest.mark.parametrize(
    "block",
    [
        pytest.param(xmp("<xmp:Rating>5</xmp:Rating>"), id="nothing about copyright"),
        pytest.param(b"<x", id="damaged"),
        pytest.param(b'<!DOCTYPE a [<!ENTITY b "c">]>' + xmp("<dc:rights>&b;</dc:rights>"), id="entities"),
        pytest.param(b"<a>" * 100_000, id="deep"),
    ],
)
def test_any_other_xmp_is_dropped(block: bytes) -> None:
    assert stripped(Metadata(xmp=block)).xmp == b""


def test_the_minimal_block_says_upright_at_72_dots() -> None:
    found = tags(minimal_exif())

    assert (found[Base.Orientation], found[Base.XResolution], found[Base.ResolutionUnit]) == (1, 72, 2)


def test_a_segment_longer_than_a_jpeg_allows_is_left_out() -> None:
    assert iptc_segment(bytes(70_000)) == iptc_segment(b"") == b""


def resolution(block: bytes) -> tuple[float, float, int]:
    found = tags(block)
    return float(found[Base.XResolution]), float(found[Base.YResolution]), found[Base.ResolutionUnit]


@pytest.mark.parametrize(
    ("strip", "keep_copyright", "dpi", "said"),
    [
        (True, True, 300, 300),
        (True, False, 300, 300),
        (False, True, 300, 300),
        (True, False, 0, 96),
        (False, True, 0, 72),
    ],
)
def test_dots_per_inch_are_those_that_are_asked_for(strip: bool, keep_copyright: bool, dpi: float, said: float) -> None:
    found = kept(RICH, strip=strip, keep_copyright=keep_copyright, upright=True, dpi=dpi, stripped_dpi=96)

    assert found.dpi == said
    assert not dpi or resolution(exif_or_minimal(found)) == (said, said, 2)


def test_without_a_wish_what_exif_says_stays() -> None:
    before = Image.Exif()
    before[Base.XResolution], before[Base.YResolution], before[Base.ResolutionUnit] = 150, 150, 2

    assert resolution(unstripped(Metadata(before.tobytes()[6:])).exif) == (150, 150, 2)


@pytest.mark.parametrize("dpi", [1e308, 1e-300, 0.1, 144.5])
def test_any_number_of_dots_can_be_written(dpi: float) -> None:
    found = kept(Metadata(), strip=True, keep_copyright=False, upright=True, dpi=dpi)

    assert 0 < found.dpi <= 65_535
    assert exif_or_minimal(found)
