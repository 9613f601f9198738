import re
from pathlib import Path

import pytest

from imgsvc.codecs.decode import open_image
from imgsvc.codecs.headers.extent import Extent
from imgsvc.codecs.info.outline import Wanted
from imgsvc.codecs.info.reading import outline_of, read_outline
from imgsvc.codecs.settings import DecodeSettings
from imgsvc.codecs.sniff import sniff
from imgsvc.errors import ImageError, UndecodableImageError, UnknownFormatError
from imgsvc.options.formats import Format
from imgsvc.options.geometry import Size
from imgsvc.options.orientation import upright
from imgsvc.parts import MissingPartError, Parts
from tests import images
from tests.codecs.info.reading import KEPT, in_parts, outline
from tests.hostile import files

SETTINGS = DecodeSettings(enable_pdf=True, enable_psd=True)
PICTURES = sorted(path for path in KEPT.iterdir() if re.search(r"\.(?!md)", path.name))


@pytest.mark.parametrize("path", PICTURES, ids=lambda path: path.name)
def test_a_size_is_what_its_decoder_gives(path: Path) -> None:
    data = path.read_bytes()
    try:
        header = open_image(data, sniff(data), SETTINGS, Extent()).header
        found, _ = in_parts(data)
    except (ImageError, UnknownFormatError):
        return

    assert found is None or found.size == upright(header.size, header.orientation)


@pytest.mark.parametrize("path", PICTURES, ids=lambda path: path.name)
def test_what_is_read_in_parts_is_what_is_read_of_the_whole(path: Path) -> None:
    data = path.read_bytes()
    try:
        whole = read_outline(sniff(data), Parts.whole(data), Wanted())
    except (ImageError, UnknownFormatError):
        return

    found, _ = in_parts(data)

    assert (found is None) is (whole is None)
    if found and whole:
        same = ("stored", "orientation", "xmp", "iptc", "photoshop", "bands", "has_alpha")
        assert [getattr(found, name) for name in same] == [getattr(whole, name) for name in same]


@pytest.mark.parametrize("word", ["jpeg", "png", "webp", "gif", "bmp", "tiff", "avif", "jxl"])
def test_damaged_files_give_an_outline_or_one_kind_of_error(word: str) -> None:
    original = images.encoded(images.quadrants(), word)

    for data in files(original, 200):
        try:
            format_ = sniff(data)
            read_outline(format_, Parts.whole(data), Wanted())
        except (UndecodableImageError, UnknownFormatError):
            pass


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("word", ["jpeg", "webp", "png", "tiff"])
def test_a_picture_is_as_large_as_it_is_shown(word: str, orientation: int) -> None:
    found = outline(images.oriented(orientation, 40, 20, word))

    assert (found.size, found.orientation) == (Size(40, 20), orientation)


@pytest.mark.parametrize("word", ["jpeg", "png", "webp", "avif", "tiff", "jxl", "bmp", "gif"])
def test_of_a_large_picture_little_is_read(word: str) -> None:
    data = images.encoded(images.noise(400, 400), word)
    wanted = Wanted(exif=False, iptc=False, xmp=False)

    assert in_parts(data, wanted)[1] <= 4096


def test_what_only_a_decoder_knows_needs_all_of_it() -> None:
    with pytest.raises(MissingPartError) as missing:
        read_outline(Format.SVG, Parts({0: b"<svg"}, 100), Wanted())

    assert (missing.value.start, missing.value.end) == (0, 100)


def test_a_picture_without_a_pixel_is_none() -> None:
    data = images.encoded(images.solid(), "gif")

    with pytest.raises(UndecodableImageError):
        outline(data[:6] + bytes(4) + data[10:])


def test_of_what_a_decoder_has_told_the_size_and_alpha_are_known() -> None:
    data = images.svg(40, 20)
    found = outline_of(open_image(data, Format.SVG, SETTINGS).header)

    assert (found.size, found.bands, found.has_alpha) == (Size(40, 20), 4, True)
