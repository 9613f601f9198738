import io
from pathlib import Path

import pytest
from PIL import Image, ImageSequence

from imgsvc.codecs.color.palette import HAS_LIBIMAGEQUANT
from imgsvc.codecs.gif.composition import composed
from imgsvc.codecs.gif.encoder import gif
from imgsvc.codecs.gif.header import layout
from imgsvc.codecs.headers.extent import Extent
from imgsvc.codecs.picture import Picture
from imgsvc.errors import RequestTimeoutError
from tests.codecs.against import SIZES, digest, figures, made, name_of, recorded, sources
from tests.codecs.animations import ANIMATIONS
from tests.images import BLUE, GREEN, RED, frames, noise, quadrants, solid


def animation(*images: Image.Image, loop: int = 0) -> Picture:
    return Picture(frames=images, delays_ms=tuple(range(100, 100 + 10 * len(images), 10)), loop=loop)


def reopened(picture: Picture) -> Image.Image:
    return Image.open(io.BytesIO(gif(picture, 8)))


def test_frames_come_back_in_order_with_their_delays() -> None:
    found = reopened(animation(*frames(3)))

    seen = [(f.convert("RGB").getpixel((5, 5)), f.info["duration"]) for f in ImageSequence.Iterator(found)]
    assert seen == [(RED, 100), (GREEN, 110), (BLUE, 120)]


def test_a_frame_like_the_one_before_is_not_lost() -> None:
    image = noise(16, 16)

    assert getattr(reopened(animation(image, image.copy(), image.copy())), "n_frames", 1) == 3


def test_only_what_changes_is_written() -> None:
    first = noise(64, 64)
    second = first.copy()
    second.paste(RED, (10, 10, 12, 12))

    one, both = (len(gif(animation(*images), 8)) for images in ((first,), (first, second)))

    assert both - one < 200


def test_a_frame_is_cleared_before_a_transparent_one() -> None:
    found = reopened(animation(solid(8, 8, (*RED, 255), "RGBA"), Image.new("RGBA", (8, 8))))

    found.seek(1)

    assert found.convert("RGBA").getpixel((4, 4))[3] == 0  # type: ignore[index]


@pytest.mark.parametrize(("shown", "repeats"), [(0, 0), (1, None), (2, 1), (5, 4)])
def test_gif_counts_repeats_where_we_count_showings(shown: int, repeats: int | None) -> None:
    assert reopened(animation(*frames(2), loop=shown)).info.get("loop") == repeats


def test_a_still_image_has_no_loop() -> None:
    assert "loop" not in reopened(Picture(frames=(solid(),))).info


def test_no_frame_is_written_once_the_time_is_up() -> None:
    calls: list[int] = []

    def late() -> None:
        calls.append(1)
        if len(calls) == 2:
            raise RequestTimeoutError("late")

    with pytest.raises(RequestTimeoutError):
        gif(animation(*frames(5)), 8, late)


def shown(body: bytes) -> list[bytes]:
    """Every frame of a file as browsers show it."""
    return [frame.convert("RGBA").tobytes() for frame in composed(body, layout(body, Extent(1 << 30), 99))]


@pytest.mark.parametrize("animation", ["chart", "typing", "pointer", "ball", "overlay"])
def test_an_animation_of_few_colors_comes_back_pixel_by_pixel(animation: str, tmp_path: Path) -> None:
    assert shown(made(tmp_path, animation, 0, "gif")) == shown(ANIMATIONS[animation]())


def test_the_recorded_answers_are_of_these_animations() -> None:
    assert {animation: digest(animation) for animation in ANIMATIONS} == sources()


# To four places.
LIKENESS = 0.0001
# Those that are larger, by as much: many gradients at once, and what loses nothing where imgproxy loses a little.
LARGER = {"orbits 96 gif": 1.04, "sticker 0 gif": 1.005, "cinemagraph 0 gif": 1.003, "crossfade 0 gif": 1.001}


@pytest.mark.skipif(not HAS_LIBIMAGEQUANT, reason="palettes are Pillow's, and no match for libimagequant's")
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("animation", ANIMATIONS)
def test_an_animation_looks_no_worse_than_imgproxy_s_at_no_more_bytes(
    animation: str, size: int, tmp_path: Path
) -> None:
    name = name_of(animation, size, "gif")
    theirs = recorded()[name]

    ours = figures(animation, made(tmp_path, animation, size, "gif"))

    assert ours.bytes <= theirs.bytes * LARGER.get(name, 1)
    assert ours.likeness >= theirs.likeness - LIKENESS


def test_codes_begin_as_short_as_the_colors_allow() -> None:
    few = gif(Picture(frames=(quadrants(8, 8),)), 8)

    assert layout(few, Extent(1 << 30), 1).frames[0].code_bits == 2


def test_frames_that_change_beside_transparency_come_back() -> None:
    images = [Image.new("RGBA", (24, 24)) for _ in range(4)]
    for at, image in enumerate(images):
        image.paste((*RED, 255), (4 * at, 4, 4 * at + 8, 12))
        image.paste((*BLUE, 255), (0, 16, 24, 20 + at))

    assert shown(gif(animation(*images), 8)) == [image.tobytes() for image in images]
