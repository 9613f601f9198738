from PIL import ImageStat

from imgsvc.options.filters import ProgressiveBlur, Ramp
from imgsvc.transforms.filters.blur import nearly_blurred
from imgsvc.transforms.filters.progressive_blur import progressive_blur
from imgsvc.transforms.pixels.portions import whole
from tests.images import fading, noise
from tests.transforms.planned import plan_for


def test_where_it_begins_nothing_changes() -> None:
    image = noise(40, 40)

    found = whole(progressive_blur(image, plan_for((40, 40), progressive_blur=ProgressiveBlur(4.0, Ramp(0, 0.5, 1)))))

    assert found.crop((0, 0, 40, 20)).tobytes() == image.crop((0, 0, 40, 20)).tobytes()
    assert found.crop((0, 22, 40, 40)).tobytes() != image.crop((0, 22, 40, 40)).tobytes()


def test_where_it_ends_it_is_the_whole_blur() -> None:
    image = noise(40, 40)

    found = whole(progressive_blur(image, plan_for((40, 40), progressive_blur=ProgressiveBlur(4.0, Ramp(0, 0, 0.5)))))

    assert found.crop((0, 20, 40, 40)).tobytes() == nearly_blurred(image, 4.0).crop((0, 20, 40, 40)).tobytes()


def test_it_grows_on_the_way() -> None:
    image = noise(64, 256, "L")

    found = whole(progressive_blur(image, plan_for((64, 256), progressive_blur=ProgressiveBlur(4.0))))

    spreads = [ImageStat.Stat(found.crop((0, top, 64, top + 64))).stddev[0] for top in range(0, 256, 64)]
    assert spreads == sorted(spreads, reverse=True)


def test_transparent_pixels_lend_no_color() -> None:
    image = fading(40, 40)

    found = whole(progressive_blur(image, plan_for((40, 40), progressive_blur=ProgressiveBlur(4.0))))

    assert found.getpixel((30, 38))[:3] == (255, 0, 0)


def test_without_a_sigma_the_image_is_given_back() -> None:
    image = noise()

    assert whole(progressive_blur(image, plan_for(image.size))) is image
