"""Files as tests open them and have them written."""

import io

from PIL import Image

from imgsvc.codecs.decode import open_image
from imgsvc.codecs.encode import Encoded, encode
from imgsvc.codecs.opened import DecodeRequest, Opened
from imgsvc.codecs.picture import Picture
from imgsvc.codecs.settings import DecodeSettings, EncodeSettings
from imgsvc.options.formats import Format
from imgsvc.options.processing import ProcessingOptions
from tests.codecs.pdf.files import shown

# Of every format that can be read.
READING = DecodeSettings(enable_pdf=True, enable_psd=True)


def opened(body: bytes, word: str) -> Opened:
    """The file, its header read."""
    return open_image(body, Format[word.upper()], READING)


def frame_of(body: bytes, word: str, shrink: int = 1) -> Image.Image:
    """Its first frame in RGB."""
    return opened(body, word).decode(DecodeRequest(shrink=shrink)).frames[0].convert("RGB")


def written(
    image: Image.Image | Picture,
    format_: Format,
    options: ProcessingOptions = ProcessingOptions(),
    settings: EncodeSettings = EncodeSettings(),
) -> Encoded:
    """What is made of it, by somebody with all the time in the world."""
    picture = image if isinstance(image, Picture) else Picture(frames=(image,))
    return encode(picture, format_, options, settings, lambda: None)


def reopened(result: Encoded) -> Image.Image:
    """A result as Pillow itself reads it, or the picture in it."""
    if result.format is Format.PDF:
        return shown(result.body)
    image = Image.open(io.BytesIO(result.body))
    image.load()
    return image


def decoded(result: Encoded) -> Picture:
    """A result as it is read here."""
    return open_image(result.body, result.format, READING).decode(DecodeRequest(max_frames=9))
