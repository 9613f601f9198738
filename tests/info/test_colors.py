import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from imgsvc.info.colors import Swatch, average, dominant_colors, palette
from tests import images

levels = st.integers(0, 255)


def columns(*colors: tuple[int, int, int, int], height: int = 8) -> Image.Image:
    """One for each of these."""
    image = Image.new("RGBA", (len(colors), height))
    for x, color in enumerate(colors):
        image.paste(color, (x, 0, x + 1, height))
    return image


RED, BLUE, CLEAR = (255, 0, 0, 255), (0, 0, 255, 255), (0, 255, 0, 0)


def test_an_average_leaves_out_what_is_not_there_to_be_seen() -> None:
    assert average(columns(RED, BLUE, CLEAR), ignores_transparent=True) == {"R": 128, "G": 0, "B": 128, "A": 255}


def test_or_counts_it_too() -> None:
    assert average(columns(RED, CLEAR), ignores_transparent=False) == {"R": 128, "G": 128, "B": 0, "A": 128}


def test_of_nothing_there_is_no_color() -> None:
    assert average(columns(CLEAR), ignores_transparent=True) == {"R": 0, "G": 0, "B": 0, "A": 0}


def test_a_palette_has_the_most_frequent_color_first() -> None:
    found = palette(columns(BLUE, RED, RED), 4)

    assert found == [{"R": 255, "G": 0, "B": 0, "A": 255}, {"R": 0, "G": 0, "B": 255, "A": 255}]


@pytest.mark.parametrize("most", [2, 7, 256])
def test_a_palette_has_no_more_colors_than_are_asked_for(most: int) -> None:
    assert 2 <= len(palette(images.noise(300, 200).convert("RGBA"), most)) <= most


def test_a_swatch_is_what_its_name_says() -> None:
    found = dominant_colors(columns(RED, RED, (128, 120, 120, 255), (40, 36, 36, 255)), builds_missed=False)

    assert found["vibrant"] == {"R": 255, "G": 0, "B": 0}
    assert found["muted"] == {"R": 128, "G": 120, "B": 120}
    assert "light_vibrant" not in found


def test_no_color_is_used_twice() -> None:
    found = dominant_colors(images.noise(64, 64).convert("RGBA"), builds_missed=False)
    colors = [tuple(each.values()) for each in found.values()]

    assert len(set(colors)) == len(colors)


def test_what_is_missing_is_made_of_a_sibling() -> None:
    found = dominant_colors(columns(RED), builds_missed=True)

    assert found.keys() == {"vibrant", "light_vibrant", "dark_vibrant", "muted", "light_muted", "dark_muted"}
    assert found["dark_vibrant"] == {"R": 133, "G": 0, "B": 0}


def test_what_is_not_seen_stands_out_nowhere() -> None:
    assert dominant_colors(columns(CLEAR), builds_missed=True) == {}


@given(st.tuples(levels, levels, levels))
def test_a_swatch_is_its_color(color: tuple[int, int, int]) -> None:
    assert Swatch.of(color, 1).rgb == color
