"""Damage that knows the formats: pieces of one file in another, chunks that come twice, frames that grow."""

import random
import struct
from collections.abc import Callable
from contextlib import suppress

_PNG = b"\x89PNG\r\n\x1a\n"
_SIDES = (0, 1, 2, 7, 8, 255, 256, 257, 1000, 1999, 65_535)


def damaged(body: bytes, other: bytes, dice: random.Random) -> bytes:
    """`body` with one change of those that its format allows; `other` is another file of the same kind."""
    changes: list[Callable[[bytearray, bytes, random.Random], None]] = [_splice, _number]
    if body.startswith(_PNG):
        changes += [_chunk, _chunk]
    elif body.startswith(b"II*\0"):
        changes += [_entry, _entry]
    elif body.startswith(b"GIF8"):
        changes += [_frame, _frame]
    elif body.startswith(b"\xff\xd8"):
        changes += [_segment, _segment]
    made = bytearray(body)
    # What is damaged already may have no such place any more.
    with suppress(struct.error, IndexError, ValueError):
        dice.choice(changes)(made, other, dice)
    return bytes(made)


def _splice(body: bytearray, other: bytes, dice: random.Random) -> None:
    """A piece of the other file in place of some of this one, or between."""
    start = dice.randrange(len(other))
    piece = other[start : start + dice.randint(1, 200)]
    at = dice.randrange(len(body))
    body[at : at + dice.choice((0, len(piece)))] = piece


def _number(body: bytearray, _other: bytes, dice: random.Random) -> None:
    """A number that may be a side, in either order of bytes, near the beginning."""
    form = dice.choice(("<H", ">H", "<I", ">I"))
    struct.pack_into(form, body, dice.randrange(max(1, min(400, len(body)) - 4)), dice.choice(_SIDES))


def _chunk(body: bytearray, _other: bytes, dice: random.Random) -> None:
    """A chunk of a PNG twice, away, or a second header of another size."""
    chunks, at = [], len(_PNG)
    while at + 12 <= len(body):
        end = at + 12 + struct.unpack_from(">I", body, at)[0]
        chunks.append(bytes(body[at:end]))
        at = end
    if len(chunks) < 2:
        return
    which, where = dice.randrange(len(chunks)), dice.randrange(len(chunks))
    match dice.randint(0, 2):
        case 0:
            chunks.insert(where, chunks[which])
        case 1:
            del chunks[which]
        case _:
            header = bytearray(chunks[0])
            struct.pack_into(">II", header, 8, dice.choice(_SIDES), dice.choice(_SIDES))
            chunks.insert(where, bytes(header))
    body[len(_PNG) :] = b"".join(chunks)


def _entry(body: bytearray, _other: bytes, dice: random.Random) -> None:
    """An entry of a TIFF's directory over another one, mostly with another value."""
    (start,) = struct.unpack_from("<I", body, 4)
    if start + 2 > len(body):
        return
    (count,) = struct.unpack_from("<H", body, start)
    places = [start + 2 + 12 * each for each in range(count) if start + 14 + 12 * each <= len(body)]
    if not places:
        return
    source, target = dice.choice(places), dice.choice(places)
    body[target : target + 12] = body[source : source + 12]
    if dice.random() < 0.7:
        struct.pack_into("<I", body, target + 8, dice.choice(_SIDES))


def _frame(body: bytearray, _other: bytes, dice: random.Random) -> None:
    """A GIF's frame that lies elsewhere or is larger, or another way to dispose of it."""
    marks = [at for at in range(13, len(body) - 10) if body[at] == 0x2C or body[at : at + 2] == b"\x21\xf9"]
    if not marks:
        return
    at = dice.choice(marks)
    if body[at] == 0x21:
        body[at + 3] = dice.randrange(256)
    else:
        struct.pack_into("<H", body, at + dice.choice((1, 3, 5, 7)), dice.choice(_SIDES))


def _segment(body: bytearray, _other: bytes, dice: random.Random) -> None:
    """A segment of a JPEG twice, the frame's and the scans' above all, or another number in it."""
    marks = [at for at in range(2, len(body) - 4) if body[at] == 0xFF and 0xC0 <= body[at + 1] <= 0xFE]
    at = dice.choice(marks) if marks else 2
    (length,) = struct.unpack_from(">H", body, at + 2)
    if dice.random() < 0.5:
        body[at:at] = body[at : at + 2 + length]
    else:
        body[min(len(body) - 1, at + dice.randint(1, 12))] = dice.randrange(256)
