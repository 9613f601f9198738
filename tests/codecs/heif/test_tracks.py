import struct

import pytest

from imgsvc.codecs.heif.boxes import find
from imgsvc.codecs.heif.tracks import SAMPLES, is_sequence, plays, samples
from imgsvc.errors import UndecodableImageError
from tests.codecs.heif.files import box, table


def film(*edits: bytes, duration: int = 30, handler: bytes = b"pict", wide: bool = False) -> bytes:
    """One track, of that duration."""
    times = struct.pack(">QQIIQ" if wide else ">IIIII", 0, 0, 1, 0, duration)
    header = box(b"tkhd", bytes([wide, 0, 0, 0]), times)
    media = box(b"mdia", box(b"hdlr", bytes(8), handler))
    return box(b"moov", box(b"trak", header, *(box(b"edts", each) for each in edits), media))


def edit(once: int, *, repeats: bool = True, wide: bool = False) -> bytes:
    """A list of one edit, as long as one showing."""
    return box(b"elst", bytes([wide, 0, 0, repeats]), struct.pack(">IQ" if wide else ">II", 1, once), bytes(8))


@pytest.mark.parametrize(
    ("body", "count"),
    [
        pytest.param(film(), 0, id="no edits"),
        pytest.param(film(edit(10)), 3, id="three times"),
        pytest.param(film(edit(12)), 3, id="three times, the last one cut"),
        pytest.param(film(edit(10, repeats=False)), 1, id="once"),
        pytest.param(film(edit(10), duration=0xFFFFFFFF), 0, id="for ever"),
        pytest.param(film(edit(10, wide=True), duration=(1 << 64) - 1, wide=True), 0, id="for ever, in 64 bits"),
        pytest.param(film(edit(10, wide=True), duration=20, wide=True), 2, id="twice, in 64 bits"),
        pytest.param(film(edit(0)), 0, id="of no length"),
        pytest.param(film(edit(1), duration=1 << 31), 0, id="longer than anybody looks"),
        pytest.param(film(edit(10), handler=b"soun"), 0, id="sound"),
        pytest.param(b"", 0, id="nothing"),
    ],
)
def test_a_sequence_is_shown_as_often_as_it_fits_into_its_track(body: bytes, count: int) -> None:
    assert plays(body) == count


def places(body: bytes) -> list[tuple[int, int]]:
    found = find(body, (b"stbl",))
    assert found
    return samples(body, found).places


def test_samples_lie_one_behind_the_other_in_chunks() -> None:
    body = table([5, 6, 7, 8], [100, 200, 300], [(1, 1), (2, 2)])

    assert places(body) == [(100, 5), (200, 6), (206, 7), (300, 8)]


def test_all_samples_may_have_one_length() -> None:
    assert places(table([], [100], [(1, 9)], same=4, count=3)) == [(100, 4), (104, 4), (108, 4)]


def test_samples_are_bounded() -> None:
    with pytest.raises(UndecodableImageError, match="heif samples"):
        places(table([], [0], [(1, 9)], same=1, count=SAMPLES.most + 1))


@pytest.mark.parametrize(
    ("brand", "has_film", "shown"),
    [(b"avis", True, True), (b"avif", True, False), (b"mif1", True, True), (b"mif1", False, False)],
)
def test_a_track_is_shown_where_the_major_brand_does_not_say_otherwise(
    brand: bytes, has_film: bool, shown: bool
) -> None:
    body = box(b"ftyp", brand, bytes(4)) + (film() if has_film else b"")

    assert is_sequence(body) is shown
