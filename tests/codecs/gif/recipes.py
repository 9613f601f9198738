"""GIF files made by recipe: random animations by their seed, and oddities that the specification is silent about."""

import random
import struct
from collections.abc import Iterable, Sequence

Table = Sequence[tuple[int, int, int]]
Place = tuple[int, int, int, int]

FOUR: Table = ((255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255))
SIDE = 8
SCREEN: Place = (0, 0, SIDE, SIDE)
TRAILER = b";"
_DELAYS = (0, 1, 2, 3, 5, 7, 10, 11, 100)


def head(width: int = SIDE, height: int = SIDE, table: Table | None = FOUR, background: int = 2) -> bytes:
    """The screen and its table."""
    flags, colors = _colors(table)
    return b"GIF89a" + struct.pack("<HHBBB", width, height, 0x70 | flags, background, 0) + colors


def control(disposal: int = 1, delay: int = 10, transparent: int | None = None) -> bytes:
    """The block before a frame; the delay is in hundredths of a second."""
    flags = disposal << 2 | (transparent is not None)
    return b"\x21\xf9\x04" + struct.pack("<BHB", flags, delay, transparent or 0) + b"\0"


def image(
    place: Place, pixels: Iterable[int], *, table: Table | None = None, interlaced: bool = False, bits: int = 2
) -> bytes:
    """A frame without its control block; `bits` are those of an index."""
    flags, colors = _colors(table)
    width, height, rows = place[2], place[3], bytes(pixels)
    if interlaced:
        order = [y for start, step in ((0, 8), (4, 8), (2, 4), (1, 2)) for y in range(start, height, step)]
        rows = b"".join(rows[y * width : (y + 1) * width] for y in order)
    return descriptor(place, flags | interlaced << 6) + colors + bytes([bits]) + blocks(codes(rows, bits))


def frame(index: int, place: Place = SCREEN, *, before: bytes = control()) -> bytes:
    """A frame all of one color, behind its control block."""
    return before + image(place, [index] * (place[2] * place[3]))


def descriptor(place: Place, flags: int = 0) -> bytes:
    """What a frame begins with."""
    return b"," + struct.pack("<HHHHB", *place, flags)


def blocks(content: bytes) -> bytes:
    """The content in blocks of 255 bytes, and the empty one that ends them."""
    parts = (content[at : at + 255] for at in range(0, len(content), 255))
    return b"".join(bytes([len(part)]) + part for part in parts) + b"\0"


def loop(repeats: int, name: bytes = b"NETSCAPE2.0") -> bytes:
    """How often all of it is repeated."""
    return b"\x21\xff\x0b" + name + b"\x03\x01" + struct.pack("<H", repeats) + b"\0"


