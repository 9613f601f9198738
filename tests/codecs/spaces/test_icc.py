from io import BytesIO

import pytest
from PIL import Image, ImageCms

from imgsvc.codecs.color.conversion import is_usable
from imgsvc.codecs.spaces.icc import gray_profile, rgb_profile
from imgsvc.codecs.spaces.space import BT_709, DISPLAY_P3

SRGB = ImageCms.createProfile("sRGB")


def converted(profile: bytes, frame: Image.Image) -> object:
    source = ImageCms.ImageCmsProfile(BytesIO(profile))
    return ImageCms.buildTransform(source, SRGB, frame.mode, "RGB").apply(frame).getpixel((0, 0))


def test_white_is_white() -> None:
    profile = rgb_profile("P3", DISPLAY_P3.to_xyz, (2.2,))

    assert converted(profile, Image.new("RGB", (1, 1), "white")) == (255, 255, 255)


def test_a_curve_is_obeyed() -> None:
    white = BT_709.to_xyz.sum(axis=1)

    assert converted(gray_profile("light", white, (1.0,)), Image.new("L", (1, 1), 128)) == (188, 188, 188)


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_a_result_can_keep_it(mode: str) -> None:
    make, shape = (gray_profile, BT_709.to_xyz.sum(axis=1)) if mode == "L" else (rgb_profile, BT_709.to_xyz)

    assert is_usable(make("one", shape, (1.8,)), mode)


def test_its_name_is_told() -> None:
    profile = rgb_profile("Display P3, gamma 1.8", DISPLAY_P3.to_xyz, (1.8,))

    described = ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(BytesIO(profile)))

    assert described.strip() == "Display P3, gamma 1.8"
