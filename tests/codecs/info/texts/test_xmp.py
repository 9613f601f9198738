import pytest

from imgsvc.codecs.info.texts.xmp import DEPTH, NODES, xmp_texts

SPACES = (
    'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:exif="http://ns.adobe.com/exif/1.0/" xmlns:st="http://ns.adobe.com/xap/1.0/sType/"'
)


def packet(content: str, attributes: str = "", before: str = "") -> bytes:
    """XMP with this within its description."""
    description = f"<rdf:Description rdf:about='' {attributes}>{content}</rdf:Description>"
    rdf = f"<rdf:RDF {SPACES}>{description}</rdf:RDF>"
    return (
        f"<?xpacket begin=''?>{before}<x:xmpmeta xmlns:x='adobe:ns:meta/'>{rdf}</x:xmpmeta><?xpacket end='w'?>".encode()
    )


def test_a_property_is_told_below_the_prefix_of_its_namespace() -> None:
    assert xmp_texts(packet("<dc:format>a</dc:format>", "exif:Flash='1'"), positions=False) == {
        "exif": {"Flash": "1"},
        "dc": {"format": "a"},
    }


@pytest.mark.parametrize("kind", ["Bag", "Seq"])
def test_bags_and_sequences_are_lists(kind: str) -> None:
    content = f"<dc:subject><rdf:{kind}><rdf:li>a</rdf:li><rdf:li>b</rdf:li></rdf:{kind}></dc:subject>"

    assert xmp_texts(packet(content), positions=False) == {"dc": {"subject": ["a", "b"]}}


def test_of_alternatives_the_one_in_no_language_counts() -> None:
    items = "<rdf:li xml:lang='de'>Titel</rdf:li><rdf:li xml:lang='x-default'>Title</rdf:li>"

    found = xmp_texts(packet(f"<dc:title><rdf:Alt>{items}</rdf:Alt></dc:title>"), positions=False)

    assert found == {"dc": {"title": "Title"}}


@pytest.mark.parametrize(
    "content",
    [
        "<dc:source rdf:parseType='Resource'><st:a>1</st:a><st:b>2</st:b></dc:source>",
        "<dc:source><rdf:Description st:a='1'><st:b>2</st:b></rdf:Description></dc:source>",
        "<dc:source st:a='1' st:b='2'/>",
    ],
)
def test_structures_are_objects(content: str) -> None:
    assert xmp_texts(packet(content), positions=False) == {"dc": {"source": {"a": "1", "b": "2"}}}


def test_a_resource_is_told_by_its_name() -> None:
    content = "<dc:relation rdf:resource='https://x.example/'/>"

    assert xmp_texts(packet(content), positions=False) == {"dc": {"relation": "https://x.example/"}}


def test_a_value_with_qualifiers_is_its_value() -> None:
    content = "<dc:source rdf:parseType='Resource'><rdf:value>a</rdf:value><st:b>q</st:b></dc:source>"

    assert xmp_texts(packet(content), positions=False) == {"dc": {"source": "a"}}


@pytest.mark.parametrize("name", ["GPSLatitude", "GpsLongtitude", "CreatorLatitude", "gpsAltitude", "FlightLongitude"])
def test_where_a_picture_was_taken_is_not_told(name: str) -> None:
    block = packet(f"<exif:{name}>1</exif:{name}><dc:source st:{name}='1' st:b='2'/>", f"exif:{name}2='1'")

    assert xmp_texts(block, positions=False) == {"dc": {"source": {"b": "2"}}}


def test_unless_that_is_let_through() -> None:
    assert xmp_texts(packet("", "exif:GPSLatitude='51,30N'"), positions=True) == {"exif": {"GPSLatitude": "51,30N"}}


def test_entities_are_never_expanded() -> None:
    bomb = "<!DOCTYPE x [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;'>]>"

    assert xmp_texts(packet("<dc:format>&b;</dc:format>", before=bomb), positions=False) == {}


@pytest.mark.parametrize(
    "block", [b"", b"<x", b"no xml", packet("<dc:format>") + b"x", packet("a")[:-60], b"\xff\xfe<x/>"]
)
def test_a_damaged_packet_tells_nothing(block: bytes) -> None:
    assert xmp_texts(block, positions=False) == {}


def test_what_pads_a_packet_is_passed_over() -> None:
    assert xmp_texts(packet("", "dc:format='a'") + b"\0 \n" * 1000, positions=False) == {"dc": {"format": "a"}}


def test_more_elements_than_anybody_writes_tell_nothing() -> None:
    assert xmp_texts(packet("<dc:a/>" * NODES.most), positions=False) == {}


def test_nor_do_those_that_go_too_deep() -> None:
    assert xmp_texts(packet("<dc:a>" * DEPTH.most + "</dc:a>" * DEPTH.most), positions=False) == {}
