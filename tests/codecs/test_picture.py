from imgsvc.codecs.picture import Picture
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
