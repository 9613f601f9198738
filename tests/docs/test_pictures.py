import pytest

from docs import pictures
from imgsvc.url.table import OPTIONS
from tests.images import noise, opened


def test_every_option_is_shown_or_said_to_be_not_seen() -> None:
    names = {row.names[0] for row in OPTIONS}

    assert set(pictures.seen()) | pictures.NOT_SEEN == names, "add a recipe or NOT_SEEN in docs/pictures.py"


def test_a_picture_is_small() -> None:
    bodies = [path.read_bytes() for path in pictures.FOLDER.glob("*.webp")]

    assert max(map(len, bodies)) < 12_000
    assert all(max(opened(body).size) <= 200 for body in bodies)


def test_a_picture_that_differs_in_a_part_of_it_is_another() -> None:
    image, other = noise(180, 120), noise(180, 120)
    other.paste("white", (10, 10, 30, 30))

    assert pictures.are_alike(image, image.copy())
    assert not pictures.are_alike(image, other)


@pytest.mark.parametrize("name", pictures.seen())
def test_what_is_asked_for_names_the_option(name: str) -> None:
    row = next(row for row in OPTIONS if row.names[0] == name)

    assert any(f"/{each}:" in f"/{pictures.asked(name)}" for each in row.names) or name in ("resize", "resizing_type")
