from pathlib import Path

import pytest
from PIL import Image

from tests.codecs.svg.against.__main__ import _files
from tests.codecs.svg.against.drawing import has_files_beside, without_text
from tests.codecs.svg.against.nearness import far_blocks, is_near
from tests.codecs.svg.against.sheets import write_sheets


def picture(
    color: str, box: tuple[int, int, int, int] = (0, 0, 0, 0), size: tuple[int, int] = (100, 84)
) -> Image.Image:
    made = Image.new("RGBA", size, "#808080")
    made.paste(color, box)
    return made


def test_a_block_counts_by_its_mean() -> None:
    """16 levels of a block of 64 pixels are 1,024 of one channel."""
    inside, outside = picture("#908080", (8, 8, 16, 16)), picture("#918080", (8, 8, 16, 16))

    assert [far_blocks(picture("#000"), each) for each in (inside, outside)] == [0, 1 / (13 * 11)]


def test_blocks_at_the_edge_are_as_small_as_they_are() -> None:
    assert far_blocks(picture("#000"), picture("#fff", (96, 80, 100, 84))) == 1 / (13 * 11)


def test_one_block_of_a_hundred_may_be_far_and_no_more() -> None:
    sides = {"size": (80, 80)}

    assert is_near(picture("#000", **sides), picture("#fff", (0, 0, 8, 8), **sides))
    assert not is_near(picture("#000", **sides), picture("#fff", (0, 0, 10, 8), **sides))


def test_pictures_of_two_sizes_are_not_near() -> None:
    assert not is_near(picture("#000"), picture("#000", size=(84, 100)))


@pytest.mark.parametrize(
    ("body", "left"),
    [
        (b"<g><text x='1'>a<tspan>b</tspan></text><path/></g>", b"<g><path/></g>"),
        (b"<s:text>a</s:text><text/>", b"<text/>"),
        (b"<foreignObject><p>a</p></foreignObject>", b""),
        (b"<foreignObject><p/></foreignObject>", b"<foreignObject><p/></foreignObject>"),
    ],
)
def test_what_is_written_is_taken_out(body: bytes, left: bytes) -> None:
    assert without_text(body) == left


def test_what_is_in_another_file_is_known() -> None:
    found = [has_files_beside(b"<image xlink:href='%s'/>" % each) for each in (b"a.png", b"#a", b"data:,x")]

    assert found == [True, False, False]


def test_kinds_are_chosen_alike_and_always_the_same(tmp_path: Path) -> None:
    for kind, count in (("few", 2), ("many", 30), ("more", 30)):
        (tmp_path / kind).mkdir()
        for number in range(count):
            (tmp_path / kind / f"{number}.svg").touch()

    chosen = _files(tmp_path, 20, 24)

    assert [sum(each.parent.name == kind for each in chosen) for kind in ("few", "many", "more")] == [2, 9, 9]
    assert chosen == _files(tmp_path, 20, 24)


def test_pairs_are_put_on_sheets(tmp_path: Path) -> None:
    pairs = [("a", picture("#000"), picture("#fff"))] * 25

    assert [path.name for path in write_sheets(tmp_path / "out", pairs, 100)] == ["sheet-0.png", "sheet-1.png"]
