import weakref
from collections.abc import Iterator

import pytest
from PIL import Image

from imgsvc.codecs.picture import FramesError, LazyFrames, Picture, is_long
from imgsvc.options.geometry import Size
from tests.images import fading, frames, solid


def test_a_picture_has_the_size_of_its_first_frame() -> None:
    assert Picture(frames=tuple(frames(2, 16, 12))).size == Size(16, 12)


def test_two_frames_are_an_animation() -> None:
    assert [Picture(frames=tuple(frames(count))).is_animated for count in (1, 2)] == [False, True]


def test_one_frame_with_alpha_gives_the_picture_alpha() -> None:
    assert not Picture(frames=(solid(),)).has_alpha
    assert Picture(frames=(solid(), fading())).has_alpha


def test_a_function_is_applied_to_every_frame() -> None:
    picture = Picture(frames=tuple(frames(3)), delays_ms=(1, 2, 3), loop=4)

    half = picture.map(lambda frame: frame.reduce(2))

    assert [frame.size for frame in half.frames] == [(8, 6)] * 3
    assert (half.delays_ms, half.loop) == (picture.delays_ms, picture.loop)


def reddening(count: int, size: Size = Size(4, 3)) -> Iterator[Image.Image]:
    return (solid(*size, (at, 0, 0)) for at in range(count))


def reds(found: Iterator[Image.Image]) -> list[object]:
    return [frame.getpixel((0, 0))[0] for frame in found]  # type: ignore[index]


def test_frames_come_anew_each_time() -> None:
    lazy = LazyFrames(lambda: reddening(5), 5)

    assert [reds(iter(lazy)), reds(iter(lazy))] == [[0, 1, 2, 3, 4]] * 2


def test_a_frame_that_was_gone_through_is_not_held() -> None:
    found = iter(LazyFrames(lambda: reddening(3), 3))
    first = weakref.ref(next(found))

    next(found)

    assert first() is None


def test_what_is_made_of_frames_is_made_of_each_in_turn() -> None:
    lazy = LazyFrames(lambda: reddening(3), 3).map(lambda frame: frame.rotate(90, expand=True)).map(Image.Image.copy)

    assert [frame.size for frame in lazy] == [(3, 4)] * 3
    assert reds(iter(lazy)) == [0, 1, 2]


def test_of_every_second_frame_the_others_are_not_made() -> None:
    made: list[int] = []
    lazy = LazyFrames(lambda: reddening(5), 5).map(lambda frame: made.append(reds(iter([frame]))[0]) or frame)  # type: ignore[func-returns-value, arg-type]
    made.clear()

    assert (reds(lazy.every(2)), made) == ([0, 2, 4], [0, 2, 4])


def test_the_first_frame_is_there() -> None:
    lazy = LazyFrames(lambda: reddening(3), 3)

    assert lazy[0] is lazy[0] is lazy[:1][0]


@pytest.mark.parametrize(("at", "found"), [(slice(1, None), [1, 2]), (slice(None, None, 2), [0, 2])])
def test_a_slice_is_that_of_all_frames(at: slice, found: list[int]) -> None:
    assert reds(iter(LazyFrames(lambda: reddening(3), 3)[at])) == found


def test_the_last_frame_is_found_from_the_end() -> None:
    assert reds(iter([LazyFrames(lambda: reddening(3), 3)[-1]])) == [2]


def one_smaller() -> Iterator[Image.Image]:
    yield from reddening(2)
    yield from reddening(1, Size(2, 2))


def one_broken() -> Iterator[Image.Image]:
    yield from reddening(2)
    raise OSError("it is damaged")


@pytest.mark.parametrize("decode", [lambda: reddening(2), one_smaller, one_broken])
def test_a_frame_that_does_not_come_as_expected_is_an_error(decode: object) -> None:
    lazy = LazyFrames(decode, 3)  # type: ignore[arg-type]

    with pytest.raises(FramesError, match="frame 2 of 3"):
        list(lazy)


@pytest.mark.parametrize(
    ("count", "size", "found"),
    [(1, Size(9000, 9000), False), (16, Size(512, 512), False), (17, Size(512, 512), True)],
)
def test_more_bytes_than_are_held_make_it_long(count: int, size: Size, found: bool) -> None:
    assert is_long(count, size) is found


def test_of_lazy_frames_the_first_tells_how_all_of_them_are() -> None:
    picture = Picture(frames=LazyFrames(lambda: reddening(3), 3), delays_ms=(1, 2, 3))

    turned = picture.map(lambda frame: frame.rotate(90, expand=True))

    assert (turned.size, turned.is_animated, turned.has_alpha) == (Size(3, 4), True, False)
    assert [frame.size for frame in turned.frames] == [(3, 4)] * 3


def test_a_change_that_changes_nothing_leaves_the_picture_itself() -> None:
    picture = Picture((Image.new("RGB", (2, 2)),))

    assert picture.map(lambda frame: frame) is picture
    assert picture.with_profile(None) is picture
    assert picture.map(Image.Image.copy) is not picture
