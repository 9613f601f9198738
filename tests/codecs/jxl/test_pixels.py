"""What comes out is what `djxl` shows; files of the conformance set of libjxl come out so too."""

import numpy
import pytest
from PIL import Image

from imgsvc.codecs.color.tone import mapped_samples
from imgsvc.codecs.opened import DecodeRequest
from imgsvc.codecs.picture import Picture
from imgsvc.codecs.spaces import space
from imgsvc.codecs.spaces.space import BT_709, ColorSpace
from imgsvc.errors import UndecodableImageError
from imgsvc.options.geometry import Size
from tests.codecs.files import opened
from tests.codecs.jxl.files import BLEND, LINEAR, PQ, Kind, Layer, animation, around_jpeg, file, still
from tests.images import BLUE, FRAME_COLORS, GREEN, RED, exif, noise, quadrants, solid

ALL = DecodeRequest(max_frames=99)
# A frame that is not one of an animation, but a page.
PAGE = 0xFFFFFFFF
SAMPLES = {
    "8 bits": ("uint8", 0, 255),
    "10 bits": ("uint16", 10, 1023),
    "12 bits": ("uint16", 12, 4095),
    "16 bits": ("uint16", 0, 65535),
    "floats": ("float32", 0, 1),
}


def decoded(body: bytes, request: DecodeRequest = ALL) -> Picture:
    return opened(body, "jxl").decode(request)


def colors(picture: Picture) -> list[object]:
    return [frame.getpixel((1, 1)) for frame in picture.frames]


@pytest.mark.parametrize("samples", SAMPLES)
@pytest.mark.parametrize(("channels", "mode"), [(1, "L"), (2, "LA"), (3, "RGB"), (4, "RGBA")])
def test_samples_of_any_kind_are_shown_with_eight_bits(samples: str, channels: int, mode: str) -> None:
    kind, bits, most = SAMPLES[samples]
    levels = numpy.linspace(0, 1, 16 * 8 * channels).reshape(16, 8, channels)
    body = file([Layer((levels * most).astype(kind))], Kind(bits=bits))

    image = decoded(body).frames[0]

    assert image.mode == mode
    assert abs(numpy.asarray(image).reshape(16, 8, channels) - levels * 255).max() < 2


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_jpeg_kept_inside_is_upright(orientation: int) -> None:
    """So cjxl makes them of a camera's pictures unless it is told not to."""
    found = opened(around_jpeg(quadrants(), exif=exif(orientation)), "jxl")

    image = found.decode().frames[0]

    assert (found.header.orientation, found.header.size) == (1, image.size)
    assert near(image, turned(quadrants(), orientation))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_pixels_are_turned_as_their_own_header_says_and_not_exif(orientation: int) -> None:
    kind = Kind(orientation=orientation, exif=exif(3).removeprefix(b"Exif\0\0"))

    image = decoded(still(quadrants(), kind)).frames[0]

    assert near(image, turned(quadrants(), orientation))


def turned(image: Image.Image, orientation: int) -> Image.Image:
    return image if orientation == 1 else image.transpose(list(Image.Transpose)[(0, 3, 1, 5, 4, 6, 2)[orientation - 2]])


def near(image: Image.Image, other: Image.Image) -> bool:
    levels = (numpy.asarray(each.resize((8, 8), Image.Resampling.BOX), dtype=int) for each in (image, other))
    return image.size == other.size and bool(abs(next(levels) - next(levels)).max() < 12)


def test_the_frames_of_an_animation_come_one_after_the_other_with_their_delays() -> None:
    body = animation(
        [solid(9, 7, color) for color in FRAME_COLORS], [100, 200, 300, 40, 500, 60], Kind(ticks=1000, loop=3)
    )

    picture = decoded(body)

    assert colors(picture) == list(FRAME_COLORS)
    assert (picture.delays_ms, picture.loop) == ((100, 200, 300, 40, 500, 60), 3)


