import struct
import tracemalloc

import pytest

from imgsvc.codecs.gif.header import BLOCKS, has_row, layout, survey
from imgsvc.codecs.headers.extent import Extent, Survey
from imgsvc.errors import UndecodableImageError
from imgsvc.options.geometry import Size
from tests.codecs.gif.recipes import control, descriptor, frame, head, loop
from tests.codecs.headers.giants import gif
from tests.images import animated, encoded, noise, quadrants

HEAD = b"GIF89a" + struct.pack("<HHBBB", 8, 8, 0, 0, 0)


def has_first_row(body: bytes) -> bool:
    return has_row(body, layout(body, Extent(), 1).frames[0])


@pytest.mark.parametrize("count", [1, 2, 5])
def test_every_frame_is_counted(count: int) -> None:
    found = survey(animated(count), Extent())

    assert (found.size, found.frames) == ((16, 12), count)


def test_who_does_not_count_looks_no_further_than_at_the_second() -> None:
    assert survey(animated(5) + b"\xff" * 99, Extent(), counts=False).frames == 2


@pytest.mark.parametrize("transparent", [None, 2])
def test_what_is_seen_through_in_a_later_frame_counts(transparent: int | None) -> None:
    body = head() + frame(0) + frame(1, before=control(transparent=transparent))

    assert survey(body, Extent()).has_alpha is (transparent is not None)


def test_a_frame_that_is_not_there_whole_does_not_count() -> None:
    body = animated(3)

    assert survey(body[:-8], Extent()).frames == 2


def test_of_a_file_that_ends_in_its_first_frame_there_is_that() -> None:
    assert survey(encoded(quadrants(), "gif")[:-20], Extent()) == Survey(Size(40, 20), 1)


def test_a_first_frame_makes_the_screen_larger_and_a_later_one_does_not() -> None:
    body = gif(8, (2, 1, 8, 8), (0, 0, 30, 30))

    assert survey(body, Extent()).size == Size(10, 9)


def test_without_a_frame_there_is_no_image() -> None:
    with pytest.raises(ValueError, match="no image"):
        survey(HEAD + b";", Extent())


@pytest.mark.parametrize(
    "blocks",
    [
        b"\x21\x01" + b"\1a" * (BLOCKS.most + 1) + b"\0",
        b"\xff" * (BLOCKS.most + 1),
    ],
    ids=["extension", "nothing known"],
)
def test_tiny_blocks_are_bounded(blocks: bytes) -> None:
    with pytest.raises(UndecodableImageError):
        survey(HEAD + blocks + b";", Extent())


@pytest.mark.parametrize(("width", "kept", "comes"), [(64, 300, True), (64, 60, False), (16, 60, True)])
def test_a_row_is_there_or_is_not(width: int, kept: int, comes: bool) -> None:
    """Of noise in 216 colors some 80 bytes behind 781 of head make 64 pixels."""
    body = encoded(noise(width, 64).quantize(216), "gif")
    begin = body.index(b"\x2c\0\0\0\0") + 11

    assert has_first_row(body[: begin + kept]) is comes


def test_codes_that_make_no_sense_make_no_row() -> None:
    assert not has_first_row(gif(64, (0, 0, 64, 64))[:-6] + b"\x02\x02\xff\xff\0;")


def test_codes_wider_than_there_are_any_take_no_memory() -> None:
    whole = gif(64, (0, 0, 64, 64))[:-6]
    tracemalloc.start()

    rows = [has_first_row(whole + bytes((width,)) + b"\x02\xff\xff\0;") for width in range(256)]

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (any(rows[12:]), peak < 1 << 20) == (False, True)


def test_a_frame_that_ends_before_its_codes_is_none() -> None:
    body = encoded(quadrants(), "gif")

    with pytest.raises(ValueError, match="no image"):
        survey(body[: body.index(b"\x2c\0\0\0\0") + 10], Extent())


def test_a_later_frame_that_is_cut_off_is_not_one_of_those_on_the_screen() -> None:
    body = animated(3)

    assert len(layout(body[:-8], Extent(), 9).frames) == 2


def test_how_often_it_is_shown_may_be_said_behind_its_last_frame() -> None:
    body = head() + frame(0) + frame(1) + loop(4) + b";"

    assert layout(body, Extent(), 2).loop == 5


def test_of_a_million_frames_none_is_kept() -> None:
    body = head() + (descriptor((0, 0, 1, 1)) + b"\2\1\4\0") * 30_000 + b";"
    tracemalloc.start()

    found = survey(body, Extent())

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (found.frames, peak < 1 << 20) == (30_000, True)