def codes(pixels: bytes, bits: int = 2, *, ends: bool = True) -> bytes:
    """Pixels in GIF's form of LZW, whose codes grow from `bits` + 1 to 12 bits."""
    clear, value, length, size, pair = 1 << bits, 1 << bits, bits + 1, bits + 1, b""
    fresh = {bytes([index]): index for index in range(clear)} | {b"": clear, b"end": clear + 1}
    known = dict(fresh)
    for pixel in pixels:
        longer = pair + bytes([pixel])
        if longer in known:
            pair = longer
            continue
        value, length = value | known[pair] << length, length + size
        if len(known) == 4096:
            value, length = value | clear << length, length + size
            known, size = dict(fresh), bits + 1
        else:
            known[longer] = len(known)
            size += len(known) > 1 << size and size < 12
        pair = bytes([pixel])
    for code in (known[pair], clear + 1) if ends else (known[pair],):
        value, length = value | code << length, length + size
        size += len(known) == 1 << size and size < 12
    return value.to_bytes(-(-length // 8), "little")


def animation(seed: int) -> bytes:
    """One to seven frames, any disposal, small tables and places; every second seed with what encoders do not write."""
    dice = random.Random(seed)
    is_odd = bool(seed % 2)
    width, height = dice.randint(4, 24), dice.randint(4, 24)
    common = _random_table(dice) if dice.random() < 0.85 else None
    parts = [head(width, height, common, dice.randrange(len(common)) if common else 0)]
    if dice.random() < 0.6:
        parts.append(loop(dice.choice((0, 0, 1, 5, 65_535))))
    for number in range(dice.randint(1, 7)):
        place = _random_place(dice, width, height, over_the_edge=is_odd or number > 0)
        parts.append(_random_frame(dice, place, common, is_odd=is_odd))
    return b"".join(parts) + TRAILER


def _random_table(dice: random.Random) -> Table:
    count = dice.choice((2, 3, 4, 7, 8, 16, 32, 200))
    return [(dice.randrange(256), dice.randrange(256), dice.randrange(256)) for _ in range(count)]


def _random_place(dice: random.Random, width: int, height: int, *, over_the_edge: bool) -> Place:
    kind = dice.random()
    if kind < 0.45:
        return (0, 0, width, height)
    if kind < 0.85 or not over_the_edge:
        across, down = dice.randint(1, width), dice.randint(1, height)
        return (dice.randint(0, width - across), dice.randint(0, height - down), across, down)
    return (dice.randint(0, width + 2), dice.randint(0, height + 2), dice.randint(1, width + 4), dice.randint(1, 20))


def _random_frame(dice: random.Random, place: Place, common: Table | None, *, is_odd: bool) -> bytes:
    own = _random_table(dice) if common is None or dice.random() < 0.35 else None
    colors = len(own or common or ())
    bits = max(2, (colors - 1).bit_length())
    most = 1 << bits if is_odd else colors
    count = place[2] * place[3]
    few = [dice.randrange(most) for _ in range(dice.choice((1, 3, most)))]
    pixels = [few[at // 3 % 3 % len(few)] if len(few) < most else dice.randrange(most) for at in range(count)]
    before = b""
    if dice.random() < 0.85:
        seen = pixels[0] if dice.random() < 0.6 else dice.randrange(256 if is_odd else colors)
        disposal = dice.choice((0, 1, 2, 3, 4, 5, 7) if is_odd else (0, 1, 2, 3))
        before = control(disposal, dice.choice(_DELAYS), seen if dice.random() < 0.5 else None)
    if dice.random() < 0.1:
        before += b"\x21\xfe" + blocks(b"a comment")
    return before + image(place, pixels, table=own, interlaced=dice.random() < 0.2, bits=bits)


def _colors(table: Table | None) -> tuple[int, bytes]:
    """The flags that say how large it is, and the table, filled up to a power of two."""
    if table is None:
        return 0, b""
    bits = max(1, (len(table) - 1).bit_length())
    return 0x80 | (bits - 1), b"".join(map(bytes, table)).ljust(3 << bits, b"\0")


def _oddity(*parts: bytes, screen: bytes = head()) -> bytes:
    return b"".join((screen, *parts, TRAILER))


def interlaced(rows: int, before: bytes = control()) -> bytes:
    """Rows of an interlaced picture of 3x21, as they come, and a pixel more; each pixel has its row's number."""
    order = [y for start, step in ((0, 8), (4, 8), (2, 4), (1, 2)) for y in range(start, 21, step)]
    content = codes(bytes(y for y in order for _ in range(3))[: 3 * rows + 1], 5, ends=False)
    screen = head(3, 21, [(each, each, each) for each in range(32)])
    return screen + before + descriptor((0, 0, 3, 21), 0x40) + b"\5" + bytes([len(content) + 1]) + content


_CORNER: Place = (2, 2, 4, 4)
_FAR: Place = (20, 20, 4, 4)
_BARE = control() + descriptor(SCREEN) + b"\2"
_PLAIN_TEXT = b"\x21\x01" + blocks(bytes(12))

ODDITIES: dict[str, bytes] = {
    "no table at all": _oddity(frame(1), frame(2), screen=head(table=None)),
    "a table that ends before its frame's colors": _oddity(
        image(SCREEN, [*range(2, 34)] * 2, table=FOUR[:2], bits=6), screen=head(table=FOUR * 8)
    ),
    "no trailer": head() + frame(0) + frame(1),
    "behind the trailer": _oddity(frame(0), TRAILER, frame(1)),
    "GIF87a": _oddity(frame(0), frame(1)).replace(b"89a", b"87a"),
    "no control blocks": _oddity(frame(0, before=b""), frame(1, _CORNER, before=b"")),
    "a screen of 0x0": _oddity(frame(0), frame(1), screen=head(0, 0)),
    "a screen of 0x0 and a first frame beside its corner": _oddity(frame(0, _CORNER), frame(1), screen=head(0, 0)),
    "a first frame larger than the screen": _oddity(frame(0, (0, 0, 12, 10)), frame(1)),
    "a first frame over the edge": _oddity(frame(0, (4, 4, 8, 8)), frame(1)),
    "a first frame beyond the screen": _oddity(frame(0, _FAR), frame(1)),
    "a first frame of no size": _oddity(frame(0, (0, 0, 0, 0)), frame(1)),
    "a first frame that leaves a hole": _oddity(
        control(transparent=1) + image(SCREEN, [0] * 32 + [1] * 32), frame(2, _CORNER)
    ),
    "a later frame larger than the screen": _oddity(frame(0), frame(1, (0, 0, 12, 12))),
    "a later frame beyond the screen": _oddity(frame(0), frame(1, _FAR)),
    "a later frame of no width": _oddity(frame(0), frame(1, (0, 0, 0, 8)), frame(2)),
    "a first frame that restores": _oddity(frame(0, before=control(3)), frame(1, _CORNER)),
    "a first frame that clears": _oddity(frame(0, before=control(2)), frame(1, _CORNER)),
    "disposal 4": _oddity(frame(0), frame(1, _CORNER, before=control(4)), frame(2, (0, 0, 3, 3))),
    "disposal 7": _oddity(frame(0), frame(1, _CORNER, before=control(7)), frame(2, (0, 0, 3, 3))),
    "too few pixels": _oddity(_BARE, blocks(codes(bytes([1] * 20))), frame(2)),
    "too many pixels": _oddity(_BARE, blocks(codes(bytes([1] * 64 + [2] * 30))), frame(2)),
    "no end code": _oddity(_BARE, blocks(codes(bytes([1] * 64), ends=False)), frame(2)),
    "bytes behind the end code": _oddity(_BARE, blocks(codes(bytes([1] * 64)) + b"abc" * 100), frame(2)),
    "indices of 8 bits for four colors": _oddity(control() + image(SCREEN, [1] * 64, bits=8), frame(2, _CORNER)),
    "two control blocks": _oddity(control(1, 50), frame(0, before=control(2, 20)), frame(1, _CORNER)),
    "a comment behind the control block": _oddity(
        frame(0, before=control(2, 50, 1) + b"\x21\xfe" + blocks(b"x")), frame(1, _CORNER)
    ),
    "a plain text behind the control block": _oddity(
        frame(0), control(2, 50, 1), _PLAIN_TEXT, frame(1, _CORNER, before=b"")
    ),
    "a control block of 3 bytes": _oddity(frame(0), b"\x21\xf9" + blocks(bytes(3)), frame(1, _CORNER, before=b"")),
    "a control block of 5 bytes": _oddity(frame(0), b"\x21\xf9" + blocks(bytes(5)), frame(1, _CORNER, before=b"")),
    "a control block of none": _oddity(frame(0), b"\x21\xf9\0", frame(1, _CORNER, before=b"")),
    "two control blocks in one": _oddity(
        frame(0), control()[:-1], b"\3abc\0", frame(1, _CORNER, before=b""), frame(2, _CORNER)
    ),
    "zeros between frames": _oddity(frame(0), bytes(3), frame(1)),
    "a block that nobody knows": _oddity(frame(0), b"\x55", frame(1)),
    "an extension that nobody knows": _oddity(frame(0), b"\x21\x77" + blocks(b"hello" * 99), frame(1)),
    "XMP": _oddity(
        b"\x21\xff\x0bXMP DataXMP" + b"<x/>" * 20 + b"\1" + bytes(range(255, -1, -1)) + b"\0", frame(0), frame(1)
    ),
    "repeats said behind the first frame": _oddity(frame(0), loop(3), frame(1)),
    "repeats said at the end": _oddity(frame(0), frame(1), loop(0)),
    "repeats said twice": _oddity(loop(2), frame(0), loop(7), frame(1)),
    "repeats said by another name": _oddity(loop(4, b"ANIMEXTS1.0"), frame(0), frame(1)),
    "repeats in two bytes": _oddity(b"\x21\xff\x0bNETSCAPE2.0\x02\x01\x05\0", frame(0), frame(1)),
    "repeats never said": _oddity(frame(0), frame(1)),
}
