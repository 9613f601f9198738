import struct

import pytest

from imgsvc.codecs.headers.extent import Extent
from imgsvc.codecs.psd.header import RESOURCES, ColorMode, Resource, read, survey
from imgsvc.errors import ResolutionError, UndecodableImageError
from tests.codecs.psd.files import MERGED, Kind, flat, psd

LAYERS = b"8BIMLr16" + struct.pack(">Ih2x", 4, -1)
OTHERS = b"8BIMPatt" + struct.pack(">I5s3x", 5, b"12345")


def header(**fields: int) -> bytes:
    """A file's first bytes, and nothing behind them."""
    usual = {"version": 1, "channels": 3, "height": 6, "width": 8, "bits": 8, "mode": 3} | fields
    return struct.pack(">4sH6xHIIHH", b"8BPS", *usual.values()) + bytes(14)


def test_the_header_says_size_depth_and_channels() -> None:
    found = read(psd(flat(1, 2, 3, 4)))

    assert (found.size, found.bits, found.channels, found.colors) == ((8, 6), 8, 4, 3)


def test_what_is_larger_than_the_limit_is_refused_by_its_header() -> None:
    with pytest.raises(ResolutionError):
        survey(header(width=10_000, height=10_000), Extent(99_999_999))


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"mode": 5}, id="an unknown mode"),
        pytest.param({"bits": 4}, id="an unknown depth"),
        pytest.param({"bits": 32, "mode": ColorMode.DUOTONE}, id="a depth that the mode does not have"),
        pytest.param({"channels": 57}, id="too many channels"),
        pytest.param({"channels": 2}, id="too few for the mode"),
        pytest.param({"width": 30_001}, id="wider than a PSD may be"),
        pytest.param({"version": 2, "height": 300_001}, id="higher than a PSB may be"),
    ],
)
def test_a_header_without_sense_is_undecodable(fields: dict[str, int]) -> None:
    with pytest.raises(UndecodableImageError):
        read(header(**fields))


def test_a_psb_may_be_wider_than_a_psd() -> None:
    assert read(header(version=2, width=30_001) + bytes(8)).size.width == 30_001


@pytest.mark.parametrize("is_big", [False, True])
@pytest.mark.parametrize(
    ("layers", "block", "is_transparent"),
    [
        pytest.param(0, b"", False, id="no layers"),
        pytest.param(2, b"", False, id="layers on a background"),
        pytest.param(-2, b"", True, id="layers on nothing"),
        pytest.param(0, OTHERS + MERGED, True, id="deep, and said in a block"),
        pytest.param(0, LAYERS, True, id="deep, and layers on nothing"),
        pytest.param(0, OTHERS, False, id="other blocks"),
    ],
)
def test_the_channel_behind_the_colors_is_alpha_where_the_layers_lie_on_nothing(
    is_big: bool, layers: int, block: bytes, is_transparent: bool
) -> None:
    if is_big:
        block = block.replace(b"Mt16" + bytes(4), b"Mt16" + bytes(8)).replace(b"Lr16", b"Lr16" + bytes(4))

    assert read(psd(flat(1, 2, 3, 4), Kind(layers=layers, block=block, is_big=is_big))).has_alpha is is_transparent


def test_without_a_channel_behind_the_colors_there_is_no_alpha() -> None:
    assert not read(psd(flat(1, 2, 3), Kind(layers=-1))).has_alpha


def test_resources_are_found_whatever_stands_between_them() -> None:
    resources = {1005: b"odd", Resource.PROFILE: b"profile", 1100: b"", Resource.XMP: b"xmp"}

    found = read(psd(flat(1, 2, 3), Kind(resources=resources))).resources

    assert found == {Resource.PROFILE: b"profile", Resource.XMP: b"xmp"}


def test_resources_have_a_bound() -> None:
    many = Kind(resources=dict.fromkeys(range(2000, 2002 + RESOURCES.most), b""))

    with pytest.raises(UndecodableImageError):
        read(psd(flat(1, 2, 3), many))


def test_what_ends_before_its_picture_is_undecodable() -> None:
    whole = psd(flat(1, 2, 3), Kind(resources={Resource.XMP: bytes(100)}))

    with pytest.raises(UndecodableImageError):
        read(whole[:60])
