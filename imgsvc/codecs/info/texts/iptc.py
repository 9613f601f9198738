"""Tells the data sets of IPTC (IPTC-NAA information interchange model 4), by their titles.

COMPAT: titles, kinds and second names are imgproxy's; what the standard does not let be so large or small is left out.
"""

from base64 import b64encode
from collections.abc import Iterator, Mapping
from enum import Enum
from typing import NamedTuple

from imgsvc.codecs.headers.extent import Bound
from imgsvc.codecs.info.outline import MOST_BLOCK_BYTES

# Of keywords there are some dozens.
DATA_SETS = Bound(10_000, "iptc data sets")
_MARK, _HEAD_BYTES = 0x1C, 5
# Its length stands behind it, in so many bytes.
_IS_LONG = 0x8000
_MOST = 1 << 20


class Kind(Enum):
    """What a data set holds."""

    TEXT = "text"
    NUMBER = "number"
    BINARY = "binary"


class DataSet(NamedTuple):
    """Its title, how few and how many bytes it has, and whether there may be several."""

    title: str
    least: int
    most: int
    kind: Kind = Kind.TEXT
    repeats: bool = False


def _text(title: str, least: int, most: int, *, repeats: bool = False) -> DataSet:
    return DataSet(title, least, most, Kind.TEXT, repeats)


def _number(title: str, length: int) -> DataSet:
    return DataSet(title, length, length, Kind.NUMBER)


def _binary(title: str, most: int, *, repeats: bool = False) -> DataSet:
    return DataSet(title, 0, most, Kind.BINARY, repeats)


# fmt: off
_SETS: Mapping[tuple[int, int], DataSet] = {
    (1, 0): _number("Model Version", 2),
    (1, 5): _text("Destination", 0, 1024, repeats=True),
    (1, 20): _number("File Format", 2),
    (1, 22): _number("File Version", 2),
    (1, 30): _text("Service Identifier", 0, 10),
    (1, 40): _text("Envelope Number", 8, 8),
    (1, 50): _text("Product I.D.", 0, 32, repeats=True),
    (1, 60): _text("Envelope Priority", 1, 1),
    (1, 70): _text("Date Sent", 8, 8),
    (1, 80): _text("Time Sent", 11, 11),
    (1, 90): _binary("Coded Character Set", 32),
    (1, 100): _text("Unique Name of Object", 14, 80),
    (1, 120): _number("ARM Identifier", 2),
    (1, 122): _number("ARM Version", 2),
    (2, 0): _number("Record Version", 2),
    (2, 3): _text("Object Type Reference", 3, 67),
    (2, 4): _text("Object Attribute Reference", 4, 68, repeats=True),
    (2, 5): _text("Object Name", 0, 64),
    (2, 7): _text("Edit Status", 0, 64),
    (2, 8): _text("Editorial Update", 2, 2),
    (2, 10): _text("Urgency", 1, 1),
    (2, 12): _text("Subject Reference", 13, 236, repeats=True),
    (2, 15): _text("Category", 0, 3),
    (2, 20): _text("Supplemental Category", 0, 32, repeats=True),
    (2, 22): _text("Fixture Identifier", 0, 32),
    (2, 25): _text("Keywords", 0, 64, repeats=True),
    (2, 26): _text("Content Location Code", 3, 3, repeats=True),
    (2, 27): _text("Content Location Name", 0, 64, repeats=True),
    (2, 30): _text("Release Date", 8, 8),
    (2, 35): _text("Release Time", 11, 11),
    (2, 37): _text("Expiration Date", 8, 8),
    (2, 38): _text("Expiration Time", 11, 11),
    (2, 40): _text("Special Instructions", 0, 256),
    (2, 42): _text("Action Advised", 2, 2),
    (2, 45): _text("Reference Service", 0, 10, repeats=True),
    (2, 47): _text("Reference Date", 8, 8, repeats=True),
    (2, 50): _text("Reference Number", 8, 8, repeats=True),
    (2, 55): _text("Date Created", 8, 8),
    (2, 60): _text("Time Created", 11, 11),
    (2, 62): _text("Digital Creation Date", 8, 8),
    (2, 63): _text("Digital Creation Time", 11, 11),
    (2, 65): _text("Originating Program", 0, 32),
    (2, 70): _text("Program Version", 0, 10),
    (2, 75): _text("Object Cycle", 1, 1),
    (2, 80): _text("By-line", 0, 32, repeats=True),
    (2, 85): _text("By-line Title", 0, 32, repeats=True),
    (2, 90): _text("City", 0, 32),
    (2, 92): _text("Sub-location", 0, 32),
    (2, 95): _text("Province/State", 0, 32),
    (2, 100): _text("Country Code", 3, 3),
    (2, 101): _text("Country Name", 0, 64),
    (2, 103): _text("Original Transmission Reference", 0, 32),
    (2, 105): _text("Headline", 0, 256),
    (2, 110): _text("Credit", 0, 32),
    (2, 115): _text("Source", 0, 32),
    (2, 116): _text("Copyright Notice", 0, 128),
    (2, 118): _text("Contact", 0, 128, repeats=True),
    (2, 120): _text("Caption/Abstract", 0, 2000),
    (2, 122): _text("Writer/Editor", 0, 32, repeats=True),
    (2, 125): _binary("Rasterized Caption", 7360),
    (2, 130): _text("Image Type", 2, 2),
    (2, 131): _text("Image Orientation", 1, 1),
    (2, 135): _text("Language Identifier", 2, 3),
    (2, 150): _text("Audio Type", 2, 2),
    (2, 151): _text("Audio Sampling Rate", 6, 6),
    (2, 152): _text("Audio Sampling Resolution", 2, 2),
    (2, 153): _text("Audio Duration", 6, 6),
    (2, 154): _text("Audio Outcue", 0, 64),
    (2, 200): _number("Preview File Format", 2),
    (2, 201): _number("Preview File Format Version", 2),
    (2, 202): _binary("Preview Data", 256_000),
    (7, 10): _number("Size Mode", 1),
    (7, 20): _number("Max Subfile Size", 4),
    (7, 90): _number("Object Size Announced", 4),
    (7, 95): _number("Maximum Object Size", 4),
    (8, 10): _binary("Subfile", _MOST, repeats=True),
    (9, 10): _number("Confirmed Data Size", 4),
}
# fmt: on
_SECOND_NAMES = {"Object Name": "Name", "Caption/Abstract": "Caption"}

