"""Frames on their screen, held against what Chromium shows of the same files: chromium.json, made by chromium.py."""

import json
import random

import pytest
from PIL import Image

from imgsvc.codecs.gif.composition import composed
from imgsvc.codecs.gif.header import layout
from imgsvc.codecs.headers.extent import Extent
from imgsvc.errors import UndecodableImageError
from tests.codecs.gif.chromium import RECORDED, digest, files
from tests.codecs.gif.recipes import FOUR, blocks, codes, control, descriptor, frame, head, image, interlaced

CHROMIUM = json.loads(RECORDED.read_text("utf-8"))
FILES = files()
SIDE, PLACE = 64, (0, 0, 64, 64)
NOISE = bytes(random.Random(1).choices(range(4), k=SIDE * SIDE))


def screens(body: bytes) -> list[Image.Image]:
    return list(composed(body, layout(body, Extent(), 99)))


def noisy(*, damaged: bool = False) -> bytes:
    """A frame of many blocks; from its middle on its codes may make no sense."""
    content = codes(NOISE)
    middle = len(content) // 2
    content = content[:middle] + b"\xff" * 99 + content[middle + 99 :] if damaged else content
    return control() + descriptor(PLACE) + b"\2" + blocks(content)


def test_every_recipe_has_been_seen_in_chromium() -> None:
    assert FILES.keys() == CHROMIUM.keys()


@pytest.mark.parametrize("name", FILES)
def test_every_frame_looks_as_in_chromium(name: str) -> None:
    found = [digest(screen) for screen in screens(FILES[name])]

    assert found == [seen for seen, _ in CHROMIUM[name]["frames"]]


@pytest.mark.parametrize("name", FILES)
def test_frames_are_shown_as_long_and_as_often_as_in_chromium(name: str) -> None:
    found = layout(FILES[name], Extent(), 99)

    shown = [ms if ms > 10 else 100 for _, ms in CHROMIUM[name]["frames"]]
    repeats = CHROMIUM[name]["repeats"]
    assert [each.control.delay_ms for each in found.frames] == shown
    assert len(shown) == 1 or found.loop == (0 if repeats is None else repeats + 1)


# Seen in Chromium 156: the number of each row, and - for one that is transparent.
_CUT_OFF = {
    1: "0 0 0 0 0 0 0 0 - - - - - - - - - - - - -",
    4: "0 0 0 0 4 4 4 4 8 8 8 8 8 8 8 8 16 16 16 16 16",
    8: "0 0 2 2 4 4 6 6 8 8 8 8 12 12 12 12 16 16 16 16 20",
    20: "0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 18 20",
}


@pytest.mark.parametrize("rows", _CUT_OFF)
def test_rows_of_an_interlaced_frame_stand_in_for_those_that_did_not_come(rows: int) -> None:
    (screen,) = screens(interlaced(rows))

    seen = [screen.convert("RGBA").getpixel((2, y)) for y in range(21)]
    assert " ".join(str(pixel[0]) if pixel[3] else "-" for pixel in seen) == _CUT_OFF[rows]


def test_rows_of_an_interlaced_frame_with_a_transparent_color_do_not() -> None:
    (screen,) = screens(interlaced(1, control(transparent=31)))

    assert [screen.getpixel((0, y))[3] for y in range(9)] == [255, *[0] * 7, 255]


def test_what_no_frame_has_drawn_is_transparent() -> None:
    (screen,) = screens(head() + frame(0, (4, 4, 4, 4)))

    assert (screen.getpixel((0, 0)), screen.getpixel((4, 4))) == ((0, 0, 0, 0), (255, 0, 0, 255))


def test_an_opaque_animation_has_no_alpha() -> None:
    body = head() + frame(0) + frame(1, (2, 2, 2, 2)) + frame(2, before=control(3, transparent=1))

    assert [screen.mode for screen in screens(body)] == ["RGB"] * 3


def test_frames_that_have_been_shown_stay_as_they_were() -> None:
    body = head() + frame(0) + frame(1, (0, 0, 2, 2), before=control(2)) + frame(2, (1, 1, 2, 2))

    first, second, third = (screen.convert("RGBA").getpixel((0, 0)) for screen in screens(body))

    assert (first, second, third) == ((*FOUR[0], 255), (*FOUR[1], 255), (0, 0, 0, 0))


def test_nothing_is_shown_from_a_damaged_frame_on() -> None:
    whole = head(SIDE, SIDE) + noisy()

    assert len(screens(whole + noisy(damaged=True) + noisy() + b";")) == 1


def test_of_a_damaged_first_frame_there_is_what_came_before_the_damage() -> None:
    (screen,) = screens(head(SIDE, SIDE) + noisy(damaged=True) + noisy() + b";")

    top, bottom = (screen.crop((0, y, SIDE, y + 1)).getchannel("A").getextrema() for y in (0, SIDE - 1))
    assert (top, bottom) == ((255, 255), (0, 0))


def test_a_file_that_ends_in_a_block_has_what_of_it_came() -> None:
    whole = head(SIDE, SIDE) + noisy()

    shorter, longer = (screens(whole[:end])[0].getchannel("A").histogram()[255] for end in (700, 800))

    assert longer - shorter > 200


def test_indices_of_more_than_eight_bits_are_damage() -> None:
    wide = control() + descriptor((0, 0, 8, 8)) + b"\x09" + blocks(codes(bytes(64)))

    assert len(screens(head() + frame(0) + wide + b";")) == 1
    with pytest.raises(UndecodableImageError):
        screens(head() + wide + b";")


def test_less_than_a_row_is_nothing() -> None:
    short = control() + descriptor((0, 0, 8, 8)) + b"\2" + blocks(codes(bytes(7)))

    with pytest.raises(UndecodableImageError):
        screens(head() + short + b";")


def test_a_frame_larger_than_the_screen_is_cut_off_at_its_edges() -> None:
    body = head() + frame(0) + control() + image((6, 6, 9, 9), bytes([1] * 81)) + b";"

    assert screens(body)[1].getbbox() == (0, 0, 8, 8)
    assert screens(body)[1].getpixel((7, 7)) == FOUR[1]
