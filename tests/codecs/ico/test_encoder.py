import pytest

from imgsvc.codecs.ico.encoder import icon
from imgsvc.codecs.ico.header import largest
from imgsvc.options.formats import Format
from imgsvc.options.geometry import Size
from samples.draw import bird
from tests.codecs.files import reopened, written
from tests.images import encoded, solid


def test_a_written_icon_holds_its_image() -> None:
    payload = encoded(solid(256, 20))

    assert largest(icon(payload, Size(256, 20))).data == payload


def test_a_drawing_is_no_larger_than_without_filters() -> None:
    image = bird(600).resize((200, 200))

    assert len(written(image, Format.ICO).body) < len(encoded(image))


def test_what_is_opaque_has_no_alpha_in_its_icon() -> None:
    assert reopened(written(solid(16, 16, (1, 2, 3, 255), "RGBA"), Format.ICO)).mode == "RGB"


@pytest.mark.parametrize(("mode", "written_as"), [("L", "L"), ("LA", "L"), ("RGB", "RGB")])
def test_a_gray_icon_has_one_channel(mode: str, written_as: str) -> None:
    assert reopened(written(solid(16, 16, "#999", mode), Format.ICO)).mode == written_as


def test_gray_that_is_half_there_keeps_its_alpha() -> None:
    found = reopened(written(solid(16, 16, (80, 100), "LA"), Format.ICO)).convert("RGBA")

    assert found.getpixel((8, 8)) == (80, 80, 80, 100)
