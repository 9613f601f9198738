"""Rows F85 and F86: what is asked about sources that are made to harm, and of origins that give odd parts."""

import json
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import misbehaving as answers
from tests.faults.bounds import BUDGET_SLACK_SECONDS, HOSTILE_SECONDS, PROBE_SERVED_ALL, RESIDENT_DELTA, T_O, D
from tests.faults.clients import Answer, ask, ask_all, counted
from tests.faults.probe import Probe
from tests.faults.processes import resident
from tests.faults.service import CAT, Service
from tests.images import encoded, exif, noise, quadrants
from tests.misbehaving import Origin

JPEG, PNG = encoded(quadrants(), "jpeg"), encoded(quadrants(), "png")
EVERYTHING = "exif:1/iptc:1/xmp:1/cs:1/a:1"
PICTURE = encoded(noise(200, 100), "jpeg", exif=exif(6, artist="Ann")) + bytes(1_000_000)


def segment(kind: int, content: bytes) -> bytes:
    return bytes((0xFF, kind)) + (len(content) + 2).to_bytes(2) + content


def in_jpeg(*segments: bytes) -> bytes:
    return JPEG[:2] + b"".join(segments) + JPEG[2:]


def exif_of(*entries: tuple[int, int, int, int]) -> bytes:
    """A directory of these, and a JPEG around it."""
    rows = b"".join(struct.pack(">HHII", *entry) for entry in entries)
    block = b"MM\0*\0\0\0\x08" + struct.pack(">H", len(entries)) + rows + bytes(4)
    return in_jpeg(segment(0xE1, b"Exif\0\0" + block))


def in_png(kind: bytes, content: bytes) -> bytes:
    chunk = len(content).to_bytes(4) + kind + content + zlib.crc32(kind + content).to_bytes(4)
    return PNG[:33] + chunk + PNG[33:]


def xmp(document: str) -> bytes:
    return in_png(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + document.encode())


def box(kind: bytes, *content: bytes) -> bytes:
    return struct.pack(">I4s", 8 + sum(map(len, content)), kind) + b"".join(content)


def many_places() -> bytes:
    """A HEIF whose items lie in a million places, which take no byte of its boxes."""
    item = struct.pack(">HHH", 1, 0, 20_000)
    table = box(b"iloc", bytes(4), b"\0\0", struct.pack(">H", 2000), item * 2000)
    meta = box(b"meta", bytes(4), box(b"pitm", bytes(4), b"\0\1"), box(b"iinf", bytes(6)), table)
    return box(b"ftyp", b"heic", bytes(4), b"mif1heic") + meta


RDF = "<x xmlns:r='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns:a='b'><r:RDF><r:Description "
HOSTILE: dict[str, Callable[[], bytes]] = {
    "5,000 tags of EXIF": lambda: exif_of(*[(271 + i % 7, 2, 60_000, 0) for i in range(5000)]),
    "1,000 tags that say the whole block": lambda: exif_of(*[(256 + i, 7, 12_000, 0) for i in range(900)]),
    "directories in a circle": lambda: exif_of((34665, 4, 1, 8), (40965, 4, 1, 8), (34853, 4, 1, 8)),
    "a directory at the end of all numbers": lambda: exif_of((34665, 4, 1, 0xFFFFFFFF), (270, 2, 0xFFFFFFFF, 1)),
    "4,000 blocks of EXIF": lambda: in_jpeg(*[segment(0xE1, b"Exif\0\0MM\0*")] * 4000),
    "a gap of 60,000 bytes before each of 300 segments": lambda: in_jpeg(*[bytes(60_000) + segment(0xE2, b"")] * 300),
    "100,000 data sets of IPTC": lambda: in_jpeg(
        *[
            segment(0xED, b"Photoshop 3.0\0" + part)
            for part in _pieces(b"8BIM\4\4\0\0\0\7\xa1\x20" + b"\x1c\2\x19\0\0" * 100_000)
        ]
    ),
    "entities that double": lambda: xmp(
        "<!DOCTYPE x [<!ENTITY a0 'ha'>"
        + "".join(f"<!ENTITY a{i} '&a{i - 1};&a{i - 1};'>" for i in range(1, 40))
        + "]>"
        "<x>&a39;</x>"
    ),
    "60,000 attributes of XMP": lambda: xmp(RDF + " ".join(f"a:b{i}='1'" for i in range(60_000)) + "/></r:RDF></x>"),
    "100,000 elements in each other": lambda: xmp("<x>" * 100_000),
    "XMP that is no UTF-8": lambda: in_png(
        b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + RDF.encode() + b"a:b='\xff\xfe'/>"
    ),
    "256 MB packed into a text": lambda: in_png(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + _packed(1 << 28)),
    "40,000 chunks": lambda: PNG[:33] + b"\0\0\0\0teSt\0\0\0\0" * 40_000 + PNG[33:],
    "a million places of items": many_places,
}


def _pieces(content: bytes) -> list[bytes]:
    return [content[at : at + 60_000] for at in range(0, len(content), 60_000)]