Value = str | int | list[str | int]


def iptc_texts(block: bytes) -> dict[str, Value]:
    """What the block says, up to what is damaged in it; of what may be there once the first."""
    found: dict[str, Value] = {}
    lists: dict[str, list[str | int]] = {}
    for record, number, content in _data_sets(block):
        kind = _SETS.get((record, number))
        if kind is None or not kind.least <= len(content) <= kind.most:
            continue
        value = _value(kind, content)
        if kind.repeats:
            found[kind.title] = lists.setdefault(kind.title, [])
            lists[kind.title].append(value)
        else:
            found.setdefault(kind.title, value)
    return found | {second: found[title] for title, second in _SECOND_NAMES.items() if title in found}


def _value(kind: DataSet, content: bytes) -> str | int:
    if kind.kind is Kind.NUMBER:
        return int.from_bytes(content)
    if kind.kind is Kind.BINARY:
        return b64encode(content).decode()
    return content.decode("utf-8", "replace")


def _data_sets(block: bytes) -> Iterator[tuple[int, int, bytes]]:
    at = count = 0
    while at + _HEAD_BYTES <= len(block) and block[at] == _MARK:
        count += 1
        if count > DATA_SETS.most:
            return
        record, number, length = block[at + 1], block[at + 2], int.from_bytes(block[at + 3 : at + 5])
        at += _HEAD_BYTES
        if length & _IS_LONG:
            width = length & ~_IS_LONG
            if width > 4:
                return
            length, at = int.from_bytes(block[at : at + width]), at + width
        if length > MOST_BLOCK_BYTES or at + length > len(block):
            return
        yield record, number, block[at : at + length]
        at += length
