import pytest
from PIL import Image

from imgsvc.codecs.color.cmyk import without_profile


def shown(*inks: int) -> tuple[int, ...]:
    pixel = without_profile(Image.new("CMYK", (1, 1), inks)).getpixel((0, 0))
    assert isinstance(pixel, tuple)
    return pixel


def test_paper_is_white_and_all_inks_are_nearly_black() -> None:
    assert shown(0, 0, 0, 0) == (255, 255, 255)
    assert max(shown(255, 255, 255, 255)) < 50


def test_an_ink_takes_its_complement_away() -> None:
    cyan, magenta, yellow = shown(255, 0, 0, 0), shown(0, 255, 0, 0), shown(0, 0, 255, 0)

    assert cyan[0] == min(cyan)
    assert magenta[1] == min(magenta)
    assert yellow[2] == min(yellow)


def test_black_ink_alone_is_gray() -> None:
    middle = shown(0, 0, 0, 128)

    assert max(middle) - min(middle) <= 2
    assert 100 < middle[0] < 200


@pytest.mark.parametrize(
    ("inks", "answered"),
    [
        ((0, 0, 0, 128), (137, 136, 137)),
        ((64, 48, 48, 0), (181, 180, 184)),
        ((48, 112, 128, 16), (190, 135, 116)),
        ((255, 128, 0, 64), (0, 85, 137)),
        ((255, 255, 255, 255), (33, 34, 43)),
    ],
)
def test_mixtures_look_as_imgproxy_shows_them(inks: tuple[int, ...], answered: tuple[int, ...]) -> None:
    assert max(abs(ours - theirs) for ours, theirs in zip(shown(*inks), answered, strict=True)) <= 4
