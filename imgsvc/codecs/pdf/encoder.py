"""Writes a PDF of one page, which is all picture: a JPEG, with its transparency beside it."""

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace

from PIL import Image

from imgsvc.codecs.jpeg.encoder import write_jpeg
from imgsvc.codecs.native.saving import EncodeOptions
from imgsvc.codecs.picture import Metadata, Picture
from imgsvc.options.modes import has_alpha, is_gray, without_alpha

_POINTS = 72.0
# ISO 32000-1, annex C: a page has no more; beyond that its units are larger ones.
_MOST_UNITS = 14_400
# With bytes that are no text, so that nobody takes it for one.
_HEAD = b"%PDF-1.6\n%\xe2\xe3\xcf\xd3\n"
# The first objects; those of the picture that not every file has come behind them.
_CATALOG, _PAGES, _PAGE, _CONTENT, _IMAGE, _REST = range(1, 7)


def write_pdf(picture: Picture, options: EncodeOptions) -> bytes:
    """The first frame, as large as its dots per inch say."""
    frame = picture.frames[0]
    color = frame.convert(without_alpha(frame.mode))
    flat = replace(picture, frames=(color,), delays_ms=(), profile=None, metadata=Metadata(dpi=picture.metadata.dpi))
    jpeg = write_jpeg(flat, options)
    masks = _mask(frame)
    profiles = _profile(picture.profile, color)
    mask = f" /SMask {_REST} 0 R" if masks else ""
    space = "/DeviceGray" if is_gray(color.mode) else "/DeviceRGB"
    space = f"[/ICCBased {_REST + len(masks)} 0 R]" if profiles else space
    image = _image(color, f"/ColorSpace {space} /Filter /DCTDecode{mask}", jpeg)
    return _file([*_page(picture), image, *masks, *profiles])


def _page(picture: Picture) -> Iterator[bytes]:
    """Every object up to the picture."""
    width, height = (side * _POINTS / picture.metadata.dpi for side in picture.size)
    unit = max(1.0, max(width, height) / _MOST_UNITS)
    box = f"{_number(width / unit)} {_number(height / unit)}"
    units = f" /UserUnit {_number(unit)}" if unit > 1 else ""
    yield f"<</Type /Catalog /Pages {_PAGES} 0 R>>".encode()
    yield f"<</Type /Pages /Kids [{_PAGE} 0 R] /Count 1>>".encode()
    yield (
        f"<</Type /Page /Parent {_PAGES} 0 R /MediaBox [0 0 {box}]{units} /Contents {_CONTENT} 0 R"
        f" /Resources <</XObject <</Image {_IMAGE} 0 R>>>>>>"
    ).encode()
    yield _stream("", f"{_number(width / unit)} 0 0 {_number(height / unit)} 0 0 cm /Image Do".encode())


def _mask(frame: Image.Image) -> list[bytes]:
    """What is seen of each pixel, where not all is."""
    if not has_alpha(frame.mode):
        return []
    alpha = frame.getchannel("A")
    if alpha.getextrema() == (255, 255):
        return []
    return [_image(alpha, "/ColorSpace /DeviceGray /Filter /FlateDecode", zlib.compress(alpha.tobytes()))]


def _profile(profile: bytes | None, color: Image.Image) -> list[bytes]:
    if not profile:
        return []
    return [_stream(f"/N {len(color.getbands())} /Filter /FlateDecode", zlib.compress(profile))]


def _image(image: Image.Image, about: str, data: bytes) -> bytes:
    size = f"/Width {image.width} /Height {image.height} /BitsPerComponent 8"
    return _stream(f"/Type /XObject /Subtype /Image {size} {about}", data)


def _stream(about: str, data: bytes) -> bytes:
    return b"<<%s /Length %d>>\nstream\n%s\nendstream" % (about.encode(), len(data), data)


def _number(value: float) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".")


def _file(objects: Sequence[bytes]) -> bytes:
    """The objects one after the other, numbered from 1 on, and a table of where each is."""
    parts, at, places = [_HEAD], len(_HEAD), []
    for number, each in enumerate(objects, 1):
        places.append(at)
        parts.append(b"%d 0 obj\n%s\nendobj\n" % (number, each))
        at += len(parts[-1])
    count = len(objects) + 1
    rows = b"".join(b"%010d 00000 n \n" % place for place in places)
    parts.append(b"xref\n0 %d\n0000000000 65535 f \n%s" % (count, rows))
    parts.append(b"trailer\n<</Size %d /Root %d 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (count, _CATALOG, at))
    return b"".join(parts)
