import numpy
import pytest
from PIL import Image

from imgsvc.codecs.gif.choosing import cheapest
from imgsvc.codecs.gif.differences import Screen
from imgsvc.codecs.gif.pixels import pixels_of
from imgsvc.codecs.gif.tables import Drawing, Tables
from imgsvc.options.geometry import Size
from samples.draw import meadow
from tests.images import BLUE, GREEN, RED, gradient, noise, quadrants, solid


def drawings(*frames: Image.Image, bits: int = 8) -> tuple[Tables, list[Drawing]]:
    """What becomes of frames, one after the other."""
    tables, screen, found = Tables(bits), Screen(Size(*frames[0].size)), list[Drawing]()
    for frame in frames:
        difference = screen.difference(pixels_of(frame), None)
        found.append(cheapest(difference, tables, is_kept=False).drawing)
        tables.take(found[-1])
        screen.draw(difference, found[-1].colors, found[-1].drawn)
    return tables, found


def test_frames_share_a_table_while_it_has_room() -> None:
    first, second = solid(40, 20, (1, 2, 3)), solid(40, 20, (1, 2, 3))
    first.paste(RED, (0, 0, 20, 20))
    first.paste(BLUE, (0, 0, 10, 10))
    second.paste(GREEN, (0, 0, 20, 20))

    tables, found = drawings(first, second)

    assert [each.is_shared for each in found] == [True] * 2
    assert len(tables.shared) == 4


def test_frames_of_few_colors_lose_nothing() -> None:
    frames = (quadrants(), solid(40, 20, (1, 2, 3)), solid(40, 20, (90, 80, 70)))

    _, found = drawings(*frames)

    assert all(numpy.array_equal(each.colors, pixels_of(frame)) for each, frame in zip(found, frames, strict=True))


def test_a_frame_of_256_colors_loses_none() -> None:
    image = Image.frombytes("L", (16, 16), bytes(range(256))).convert("RGB")

    tables, (found,) = drawings(image)

    assert numpy.array_equal(found.colors, pixels_of(image))
    assert len(tables.shared) == 256


def test_colors_that_the_shared_table_lacks_room_for_have_a_table_of_their_own() -> None:
    grays, colors = gradient(256, 4, "RGB"), noise(256, 4)

    _, (_, found) = drawings(grays, colors)

    assert not found.is_shared
    assert len(found.table) <= 256


def test_a_frame_whose_colors_are_near_uses_the_shared_table() -> None:
    sky = meadow(240, 160).crop((0, 0, 121, 50))

    tables, (first, second) = drawings(sky.crop((0, 0, 120, 50)), sky.crop((1, 0, 121, 50)))

    assert second.is_shared
    assert len(tables.shared) == len(first.table)


@pytest.mark.parametrize("bits", [1, 3, 6])
def test_no_table_is_larger_than_the_source_s_pay_for(bits: int) -> None:
    _, found = drawings(noise(64, 64), noise(64, 64, seed=2), bits=bits)

    assert all(len(each.table) <= max(4 if bits == 1 else 8, 1 << bits) for each in found)


@pytest.mark.parametrize(("bits", "most"), [(1, 3), (2, 4), (3, 8)])
def test_what_had_few_colors_gets_hardly_more_when_it_is_scaled(bits: int, most: int) -> None:
    _, (found,) = drawings(meadow(60, 40), bits=bits)

    assert len(found.table) <= most


def test_flat_areas_keep_their_color() -> None:
    image = meadow(120, 80)
    image.paste((201, 103, 55), (0, 0, 40, 40))

    _, (found,) = drawings(image, bits=4)

    assert (found.colors[5, 5], found.colors[30, 30]) == (pixels_of(image)[5, 5],) * 2


def test_frames_that_are_transparent_everywhere_need_no_color() -> None:
    tables, found = drawings(*[Image.new("RGBA", (8, 8))] * 2)

    assert len(tables.shared) == 0
    assert not any(each.drawn.any() for each in found)