def _packed(length: int) -> bytes:
    stream = zlib.compressobj()
    return b"".join([*(stream.compress(bytes(1 << 20)) for _ in range(length >> 20)), stream.flush()])


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("asked")


@pytest.fixture(scope="module")
def own(folder):
    (folder / "cat.png").write_bytes(PNG)
    with Service(folder) as running:
        for _ in range(8):
            ask(running.port, CAT)
            ask(running.port, "/info/_/plain/local:///cat.png")
        yield running


def asked(own: Service, origin: Origin) -> Answer:
    return ask(own.port, f"/info/_/plain/http://127.0.0.1:{origin.port}/a.jpg", timeout=D + 10)


@pytest.mark.parametrize("name", HOSTILE)
def test_f85_metadata_that_is_made_to_harm_costs_little(own, folder, record, name):
    workers = own.settled()
    before = sum(map(resident, workers))
    (folder / "hostile").write_bytes(HOSTILE[name]())
    got = ask(own.port, f"/info/_/{EVERYTHING}/plain/local:///hostile", timeout=D + 10)
    grown = sum(map(resident, own.workers)) - before

    record(status=got.status, ms=round(1000 * got.seconds), bytes=len(got.body), grown_MiB=grown >> 20)
    assert got.status in (200, 422)
    assert got.seconds < HOSTILE_SECONDS
    assert grown < RESIDENT_DELTA
    assert own.workers == workers


def one_byte(exchange: answers.Exchange) -> None:
    """Of whatever is asked for, the first byte."""
    first = int(exchange.headers.get("range", "bytes=0-").partition("=")[2].partition("-")[0])
    extent = f"bytes {first}-{first}/{len(PICTURE)}"
    exchange.send(answers.response(PICTURE[first : first + 1], 206, **{"Content-Range": extent}))


def ever_another(exchange: answers.Exchange) -> None:
    """Parts of a file that is another one each time."""
    extent = f"bytes 0-9/{len(exchange.sock.getpeername()) + exchange.sock.getpeername()[1]}"
    exchange.send(answers.response(b"\xff\xd8\xff\xe2\xff\xff1234", 206, **{"Content-Range": extent}))


def huge(exchange: answers.Exchange) -> None:
    exchange.send(answers.response(PICTURE[:65_536], 206, **{"Content-Range": f"bytes 0-65535/{10**17}"}))


def from_elsewhere(exchange: answers.Exchange) -> None:
    exchange.send(answers.response(PICTURE[5:100], 206, **{"Content-Range": f"bytes 5-99/{len(PICTURE)}"}))


ODD: dict[str, tuple[answers.Answer, frozenset[int]]] = {
    "a byte at a time": (one_byte, frozenset({404})),
    "another file each time": (ever_another, frozenset({404})),
    "a file of 100 petabytes": (huge, frozenset({422})),
    "another part": (from_elsewhere, frozenset({404})),
    "nothing of it": (answers.says(b"", 416), frozenset({416})),
    "a part that drips": (answers.drips(PICTURE, 0.2), frozenset({504})),
    "a part that stalls": (answers.stalls_at(0.01, PICTURE), frozenset({504})),
    "a part that is cut off": (answers.cuts_at(0.01, PICTURE), frozenset({422})),
    "no answer": (answers.never_answers, frozenset({504})),
}


@pytest.mark.parametrize("name", ODD)
def test_f86_an_origin_whose_parts_are_odd_is_left_within_its_time(own, record, name):
    answer, statuses = ODD[name]
    with Origin({"*": answer}) as origin:
        got = asked(own, origin)
        heads = len(origin.heads)

    record(status=got.status, seconds=round(got.seconds, 2), requests=heads)
    assert got.status in statuses
    assert heads <= 9
    assert got.seconds < T_O + BUDGET_SLACK_SECONDS + HOSTILE_SECONDS


def test_f86_meanwhile_other_questions_and_pictures_are_answered(own, record):
    with (
        Origin({"*": answers.never_answers}) as dark,
        Probe(own.port, CAT) as pictures,
        Probe(own.port, "/info/_/plain/local:///cat.png") as questions,
    ):
        got = ask_all(
            own.port, [f"/info/_/plain/http://127.0.0.1:{dark.port}/{i}.jpg" for i in range(12)], timeout=D + 10
        )

    record(statuses=counted(got), pictures=pictures.report().statuses, questions=questions.report().statuses)
    assert set(counted(got)) <= {503, 504}
    assert min(pictures.report().served, questions.report().served) >= PROBE_SERVED_ALL


def test_f86_of_a_source_with_ranges_a_hundredth_is_fetched(own, record):
    with Origin({"*": answers.serves(PICTURE)}) as origin:
        got = asked(own, origin)
        heads = [head for head in origin.heads if "Range: bytes=0-65535" in head]

    record(status=got.status, requests=len(heads))
    assert json.loads(got.body)["size"] == len(PICTURE)
    assert len(heads) == 1
