"""Small files of which one part claims to be larger than a limit of a megapixel, each in its own way; all harmless."""

import struct
from collections.abc import Callable
from functools import cache

from imgsvc.options.formats import Format
from tests.faults import bombs
from tests.images import animated, encoded, quadrants, solid

LIMIT = 1_000_000
SIDE = 3000


def gif(screen: int, *frames: tuple[int, int, int, int], disposal: int = 2) -> bytes:
    """A GIF of frames (left, top, width, height), all of one byte of pixels."""
    control = b"\x21\xf9\x04" + bytes([disposal << 2]) + bytes(4)
    images = (control + b"," + struct.pack("<HHHHB", *frame, 0) + b"\x02\x02\x44\x01\0" for frame in frames)
    head = b"GIF89a" + struct.pack("<HHBBB", screen, screen, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    return head + b"".join(images) + b";"


def _two_headers() -> bytes:
    return bombs.png(8, 8, data=bytes(72), before=((b"IHDR", struct.pack(">IIBBBBB", SIDE, SIDE, 8, 0, 0, 0, 0)),))


def _two_frame_headers() -> bytes:
    body = encoded(quadrants(), "jpeg")
    at = body.index(b"\xff\xc0")
    second = body[at : at + 5] + struct.pack(">HH", SIDE, SIDE) + body[at + 9 : at + 19]
    return body[: at + 19] + second + body[at + 19 :]


def _webp(*chunks: tuple[bytes, bytes]) -> bytes:
    inner = b"WEBP" + b"".join(kind + struct.pack("<I", len(body)) + body for kind, body in chunks)
    return b"RIFF" + struct.pack("<I", len(inner)) + inner


def _three(number: int) -> bytes:
    return struct.pack("<I", number)[:3]


def _webp_frame() -> bytes:
    canvas = bytes([2, 0, 0, 0]) + _three(7) * 2
    return _webp((b"VP8X", canvas), (b"ANIM", bytes(6)), (b"ANMF", bytes(6) + _three(SIDE - 1) * 2 + bytes(4)))


def _webp_lossy() -> bytes:
    return _webp((b"VP8 ", b"\x10\0\0\x9d\x01\x2a" + struct.pack("<HH", SIDE, SIDE) + bytes(20)))


def _webp_lossless() -> bytes:
    return _webp((b"VP8L", b"\x2f" + struct.pack("<I", SIDE - 1 | (SIDE - 1) << 14) + bytes(21)))


def _bmp_from_the_top() -> bytes:
    body = bytearray(encoded(quadrants(), "bmp"))
    body[18:26] = struct.pack("<ii", SIDE, -SIDE)
    return bytes(body)


def icon(*payloads: bytes) -> bytes:
    """An icon of these images."""
    offset, head, body = 6 + 16 * len(payloads), struct.pack("<HHH", 0, 1, len(payloads)), b""
    for payload in payloads:
        head += struct.pack("<BBBBHHII", 8, 8, 0, 0, 1, 32, len(payload), offset + len(body))
        body += payload
    return head + body


def _icon_without_ihdr() -> bytes:
    """A PNG whose first chunk looks like a header of 8x8, and is none."""
    inner = bombs.png(SIDE, SIDE)
    return icon(inner[:8] + struct.pack(">I4s", 13, b"tEXt") + struct.pack(">II", 8, 8) + bytes(9) + inner[8:])


def tiff(*entries: tuple[int, int, int, int]) -> bytes:
    """A TIFF of these entries: tag, kind, how many values, the value; its only strip is of 64 bytes."""
    head = struct.pack("<2sHIH", b"II", 42, 8, len(entries))
    return head + b"".join(struct.pack("<HHII", *each) for each in entries) + bytes(4 + 64)


def tiff_entries(width: int = 8, height: int = 8, *more: tuple[int, int, int, int]) -> list[tuple[int, int, int, int]]:
    """What a gray TIFF of eight bits needs."""
    plain = [(256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1)]
    return [*plain, (273, 4, 1, 122), (277, 3, 1, 1), (278, 4, 1, height), (279, 4, 1, 64), *more]


def _tiles() -> bytes:
    return tiff(*tiff_entries(8, 8, (322, 4, 1, SIDE), (323, 4, 1, SIDE), (324, 4, 1, 122), (325, 4, 1, 64)))


@cache
def _coded(word: str) -> bytes:
    return encoded(solid(1200, 1000), word, **({"speed": 10} if word == "avif" else {}))


def _with_image_size(word: str, body: bytes, side: int) -> bytes:
    at = body.index(b"ispe") + 8
    return body[:at] + struct.pack(">II", side, side) + body[at + 8 :]


def _coded_larger(word: str) -> bytes:
    """Its boxes say 8x8, the coded picture says what it is."""
    return _with_image_size(word, _coded(word), 8)


def _track() -> bytes:
    body = animated(2, "avif")
    at = body.index(b"av01", body.index(b"stsd")) + 4 + 24
    return body[:at] + struct.pack(">HH", SIDE, SIDE) + body[at + 4 :]


def _sample() -> bytes:
    """Its boxes say 8x8, and it has no items; the coded pictures of its track say what they are."""
    large = solid(1200, 1000)
    body = encoded(large, "avif", save_all=True, append_images=[large], duration=100, speed=10)
    body = body.replace(b"meta", b"free", 1).replace(struct.pack(">II", *large.size), struct.pack(">II", 8, 8))
    return body.replace(struct.pack(">HH", *large.size), struct.pack(">HH", 8, 8))


def made_of_others(kind: bytes, content: bytes) -> bytes:
    """A HEIC whose one item is made of others, and lies in the `idat` box."""

    def box(kind: bytes, *parts: bytes) -> bytes:
        body = b"".join(parts)
        return struct.pack(">I4s", 8 + len(body), kind) + body

    item = box(b"infe", struct.pack(">IHH4sB", 2 << 24, 1, 0, kind, 0))
    place = box(b"iloc", struct.pack(">IHHHHHHII", 1 << 24, 0x4400, 1, 1, 1, 0, 1, 0, len(content)))
    meta = box(b"meta", bytes(4), box(b"iinf", struct.pack(">IH", 0, 1), item), place, box(b"idat", content))
    return box(b"ftyp", b"heic", bytes(4)) + meta


def grid(side: int, columns: int = 1) -> bytes:
    """As many rows as columns of tiles."""
    return made_of_others(b"grid", struct.pack(">BBBBHH", 0, 0, columns - 1, columns - 1, side, side))


def overlay(side: int, layers: int = 1) -> bytes:
    """Layers that all lie in one place."""
    return made_of_others(b"iovl", bytes(10) + struct.pack(">HH", side, side) + bytes(4 * layers))


def _jxl() -> bytes:
    # The long form of the size header, 13 bits a side, with all else at its defaults.
    fields = ((0, 1), (1, 2), (SIDE - 1, 13), (0, 3), (1, 2), (SIDE - 1, 13), (1, 1))
    bits = at = 0
    for value, count in fields:
        bits, at = bits | value << at, at + count
    return b"\xff\x0a" + bits.to_bytes(8, "little")


TOO_LARGE: dict[str, tuple[Format, Callable[[], bytes]]] = {
    "gif: screen": (Format.GIF, lambda: gif(SIDE, (0, 0, 1, 1))),
    "gif: first frame": (Format.GIF, lambda: gif(8, (0, 0, SIDE, SIDE))),
    "gif: later frame": (Format.GIF, lambda: gif(8, (0, 0, 8, 8), (0, 0, SIDE, SIDE), (0, 0, 8, 8))),
    "gif: place of the first frame": (Format.GIF, lambda: gif(8, (SIDE, SIDE, 8, 8))),
    "png: picture": (Format.PNG, lambda: bombs.png(SIDE, SIDE)),
    "jpeg: picture": (Format.JPEG, lambda: bombs.jpeg(SIDE, SIDE)),
    "jpeg: second frame header": (Format.JPEG, _two_frame_headers),
    "webp: canvas": (Format.WEBP, lambda: bombs.webp(SIDE, SIDE)),
    "webp: frame": (Format.WEBP, _webp_frame),
    "webp: lossy picture": (Format.WEBP, _webp_lossy),
    "webp: lossless picture": (Format.WEBP, _webp_lossless),
    "bmp: picture": (Format.BMP, lambda: bombs.bmp(SIDE, SIDE)),
    "bmp: picture from the top": (Format.BMP, _bmp_from_the_top),
    "ico: png": (Format.ICO, lambda: icon(encoded(solid()), bombs.png(SIDE, SIDE))),
    "ico: bitmap": (Format.ICO, lambda: icon(bombs.bmp(SIDE, 2 * SIDE)[14:])),
    "tiff: picture": (Format.TIFF, lambda: tiff(*tiff_entries(SIDE, SIDE))),
    "tiff: tile": (Format.TIFF, _tiles),
    "heic: image": (Format.HEIC, lambda: _with_image_size("heic", encoded(solid(64, 64), "heic"), SIDE)),
    "heic: coded picture": (Format.HEIC, lambda: _coded_larger("heic")),
    "heic: grid": (Format.HEIC, lambda: grid(SIDE)),
    "heic: overlay": (Format.HEIC, lambda: overlay(SIDE)),
    "avif: image": (Format.AVIF, lambda: _with_image_size("avif", encoded(solid(64, 64), "avif"), SIDE)),
    "avif: coded picture": (Format.AVIF, lambda: _coded_larger("avif")),
    "avif: track": (Format.AVIF, _track),
    "avif: sample": (Format.AVIF, _sample),
    "jxl: picture": (Format.JXL, _jxl),
}

# Their header says 8x8 somewhere, and something else somewhere else.
AMBIGUOUS: dict[str, tuple[Format, Callable[[], bytes]]] = {
    "png: two headers": (Format.PNG, _two_headers),
    "ico: png that does not begin with its header": (Format.ICO, _icon_without_ihdr),
    "ico: png with two headers": (Format.ICO, lambda: icon(_two_headers())),
    "tiff: two widths": (Format.TIFF, lambda: tiff(*tiff_entries(8, 8, (256, 4, 1, SIDE)))),
    "tiff: two heights, the large one first": (Format.TIFF, lambda: tiff((257, 4, 1, SIDE), *tiff_entries())),
}
