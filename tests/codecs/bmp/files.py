"""BMP files header by header, and icons of them."""

import struct
from collections.abc import Sequence

USUAL_16, USUAL_32 = (0x7C00, 0x03E0, 0x001F, 0), (0xFF0000, 0x00FF00, 0x0000FF, 0)
ALPHA_32 = (0xFF0000, 0x00FF00, 0x0000FF, 0xFF000000)
_WITH_MASKS = {52: 3, 56: 4, 108: 4, 124: 4}

Rows = Sequence[Sequence[int]]


def bitmap(
    rows: Rows | bytes,
    bits: int,
    *,
    size: tuple[int, int] = (0, 0),
    version: int = 40,
    compression: int = 0,
    table: Rows = (),
    masks: Sequence[int] = (),
    is_top_down: bool = False,
    mask_rows: Rows = (),
) -> bytes:
    """Headers and pixels: numbers row by row, the top row first, or bytes as they are; a mask makes it an icon's."""
    width, height = size if isinstance(rows, bytes) else (len(rows[0]), len(rows))
    packed = rows if isinstance(rows, bytes) else _packed(rows, bits, is_top_down=is_top_down)
    packed += _packed(mask_rows, 1, is_top_down=is_top_down) if mask_rows else b""
    height = -height if is_top_down else height * (2 if mask_rows else 1)
    if version == 12:
        head = struct.pack("<IHHHH", 12, width, height, 1, bits)
        return head + b"".join(bytes(reversed(color)) for color in table) + packed
    head = struct.pack("<IiiHHIIiiII", version, width, height, 1, bits, compression, 0, 0, 0, len(table), 0)
    count = _WITH_MASKS.get(version, {3: 3, 6: 4}.get(compression, 0))
    head = (head + struct.pack(f"<{count}I", *[*masks, 0, 0, 0, 0][:count])).ljust(version, b"\0")
    return head + b"".join(bytes(reversed(color)) + b"\0" for color in table) + packed


def bmp(*arguments: object, **options: object) -> bytes:
    """The same as a file; its pixels begin where the headers end."""
    body = bitmap(*arguments, **options)  # type: ignore[arg-type]
    return file_of(body, head_bytes(body))


def file_of(body: bytes, begin: int) -> bytes:
    """A file whose pixels begin there."""
    return struct.pack("<2sIHHI", b"BM", 14 + len(body), 0, 0, 14 + begin) + body


def head_bytes(body: bytes) -> int:
    """How many bytes the headers and the table of these take."""
    version = int.from_bytes(body[:4], "little")
    if version == 12:
        bits = int.from_bytes(body[10:12], "little")
        return 12 + (3 << bits if bits <= 8 else 0)
    bits, compression, colors = (int.from_bytes(body[at : at + 4], "little") for at in (14, 16, 32))
    bits &= 0xFFFF
    extra = {3: 12, 6: 16}.get(compression, 0) if version not in _WITH_MASKS else 0
    return version + extra + 4 * (colors or (1 << bits if bits <= 8 else 0))


def icon(*images: bytes, bits: int = 32) -> bytes:
    """An icon whose directory says nothing true but where its images are, and how deep."""
    offset, head, body = 6 + 16 * len(images), struct.pack("<HHH", 0, 1, len(images)), b""
    for image in images:
        head += struct.pack("<BBBBHHII", 1, 1, 0, 0, 1, bits, len(image), offset + len(body))
        body += image
    return head + body


def _packed(rows: Rows, bits: int, *, is_top_down: bool) -> bytes:
    """Each row ends at a multiple of four; numbers of more than a byte are little-endian."""
    parts = []
    for row in rows if is_top_down else reversed(rows):
        if bits >= 8:
            line = b"".join(number.to_bytes(bits // 8, "little") for number in row)
        else:
            digits = "".join(f"{number:0{bits}b}" for number in row)
            line = int(digits.ljust(-(-len(digits) // 8) * 8, "0"), 2).to_bytes(-(-len(digits) // 8), "big")
        parts.append(line.ljust(-(-len(line) // 4) * 4, b"\0"))
    return b"".join(parts)
