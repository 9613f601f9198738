import numpy
import pytest

from imgsvc.codecs.headers.directories import TAGS
from imgsvc.codecs.headers.extent import Extent
from imgsvc.codecs.tiff.header import PARTS, survey
from imgsvc.errors import ResolutionError, UndecodableImageError
from imgsvc.options.geometry import Size
from tests.codecs.headers.giants import tiff, tiff_entries
from tests.codecs.tiff.files import Layout, tiff_file
from tests.images import encoded, quadrants

# Tags of 40 KB each, which all lie in the same 48.
COPIES = [(20_000 + number, 1, 40_000, 0) for number in range(4000)]


@pytest.mark.parametrize("options", [{}, {"compression": "tiff_lzw"}, {"big_endian": True}])
def test_the_size_is_that_of_the_first_directory(options: dict[str, object]) -> None:
    options = {"compression": "jpeg"} if "big_endian" in options else options

    assert survey(encoded(quadrants(), "tiff", **options), Extent()).size == Size(40, 20)


def test_a_tag_may_be_said_twice_alike() -> None:
    assert survey(tiff(*tiff_entries(8, 8, (256, 4, 1, 8))), Extent()).size == Size(8, 8)


@pytest.mark.parametrize("tag", [256, 259, 262, 277, 284])
def test_what_pixels_are_made_by_may_not_be_said_in_two_ways(tag: int) -> None:
    with pytest.raises(UndecodableImageError, match=f"its tag {tag} twice"):
        survey(tiff(*tiff_entries(), (tag, 4, 1, 9), (tag, 4, 1, 7)), Extent())


@pytest.mark.parametrize("tag", [305, 700, 34665, 34675])
def test_what_no_pixel_needs_may_be_said_in_two_ways(tag: int) -> None:
    assert survey(tiff(*tiff_entries(), (tag, 1, 99, 8), (tag, 1, 50, 9)), Extent()).size == Size(8, 8)


def test_tags_are_bounded() -> None:
    with pytest.raises(UndecodableImageError, match="tiff tags"):
        survey(tiff(*tiff_entries(), *[(40_000, 3, 1, 0)] * TAGS.most), Extent())


@pytest.mark.parametrize("tag", [273, 324])
def test_strips_and_tiles_are_bounded(tag: int) -> None:
    entries = [each for each in tiff_entries() if each[0] != tag]

    with pytest.raises(UndecodableImageError, match="tiff strips or tiles"):
        survey(tiff(*entries, (tag, 4, PARTS.most + 1, 8)), Extent())


def test_tags_may_not_all_refer_to_the_whole_file() -> None:
    """Pillow reads what each refers to: a file of some kilobytes would take as many gigabytes."""
    body = tiff(*tiff_entries(), *COPIES)

    with pytest.raises(UndecodableImageError, match="the tags"):
        survey(body, Extent())


@pytest.mark.parametrize("kind", [1, 3, 4, 9])
def test_a_side_may_be_an_integer_of_any_type(kind: int) -> None:
    entries = [each for each in tiff_entries() if each[0] != 256]

    assert survey(tiff((256, kind, 1, 8), *entries), Extent()).size == Size(8, 8)


@pytest.mark.parametrize("order", ["<", ">"])
def test_the_size_of_a_bigtiff_is_held_to_the_same(order: str) -> None:
    body = tiff_file(numpy.zeros((8, 6, 3), numpy.uint8), Layout(order=order, is_big=True))

    assert survey(body, Extent()).size == Size(6, 8)
    with pytest.raises(ResolutionError):
        survey(body, Extent(47))


@pytest.mark.parametrize("places", [[0], []])
@pytest.mark.parametrize(("tag", "tile"), [(273, 0), (324, 16)])
def test_pixels_are_somewhere(tag: int, tile: int, places: list[int]) -> None:
    body = tiff_file(numpy.zeros((8, 6, 3), numpy.uint8), Layout(rows=8, tile=tile, tags={tag: ("I", places)}))

    with pytest.raises(UndecodableImageError, match="nowhere"):
        survey(body, Extent())
