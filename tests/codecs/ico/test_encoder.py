from imgsvc.codecs.ico.encoder import icon
from imgsvc.codecs.ico.header import largest
from imgsvc.options.geometry import Size
from tests.images import (
    encoded,
    solid,
)


def test_a_written_icon_holds_its_image() -> None:
    payload = encoded(solid(256, 20))

    assert largest(icon(payload, Size(256, 20))).data == payload
