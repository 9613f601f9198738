import struct
from dataclasses import replace

import pytest
from PIL import GifImagePlugin, Image

from imgsvc.codecs.decode import open_image
from imgsvc.codecs.gif.encoder import gif
from imgsvc.codecs.opened import DecodeRequest
from imgsvc.codecs.picture import LazyFrames, Picture
from imgsvc.codecs.settings import DecodeSettings
from imgsvc.errors import ResolutionError, UndecodableImageError
from imgsvc.options.formats import Format
from imgsvc.options.geometry import Box, Size
from imgsvc.transforms.planning.resampling import resampling
from imgsvc.transforms.scale import resampled
from tests.codecs.files import frame_of, opened
from tests.codecs.gif.chromium import files
from tests.codecs.gif.recipes import FOUR, SCREEN, control, descriptor, frame, head, image
from tests.images import (
    RED,
    WHITE,
    animated,
    encoded,
    noise,
    solid,
)

PHOTO = noise(64, 64)
FILES = files()


@pytest.mark.parametrize(("frames", "known"), [(3, (None, True)), (1, (1, False))])
def test_frames_that_nobody_reads_are_not_counted(frames: int, known: tuple[int | None, bool]) -> None:
    found = open_image(animated(frames), Format.GIF, DecodeSettings(), counts_frames=False)

    assert (found.header.frames, found.header.is_animated) == known
    assert len(found.decode().frames) == 1


@pytest.mark.parametrize(("max_frames", "count"), [(1, 1), (2, 2), (9, 4)])
def test_no_more_frames_are_decoded_than_asked_for(max_frames: int, count: int) -> None:
    assert len(opened(animated(4), "gif").decode(DecodeRequest(max_frames=max_frames)).frames) == count


def test_a_frame_that_turns_transparent_makes_all_frames_rgba() -> None:
    frames = (solid(16, 12, (*RED, 255), "RGBA"), Image.new("RGBA", (16, 12)))
    body = gif(Picture(frames=frames, delays_ms=(100, 100)), 8)

    picture = opened(body, "gif").decode(DecodeRequest(max_frames=2))

    assert {frame.mode for frame in picture.frames} == {"RGBA"}


def growing(width: int, height: int) -> bytes:
    """An 8x8 GIF whose second frame says that it is larger."""
    body = bytearray(animated(2, "gif", width=8, height=8))
    second = body.index(b"\x2c", body.index(b"\x2c") + 1)
    body[second + 5 : second + 9] = struct.pack("<HH", width, height)
    return bytes(body)


def test_a_later_frame_that_claims_a_huge_size_is_refused() -> None:
    with pytest.raises(ResolutionError):
        opened(growing(65_535, 65_535), "gif")


def test_a_later_frame_that_reaches_beyond_the_screen_is_cropped() -> None:
    """As browsers do; only a first frame makes the screen larger."""
    body = bytearray(animated(2, "gif", width=8, height=8))
    second = body.rindex(b"\x2c\0\0\0\0")
    body[second + 1 : second + 5] = struct.pack("<HH", 4, 4)

    assert [frame.size for frame in opened(bytes(body), "gif").decode(DecodeRequest(max_frames=2)).frames] == [
        (8, 8)
    ] * 2


def test_frames_are_all_of_the_first_one_s_size() -> None:
    first, second = Image.new("P", (8, 8), 1), Image.new("P", (8, 10), 2)
    parts = [b"".join(GifImagePlugin.getdata(each, include_color_table=True)) for each in (first, second)]
    body = b"GIF89a" + struct.pack("<HHBBB", 8, 8, 0x70, 0, 0) + b"".join(parts) + b";"

    picture = opened(body, "gif").decode(DecodeRequest(max_frames=2))

    assert [frame.size for frame in picture.frames] == [(8, 8)] * 2


@pytest.mark.parametrize(("repeats", "shown"), [(0, 0), (3, 4), (None, 1)])
def test_gif_counts_repeats_where_we_count_showings(repeats: int | None, shown: int) -> None:
    first, second = solid(color=RED), solid(color=WHITE)
    loop = {} if repeats is None else {"loop": repeats}
    body = encoded(first, "gif", save_all=True, append_images=[second], duration=100, **loop)

    assert opened(body, "gif").decode(DecodeRequest(max_frames=2)).loop == shown


