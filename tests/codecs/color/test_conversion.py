import struct

import numpy
import pytest
from PIL import Image, ImageCms

from imgsvc.codecs.color.conversion import is_usable, to_processing, to_result
from imgsvc.codecs.picture import Picture
from tests.images import RED, cmyk_profile, gradient, gray_profile, quadrants, solid, swapped_profile

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def processed(image: Image.Image, profile: bytes | None = None) -> Picture:
    return to_processing(Picture(frames=(image,), profile=profile))


def result(image: Image.Image, profile: bytes | None, *, keep: bool = False) -> Picture:
    return to_result(Picture(frames=(image,), profile=profile), keep_profile=keep)


def pixel(picture: Picture) -> tuple[int, ...]:
    found = picture.frames[0].getpixel((0, 0))
    return found if isinstance(found, tuple) else (int(found or 0),)


@pytest.mark.parametrize(
    ("mode", "wanted"),
    [
        ("1", "L"),
        ("L", "L"),
        ("LA", "LA"),
        ("P", "RGB"),
        ("PA", "RGBA"),
        ("RGB", "RGB"),
        ("RGBA", "RGBA"),
        ("RGBX", "RGB"),
        ("RGBa", "RGBA"),
        ("La", "LA"),
        ("CMYK", "RGB"),
        ("YCbCr", "RGB"),
        ("HSV", "RGB"),
        ("LAB", "RGB"),
        ("I", "L"),
        ("F", "L"),
        ("I;16", "L"),
        ("I;16B", "L"),
    ],
)
def test_every_mode_becomes_gray_or_rgb(mode: str, wanted: str) -> None:
    assert processed(Image.new(mode, (3, 2))).frames[0].mode == wanted


@pytest.mark.parametrize(("mode", "order"), [("I;16", "<"), ("I;16B", ">")])
def test_sixteen_bit_gray_is_divided_and_not_clipped(mode: str, order: str) -> None:
    image = Image.frombytes(mode, (3, 1), struct.pack(f"{order}3H", 0x0100, 0x8000, 0xFFFF))

    assert list(processed(image).frames[0].tobytes()) == [1, 128, 255]


@pytest.mark.parametrize(("value", "gray"), [(0.5, 127), (1.0, 255), (128.0, 128), (999.0, 255), (float("nan"), 0)])
def test_floats_are_of_one_or_of_255(value: float, gray: int) -> None:
    assert pixel(processed(Image.new("F", (1, 1), value))) == (gray,)


@pytest.mark.parametrize("transparency", [0, bytes([0, 255])], ids=["an index", "a table"])
def test_a_palette_with_transparency_becomes_rgba(transparency: object) -> None:
    image = Image.new("P", (2, 1))
    image.putpalette([255, 0, 0, 0, 255, 0])
    image.putpixel((1, 0), 1)
    image.info["transparency"] = transparency

    assert list(processed(image).frames[0].getchannel("A").tobytes()) == [0, 255]


def test_lab_is_understood() -> None:
    image = Image.new("LAB", (1, 1), (255, 128, 128))

    assert min(pixel(processed(image))) > 250


@pytest.mark.parametrize("mode", ["I;16", "I;16B"])
def test_gray_of_16_bits_stays_so_where_its_depth_is_kept(mode: str) -> None:
    frame = Image.new(mode, (2, 2), 0x1234)

    deep, usual = (to_processing(Picture((frame,)), keeps_depth=keeps).frames[0] for keeps in (True, False))

    assert (deep.mode, deep.getpixel((0, 0))) == ("I;16", 0x1234)
    assert (usual.mode, usual.getpixel((0, 0))) == ("L", 0x12)


def test_cmyk_is_converted_by_its_profile_which_then_is_that_of_its_ink() -> None:
    picture = processed(Image.new("CMYK", (1, 1), (255, 0, 0, 0)), cmyk_profile())

    assert max(abs(each - 119) for each in pixel(picture)) < 3
    assert (picture.profile, picture.ink) == (None, cmyk_profile())


def test_cmyk_without_a_profile_is_converted_all_the_same() -> None:
    assert pixel(processed(Image.new("CMYK", (1, 1), (0, 0, 0, 0)))) == (255, 255, 255)


def test_an_rgb_image_is_processed_in_its_own_space() -> None:
    picture = processed(solid(), swapped_profile())

    assert pixel(picture) == RED
    assert picture.profile == swapped_profile()


def test_the_result_is_converted_to_srgb() -> None:
    picture = result(solid(color=(200, 50, 0)), swapped_profile())

    assert pixel(picture)[1] > 180 > 80 > pixel(picture)[0]
    assert picture.profile is None


def test_a_kept_profile_keeps_its_pixels() -> None:
    picture = result(solid(), swapped_profile(), keep=True)

    assert (pixel(picture), picture.profile) == (RED, swapped_profile())


def test_alpha_goes_around_the_conversion() -> None:
    image = solid(256, 1, mode="RGBA")
    image.putalpha(gradient(256, 1))

    converted = result(image, swapped_profile()).frames[0]

    assert converted.getchannel("A").tobytes() == bytes(range(256))
    assert converted.getpixel((9, 0)) != image.getpixel((9, 0))


@pytest.mark.parametrize("mode", ["L", "LA"])
def test_gray_stays_gray_and_is_converted(mode: str) -> None:
    picture = result(solid(1, 1, 128, "L").convert(mode), gray_profile(1.0))

    assert picture.frames[0].mode == mode
    assert pixel(picture)[0] in range(186, 191)


def test_a_profile_of_srgb_converts_nothing() -> None:
    image = quadrants()

    assert result(image, SRGB).frames[0] is image


@pytest.mark.parametrize(
    ("mode", "profile"),
    [
        pytest.param("RGB", gray_profile(), id="gray profile"),
        pytest.param("L", swapped_profile(), id="gray image"),
        pytest.param("RGB", cmyk_profile(), id="ink profile"),
        pytest.param("RGB", swapped_profile(b"link"), id="not of a device"),
        pytest.param("RGB", swapped_profile()[:200], id="cut short"),
        pytest.param("RGB", swapped_profile()[:132], id="no tags"),
        pytest.param("RGB", b"", id="empty"),
        pytest.param("RGB", bytes(500), id="zeros"),
    ],
)
def test_a_profile_that_does_not_fit_is_ignored(mode: str, profile: bytes) -> None:
    image = quadrants(mode=mode)

    picture = to_result(processed(image, profile), keep_profile=False)

    assert picture.frames[0].tobytes() == image.tobytes()
    assert picture.profile is None


def test_a_profile_without_its_tables_is_ignored() -> None:
    broken = swapped_profile()[:128] + bytes(len(swapped_profile()) - 128)

    assert is_usable(broken, "RGB")
    assert pixel(result(solid(), broken)) == RED


def test_every_frame_is_converted() -> None:
    picture = to_result(Picture(frames=(solid(), solid()), profile=swapped_profile()), keep_profile=False)

    first, second = (numpy.asarray(frame) for frame in picture.frames)
    assert (first == second).all()
