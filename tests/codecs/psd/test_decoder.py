import pytest

from imgsvc.codecs.decode import open_image
from imgsvc.codecs.opened import Opened
from imgsvc.codecs.psd.header import ColorMode, Resource
from imgsvc.codecs.settings import DecodeSettings
from imgsvc.errors import UnknownFormatError
from imgsvc.options.formats import Format
from tests.codecs.psd.files import Kind, flat, psd, ramps
from tests.images import exif, swapped_profile

READING = DecodeSettings(enable_psd=True)


def opened(kind: Kind, channels: int = 3) -> Opened:
    return open_image(psd(ramps(channels), kind), Format.PSD, READING)


def test_a_psd_is_no_image_unless_the_settings_say_so() -> None:
    with pytest.raises(UnknownFormatError, match="ENABLE_PSD"):
        open_image(psd(flat(1, 2, 3)), Format.PSD, DecodeSettings())


def test_the_header_tells_of_the_picture() -> None:
    header = opened(Kind(layers=-1), 4).header

    assert (header.size, header.frames, header.has_alpha, header.is_cmyk) == ((40, 30), 1, True, False)


def test_ink_is_told_as_ink() -> None:
    assert opened(Kind(ColorMode.CMYK), 4).header.is_cmyk


def test_profile_and_metadata_are_those_of_the_resources() -> None:
    block = exif(6).removeprefix(b"Exif\0\0")
    resources = {
        Resource.PROFILE: swapped_profile(),
        Resource.EXIF: block,
        Resource.XMP: b"<x/>",
        Resource.IPTC: b"\x1c\x02\x74\0\0",
    }

    found = opened(Kind(resources=resources))

    picture = found.decode()
    assert (found.header.orientation, picture.profile) == (6, swapped_profile())
    assert picture.metadata == found.header.metadata
    assert (picture.metadata.xmp, picture.metadata.iptc) == (b"<x/>", b"\x1c\x02\x74\0\0")


def test_light_has_no_profile() -> None:
    kind = Kind(bits=32, resources={Resource.PROFILE: swapped_profile()})

    assert open_image(psd(flat(0, 1, 0), kind), Format.PSD, READING).header.profile is None
