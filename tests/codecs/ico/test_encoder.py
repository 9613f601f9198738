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
