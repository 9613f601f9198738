from PIL import Image

from bench.origins.pictures import _canvas, _cut, noisy
from samples.draw import meadow


def test_noise_is_the_same_every_time():
    picture = Image.new("RGB", (16, 16), (90, 90, 90))

    assert noisy(picture, 4).tobytes() == noisy(picture, 4).tobytes() != picture.tobytes()


def test_the_canvas_is_mirrored_at_its_seams():
    base = meadow(30, 20)
    canvas = _canvas(base)

    assert canvas.size == (60, 40)
    assert [canvas.getpixel(at) for at in ((29, 5), (29, 19))] == [canvas.getpixel(at) for at in ((30, 5), (30, 20))]


def test_a_cut_keeps_pixels_as_they_are():
    base = meadow(30, 20)

    assert _cut(base, 10, 10, 1, 1).tobytes() == base.crop((20, 10, 30, 20)).tobytes()
