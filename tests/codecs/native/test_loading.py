from io import BytesIO

import pytest
from PIL import ImageFile, PngImagePlugin

from imgsvc.codecs.native.loading import load, load_what_there_is
from tests.images import encoded, noise

CUT_SHORT = encoded(noise(64, 64), "png")[:2000]


def opened() -> PngImagePlugin.PngImageFile:
    return PngImagePlugin.PngImageFile(BytesIO(CUT_SHORT))


def test_a_file_is_loaded_whole_or_not_at_all() -> None:
    with pytest.raises(OSError, match="truncated"):
        load(opened(), CUT_SHORT)


def test_a_file_that_ends_early_is_loaded_as_far_as_it_goes() -> None:
    image = opened()

    load_what_there_is(image, CUT_SHORT)

    assert (image.getpixel((0, 0)) != (0, 0, 0), image.getpixel((63, 63))) == (True, (0, 0, 0))


def test_what_one_file_may_lack_the_next_may_not() -> None:
    load_what_there_is(opened(), CUT_SHORT)

    assert not ImageFile.LOAD_TRUNCATED_IMAGES