def test_the_first_frame_stands_for_an_animation_where_one_is_wanted() -> None:
    picture = decoded(animation([solid(9, 7, color) for color in (RED, GREEN, BLUE)], [1, 1, 1]), DecodeRequest())

    assert (colors(picture), picture.is_animated, picture.delays_ms) == ([RED], False, ())


def test_what_an_animation_draws_over_a_part_is_laid_over_what_was_there() -> None:
    part = Layer(numpy.asarray(solid(4, 4, BLUE)), 100, at=(2, 2))
    body = file([Layer(numpy.asarray(solid(9, 7)), 100), part], Kind(ticks=1000))

    first, second = decoded(body).frames

    assert (first.getpixel((3, 3)), second.getpixel((3, 3)), second.size) == (RED, BLUE, (9, 7))


def test_layers_are_one_picture() -> None:
    glass = Layer(numpy.asarray(solid(4, 4, (0, 0, 255, 128), "RGBA")), at=(2, 3), blending=BLEND)
    body = file([Layer(numpy.asarray(solid(16, 16, (*RED, 255), "RGBA"))), glass])

    picture = decoded(body)

    assert len(picture.frames) == 1
    assert (picture.frames[0].getpixel((0, 0)), picture.frames[0].getpixel((3, 4))) == (
        (255, 0, 0, 255),
        (127, 0, 128, 255),
    )


def test_the_first_of_several_pages_is_the_picture() -> None:
    body = animation([solid(9, 7, RED), solid(9, 7, BLUE)], [PAGE, PAGE])

    assert colors(decoded(body)) == [RED]


def test_colors_that_are_multiplied_by_alpha_are_divided_by_it() -> None:
    body = still(solid(8, 8, (50, 0, 25, 64), "RGBA"), Kind(is_premultiplied=True))

    assert colors(decoded(body)) == [pytest.approx((199, 0, 100, 64), abs=1)]


@pytest.mark.parametrize("kind", ["uint16", "float32"])
def test_amounts_of_light_become_levels(kind: str) -> None:
    half = numpy.full((8, 8, 4), 0.5 * (65535 if kind == "uint16" else 1)).astype(kind)

    picture = decoded(file([Layer(half)], Kind(transfer=LINEAR)))

    assert (colors(picture), picture.profile) == ([pytest.approx((188, 188, 188, 128), abs=1)], None)


def test_what_is_brighter_than_screens_comes_as_it_is_and_says_so() -> None:
    picture = decoded(still(noise(8, 8), Kind(transfer=PQ)))

    assert (picture.color_space, picture.profile) == (ColorSpace(BT_709, space.PQ), None)


def test_what_is_brighter_and_finer_than_screens_is_mapped_with_all_of_its_bits() -> None:
    samples = numpy.full((8, 8, 3), 148 * 257 + 128, numpy.uint16)

    picture = decoded(file([Layer(samples)], Kind(transfer=PQ)))

    assert picture.color_space is None
    assert picture.frames[0].tobytes() == mapped_samples(samples, ColorSpace(BT_709, space.PQ)).tobytes()


def test_black_ink_is_seen() -> None:
    """A sample of 0 is all of it."""
    black = numpy.asarray(solid(8, 8, 0, "L"))

    picture = decoded(still(solid(8, 8, (255, 255, 255)), Kind(black=black)))

    assert colors(picture) == [pytest.approx((40, 40, 40), abs=10)]


def test_an_animation_is_played_up_to_where_its_file_ends() -> None:
    body = animation([noise(32, 32, seed=number) for number in range(3)], [100, 100, 100])

    picture = decoded(body[: len(body) * 5 // 6])

    assert (len(picture.frames), picture.delays_ms) == (2, (100, 100))


@pytest.mark.parametrize("share", [0.5, 0.95])
def test_a_first_frame_that_is_not_all_there_is_an_error(share: float) -> None:
    body = still(noise(64, 64))

    with pytest.raises(UndecodableImageError):
        decoded(body[: int(len(body) * share)])


def test_the_size_is_that_of_the_upright_picture() -> None:
    assert opened(still(quadrants(40, 20), Kind(orientation=6)), "jxl").header.size == Size(20, 40)
