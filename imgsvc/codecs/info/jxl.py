"""Reads the header of a JPEG XL and the boxes of its metadata; those that are packed with Brotli are passed over."""

from imgsvc.codecs.info.outline import MOST_BLOCK_BYTES, Outline, Wanted
from imgsvc.codecs.jxl.header import BOXES, JxlColors, jxl_colors, jxl_header
from imgsvc.parts import Parts

# More than every header together can take.
_HEADER_BYTES = 4096
_EXIF, _XMP, _WHOLE, _PART = b"Exif", b"xml ", b"jxlc", b"jxlp"
_BYTE = 8
_EXIF_PREFIX = b"Exif\0\0"


def read(parts: Parts, wanted: Wanted) -> Outline:
    """Its outline; EOFError or ValueError where its header is damaged."""
    found, stream = ({}, parts.read(0, _HEADER_BYTES)) if parts.read(0, 1) == b"\xff" else _boxes(parts, wanted)
    header = jxl_header(stream)
    exif = found.get(_EXIF, b"")
    # Behind the place where it begins.
    exif = exif[4 + int.from_bytes(exif[:4]) :].removeprefix(_EXIF_PREFIX)
    colors = _colors(stream)
    return Outline(
        header.size,
        exif=Parts.whole(exif),
        xmp=found.get(_XMP, b""),
        colorspace=_space(colors),
        bands=(1 if colors.is_gray else 3) + colors.has_alpha,
        sample_format="float" if colors.is_float else "ushort" if colors.bits > _BYTE else "uchar",
        has_alpha=colors.has_alpha,
    )


def _colors(stream: bytes) -> JxlColors:
    try:
        return jxl_colors(stream)
    except EOFError:
        # Its channels have names that are longer than what was read of it.
        return JxlColors()


def _space(colors: JxlColors) -> str:
    """As libvips names it."""
    if colors.is_float:
        return "b-w" if colors.is_gray else "scrgb"
    is_deep = colors.bits > _BYTE
    return ("grey16" if is_deep else "b-w") if colors.is_gray else ("rgb16" if is_deep else "srgb")


def _boxes(parts: Parts, wanted: Wanted) -> tuple[dict[bytes, bytes], bytes]:
    """Metadata by its kind, the first of each; and the beginning of the picture."""
    found: dict[bytes, bytes] = {}
    stream = b""
    at = 0
    wished = {each for each, is_wished in ((_EXIF, wanted.exif), (_XMP, wanted.xmp)) if is_wished}
    for count in range(BOXES.most + 1):
        BOXES.hold(count)
        head = parts.read(at, 16)
        if len(head) < 8 or (len(stream) >= 2 and wished <= found.keys()):
            break
        length, kind, width = int.from_bytes(head[:4]), head[4:8], 8
        if length == 1:
            length, width = int.from_bytes(head[8:16]), 16
        content = length - width
        if kind in wished and kind not in found:
            found[kind] = _block(parts, at + width, content if length else MOST_BLOCK_BYTES)
        elif kind in (_WHOLE, _PART) and len(stream) < _HEADER_BYTES:
            skipped = 4 if kind == _PART else 0
            # To the end of the file, where the box says no length.
            most = _HEADER_BYTES if length == 0 else max(0, min(content - skipped, _HEADER_BYTES))
            stream += parts.read(at + width + skipped, most)
        if length < width:
            break
        at += length
    return found, stream


def _block(parts: Parts, at: int, length: int) -> bytes:
    return parts.read(at, length) if 0 <= length <= MOST_BLOCK_BYTES else b""
