import pytest

from imgsvc.codecs.headers.extent import BOUNDS, Extent
from imgsvc.codecs.headers.jxl import survey
from imgsvc.errors import UndecodableImageError
from imgsvc.options.geometry import Size
from tests.images import encoded, fading


@pytest.mark.parametrize("boxed", [False, True])
def test_the_size_is_that_of_the_header(boxed: bool) -> None:
    assert survey(encoded(fading(41, 23), "jxl", use_container=boxed), Extent()).size == Size(41, 23)


def test_boxes_are_bounded() -> None:
    body = encoded(fading(41, 23), "jxl", use_container=True) + b"\0\0\0\x08free" * (BOUNDS["jxl boxes"] + 1)

    with pytest.raises(UndecodableImageError, match="jxl boxes"):
        survey(body, Extent())


def test_extra_channels_are_bounded() -> None:
    """Nine of them: sizes of eight and no orientation, eight bits, then the count."""
    fields = ((1, 1), (0, 5), (1, 3), (0, 1), (0, 1), (0, 1), (0, 2), (0, 1), (2, 2), (7, 4))
    bits = at = 0
    for value, count in fields:
        bits, at = bits | value << at, at + count

    with pytest.raises(UndecodableImageError, match="extra channels"):
        survey(b"\xff\x0a" + bits.to_bytes(9, "little"), Extent())
