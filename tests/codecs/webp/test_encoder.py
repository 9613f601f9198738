from imgsvc.codecs.picture import Picture
from imgsvc.options.formats import Format
from tests.codecs.files import reopened, written
from tests.images import (
    gray_profile,
    solid,
)


def test_a_gray_profile_is_not_put_on_the_rgb_of_webp() -> None:
    result = written(Picture(frames=(solid(9, 9, 128, "L"),), profile=gray_profile(1.0)), Format.WEBP)

    assert "icc_profile" not in reopened(result).info
    assert reopened(result).convert("L").getpixel((5, 5)) in range(186, 191)
