"""Hostile input by the thousand, the same for a seed: mutated URLs and mutated image files."""

import random
from collections.abc import Iterator

_SEEDS = (
    "/unsafe/rs:fit:300:200/plain/local:///quadrants.png",
    "/unsafe/rs:fill:40:30/g:sm/plain/local:///quadrants.jpg@webp",
    "/unsafe/rs:force:50:50/el:1/bl:2/sh:1/pix:3/plain/local:///quadrants.png@jpg",
    "/unsafe/t:10:ff00ff:1:1/pd:1:2:3:4/bg:255:0:0/plain/local:///quadrants.gif@png",
    "/unsafe/c:0.5:0.5:fp:0.1:0.9/rot:90/fl:1:1/z:2:3/dpr:2/plain/local:///quadrants.webp",
    "/unsafe/mb:1000/q:90/fq:jpg:50:webp:60/skp:png/plain/local:///quadrants.bmp@jpg",
    "/unsafe/ex:1:noea:3:4/exar:1:so/mw:30/mh:30/fn:name:0/att:1/plain/local:///quadrants.tiff@avif",
    "/unsafe/w:30/bG9jYWw6Ly8vcXVhZHJhbnRzLnBuZw.webp",
    "/unsafe/raw:1/plain/local:///quadrants.png",
)
_PIECES = (
    "%", "%00", "%zz", "%0d%0aX-Evil:1", "//", "../", "@", ":", "::", "-1", "nan", "inf", "1e308", "0x7f",
    "99999999999999999999", "\u202e", "é", "\\", "?", "#", "{", "plain/", "local:///", "http://127.0.0.1:1/",
    "data:image/png;base64,AA==", "+", " ", "\t", "~", "rs:fill:20000:20000:1", "el:1", "dpr:8", "z:100",
    "pd:100000", "bl:1e9", "sh:1e9", "pix:1000000000", "c:1e308:1e308", "rot:-90", "maf:100000", "msr:1e300",
    "exp:1", "pr:none", "w:9223372036854775807", "h:9223372036854775808", "wm:1:re:1e9:1e9:1e9",
)  # fmt: skip


def urls(count: int, seed: int = 1294) -> Iterator[bytes]:
    """Request targets, each a working one with one to six changes; no spaces or line ends, which end a target."""
    dice = random.Random(seed)
    for _ in range(count):
        text = dice.choice(_SEEDS)
        for _ in range(dice.randint(1, 6)):
            text = _changed(text, dice)
        target = text.encode("utf-8", "surrogateescape")
        yield b"/" + bytes(byte for byte in target.lstrip(b"/") if byte > 0x20 and byte != 0x7F)


def _changed(text: str, dice: random.Random) -> str:
    at = dice.randint(1, len(text))
    match dice.randint(0, 5):
        case 0:
            return text[:at] + dice.choice(_PIECES) + text[at:]
        case 1:
            return text[:at] + "/" + dice.choice(_PIECES) + "/" + text[at:]
        case 2:
            return text[: at - 1] + text[at:]
        case 3:
            return text[:at] + chr(dice.randint(33, 255)) + text[at:]
        case 4:
            return text[:at] + text[max(0, at - dice.randint(1, 20)) :]
        case _:
            return text[: at - 1] + dice.choice("0123456789:/.-") + text[at:]


def files(original: bytes, count: int, seed: int = 1294) -> Iterator[bytes]:
    """Copies of an image file with bytes changed, cut, doubled, zeroed; sizes in its header blown up among them."""
    dice = random.Random(seed)
    for _ in range(count):
        body = bytearray(original)
        for _ in range(dice.randint(1, 8)):
            _damage(body, dice)
        yield bytes(body)


def _damage(body: bytearray, dice: random.Random) -> None:
    if len(body) < 4:
        return
    # Headers are where the damage is: half of the changes go into the first 128 bytes.
    at = dice.randrange(min(len(body), 128)) if dice.random() < 0.5 else dice.randrange(len(body))
    match dice.randint(0, 5):
        case 0:
            body[at] = dice.randrange(256)
        case 1:
            body[at] ^= 1 << dice.randrange(8)
        case 2:
            body[at : at + 4] = dice.choice(
                (b"\xff\xff\xff\xff", b"\x00\x00\x00\x00", b"\x7f\xff\xff\xff", b"\x00\x00\xff\xff")
            )
        case 3:
            del body[at:]
        case 4:
            body[at:at] = body[at : at + dice.randint(1, 64)]
        case _:
            del body[at : at + dice.randint(1, 64)]
