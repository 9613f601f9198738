import pytest

from imgsvc.codecs.headers.extent import BOUNDS, Extent, Survey
from imgsvc.codecs.headers.heif import survey
from imgsvc.errors import ResolutionError, UndecodableImageError
from tests.codecs.headers.giants import LIMIT, TOO_LARGE, grid, overlay
from tests.images import encoded, quadrants


@pytest.mark.parametrize("word", ["heic", "avif"])
def test_which_of_its_sizes_is_shown_only_the_decoder_knows(word: str) -> None:
    assert survey(encoded(quadrants(64, 64), word), Extent()).size is None


@pytest.mark.parametrize("name", [name for name in TOO_LARGE if name.startswith(("heic", "avif"))])
def test_every_size_is_held_against_the_limit(name: str) -> None:
    with pytest.raises(ResolutionError):
        survey(TOO_LARGE[name][1](), Extent(LIMIT))


def test_boxes_are_bounded() -> None:
    with pytest.raises(UndecodableImageError, match="heif boxes"):
        survey(b"\0\0\0\x08free" * (BOUNDS["heif boxes"] + 1), Extent())


def test_a_box_that_ends_before_it_begins_ends_the_walk() -> None:
    survey(b"\0\0\0\x02ispe" * 9, Extent())


@pytest.mark.parametrize(
    ("body", "bound"),
    [(grid(64, columns=45), "heif tiles"), (overlay(64, layers=17), "heif layers")],
    ids=["grid", "overlay"],
)
def test_what_is_made_of_others_is_bounded(body: bytes, bound: str) -> None:
    with pytest.raises(UndecodableImageError, match=bound):
        survey(body, Extent())


@pytest.mark.parametrize("body", [grid(64, columns=44), overlay(64, layers=16)], ids=["grid", "overlay"])
def test_what_is_made_of_few_others_passes(body: bytes) -> None:
    assert survey(body, Extent()) == Survey()