def test_the_palette_is_that_of_the_first_frame() -> None:
    """The common one may be of two colors for comments' sake."""
    table = [(each, 255 - each, 0) for each in range(256)]
    body = head(table=FOUR[:2]) + image(SCREEN, range(64), table=table, bits=8) + b";"

    assert opened(body, "gif").header.palette_bits == 8


def test_a_first_frame_beside_the_edges_needs_a_color_more() -> None:
    body = head(table=FOUR) + frame(0, (1, 1, 6, 6)) + b";"

    header = opened(body, "gif").header

    assert (header.palette_bits, header.has_alpha) == (3, True)


@pytest.mark.parametrize(("delay", "shown"), [(0, 100), (1, 100), (2, 20), (7, 70)])
def test_a_delay_that_browsers_do_not_obey_is_the_one_that_they_have(delay: int, shown: int) -> None:
    body = head() + frame(0, before=control(delay=delay)) * 2 + b";"

    assert opened(body, "gif").decode(DecodeRequest(max_frames=2)).delays_ms == (shown, shown)


def test_of_an_animation_that_is_damaged_behind_its_first_frame_there_is_that() -> None:
    """As a still picture: it is no animation any more."""
    damaged = control() + descriptor(SCREEN) + b"\x02\x02\xff\xff\0"
    picture = opened(head() + frame(0) + damaged + b";", "gif").decode(DecodeRequest(max_frames=2))

    assert (len(picture.frames), picture.is_animated, picture.delays_ms) == (1, False, ())


def test_of_a_gif_that_ends_early_there_is_what_came() -> None:
    body = encoded(PHOTO.quantize(64), "gif")

    found = frame_of(body[: len(body) // 2], "gif")

    assert found.crop((0, 0, 64, 1)).getcolors(1) is None


def test_less_than_a_row_of_a_gif_is_nothing() -> None:
    body = encoded(PHOTO.quantize(64), "gif")

    with pytest.raises(UndecodableImageError):
        frame_of(body[: body.index(b"\x2c\0\0\0\0") + 30], "gif")


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("most", [1, 99])
def test_frames_that_are_shrunk_while_they_come_are_those_of_the_whole_screen(name: str, most: int) -> None:
    size = opened(FILES[name], "gif").header.size
    box = Box(size.width // 5, size.height // 7, size.width, size.height - size.height // 9)
    how = resampling(box.size, 0.4, 0.3)

    found = opened(FILES[name], "gif").decode(DecodeRequest(max_frames=most, box=box, shrinking=how.shrinking()))

    whole = (
        opened(FILES[name], "gif")
        .decode(DecodeRequest(max_frames=most))
        .map(lambda each: resampled(each.crop(box), how))
    )
    assert [(each.mode, each.tobytes()) for each in found.frames] == [
        (each.mode, each.tobytes()) for each in whole.frames
    ]


@pytest.mark.parametrize("name", FILES)
def test_a_part_of_a_still_is_that_of_the_whole_screen(name: str) -> None:
    size = opened(FILES[name], "gif").header.size
    box = Box(size.width // 5, size.height // 7, size.width, size.height - size.height // 9)

    (found,) = opened(FILES[name], "gif").decode(DecodeRequest(box=box)).frames

    (whole,) = opened(FILES[name], "gif").decode().frames
    assert (found.mode, found.tobytes()) == (whole.mode, whole.crop(box).tobytes())


LONG = animated(24, width=520, height=500)


@pytest.mark.parametrize("box", [None, Box(20, 30, 200, 90)])
@pytest.mark.parametrize("factor", [1, 0.9])
def test_frames_of_a_long_animation_that_come_when_asked_for_are_the_same(box: Box | None, factor: float) -> None:
    how = resampling(box.size if box else Size(520, 500), factor, factor)
    request = DecodeRequest(max_frames=24, box=box, shrinking=how.shrinking() if factor < 1 else None)

    held = opened(LONG, "gif").decode(request)
    lazy = opened(LONG, "gif").decode(replace(request, lazily=True))

    assert (isinstance(held.frames, LazyFrames), isinstance(lazy.frames, LazyFrames)) == (False, box is None)
    assert [frame.tobytes() for frame in lazy.frames] == [frame.tobytes() for frame in held.frames]
    assert (lazy.delays_ms, lazy.loop, lazy.palette_bits) == (held.delays_ms, held.loop, held.palette_bits)
