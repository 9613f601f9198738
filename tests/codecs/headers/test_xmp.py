import pytest

from imgsvc.codecs.headers.xmp import of_copyright, with_gain_map, without_gain_map
from tests.codecs.jpeg.gain_maps import ADOBE

PACKET = ADOBE[1].partition(b"\0")[2]


def test_what_speaks_of_no_gain_map_stays_as_it_is() -> None:
    assert without_gain_map(b"<x/>") == b"<x/>"


def test_of_what_does_the_rest_stays() -> None:
    found = without_gain_map(PACKET)

    assert b'Rating="5"' in found
    assert not any(word in found for word in (b"GainMap", b"hdr-gain-map", b"Container"))


def test_a_map_is_said_beside_all_else() -> None:
    found = with_gain_map(without_gain_map(PACKET), 4711)

    assert b'Item:Length="4711"' in found
    assert b'Rating="5"' in found


def test_and_where_there_is_nothing_else() -> None:
    assert b'hdrgm:Version="1.0"' in with_gain_map(b"", 4711)


def test_copyright_alone_may_stay() -> None:
    assert of_copyright(PACKET) == b""


@pytest.mark.parametrize("change", [of_copyright, without_gain_map, lambda block: with_gain_map(block, 1)])
def test_no_document_type_is_read(change: object) -> None:
    assert callable(change)
    with pytest.raises(ValueError, match="document type"):
        change(b"<!DOCTYPE a>" + PACKET)
