"""Whatever happens to a file on its way, the outcome is a picture or an ImageError."""

import logging
import random

import pytest

from imgsvc.codecs.color.conversion import to_processing, to_result
from imgsvc.codecs.decode import open_image
from imgsvc.codecs.metadata import kept
from imgsvc.codecs.opened import DecodeRequest
from imgsvc.codecs.picture import Picture
from imgsvc.codecs.settings import DecodeSettings
from imgsvc.codecs.sniff import sniff
from imgsvc.codecs.svg.sanitizer import sanitize
from imgsvc.errors import ImageError
from imgsvc.options.formats import Format
from tests.codecs.headers import giants
from tests.images import animated, encoded, exif, noise, quadrants, svg, swapped_profile

COUNT = 60
_RICH = {"exif": exif(6, artist="Ada"), "icc_profile": swapped_profile()}
SOURCES = {
    "jpeg": encoded(noise(32, 32), "jpeg", **_RICH),
    "progressive jpeg": encoded(noise(32, 32), "jpeg", progressive=True),
    "png": encoded(noise(32, 32), "png", **_RICH),
    "palette png": encoded(noise(32, 32).quantize(16), "png"),
    "webp": encoded(noise(32, 32), "webp", **_RICH),
    "animated webp": animated(3, "webp"),
    "gif": animated(3, "gif"),
    "bmp": encoded(quadrants(16, 16), "bmp"),
    "tiff": encoded(noise(32, 32), "tiff", compression="tiff_lzw"),
    "ico": encoded(quadrants(32, 32, "RGBA"), "ico", sizes=[(16, 16), (32, 32)]),
    "avif": encoded(noise(32, 32), "avif", **_RICH),
    "heic": encoded(noise(32, 32), "heic", exif=exif(6)),
    "jxl": encoded(noise(32, 32), "jxl"),
    "svg": svg(content='<defs><g id="a"><rect width="9" height="9"/></g></defs><use href="#a"/><text>x</text>'),
}
MAX_PIXELS = 1_000_000


def mutated(body: bytes, chance: random.Random) -> bytes:
    """A few bytes changed, doubled or lost, or the end cut off; the first two stay."""
    damaged = bytearray(body)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(2, len(damaged))
        match chance.randrange(4):
            case 0:
                damaged[at] = chance.randrange(256)
            case 1:
                damaged[at] ^= 1 << chance.randrange(8)
            case 2:
                damaged[at:at] = damaged[at : at + chance.randrange(1, 9)]
            case _:
                del damaged[at : at + chance.randrange(1, 9)]
    return bytes(damaged[: chance.randrange(3, len(damaged))] if chance.random() < 0.2 else damaged)


def journey(body: bytes) -> Picture | ImageError:
    """What rendering does with a source, up to and after its transforms."""
    try:
        opened = open_image(body, sniff(body), DecodeSettings())
        if opened.header.format is Format.SVG:
            sanitize(body)
        if opened.header.size.width * opened.header.size.height > MAX_PIXELS:
            return ImageError("too large")
        picture = to_result(to_processing(opened.decode(DecodeRequest(max_frames=3))), keep_profile=False)
        kept(picture.metadata, strip=False, keep_copyright=True, upright=True)
        kept(picture.metadata, strip=True, keep_copyright=True, upright=True)
    except ImageError as error:
        return error
    return picture


@pytest.mark.parametrize("name", SOURCES)
def test_a_damaged_file_is_a_picture_or_an_image_error(name: str, request: pytest.FixtureRequest) -> None:
    chance = random.Random(f"{name} 1")

    for _ in range(COUNT):
        body = mutated(SOURCES[name], chance)
        outcome = journey(body)
        assert isinstance(outcome, Picture | ImageError), body


@pytest.mark.parametrize("name", SOURCES)
def test_of_a_damaged_file_nothing_reaches_standard_error_or_a_log(
    name: str, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    chance = random.Random(f"{name} 2")

    with caplog.at_level(logging.DEBUG):
        for _ in range(COUNT):
            journey(mutated(SOURCES[name], chance))

    assert (capfd.readouterr().err, caplog.records) == ("", [])


MANY_SAMPLES = [each for each in giants.tiff_entries() if each[0] != 277]
EMBEDDED = "data:image/png;base64,iVBORw0KGgo="
LOUD = {
    "more samples than Pillow knows": giants.tiff(*MANY_SAMPLES, (277, 3, 1, 99)),
    "codes that libtiff does not know": encoded(noise(32, 32), "tiff", compression="tiff_lzw")[:-3000] + b"\x7f" * 3000,
    "an image in a drawing that is none": svg(content=f'<image width="9" height="9" href="{EMBEDDED}"/>'),
}


@pytest.mark.parametrize("name", LOUD)
def test_what_libraries_say_of_a_file_is_part_of_its_error_or_nothing(
    name: str, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    journey(LOUD[name])

    assert (capfd.readouterr().err, caplog.records) == ("", [])
