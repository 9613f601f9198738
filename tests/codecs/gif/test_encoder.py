import io

import pytest
from PIL import Image, ImageSequence

from imgsvc.codecs.gif.encoder import gif
from imgsvc.codecs.picture import Picture
from imgsvc.errors import RequestTimeoutError
from tests.images import BLUE, GREEN, RED, frames, noise, solid


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
