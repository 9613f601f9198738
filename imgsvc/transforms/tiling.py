"""Tiles: one small image repeated over a large one, the middle tile in the middle."""

from dataclasses import dataclass

from PIL import Image

from imgsvc.options.geometry import Size
from imgsvc.transforms.planning.position import moved, overlap


@dataclass(frozen=True, slots=True)
class Grid:
    """Tiles along one side: they repeat every `period`, and the first period shows the mark at `starts`.

    On a chessboard these are every second tile, and `others` those between them.
    """

    period: int
    starts: tuple[int, ...]
    others: tuple[int, ...] = ()


def grid(side: int, mark: int, gap: int, edge: int = 0, *, is_chessboard: bool = False) -> Grid:
    """As many tiles of `mark` and `gap` as cover `side`, made odd; the gap is half before and half after the mark.

    They go on for `edge` pixels before the side, which is where they are counted from.
    """
    tile = mark + gap
    count = -(-side // tile) | 1
    first = edge + gap // 2 - (count * tile - side) // 2
    if not is_chessboard:
        return Grid(tile, _in_period(first, tile))
    return Grid(2 * tile, _in_period(first, 2 * tile), _in_period(first + tile, 2 * tile))


def _in_period(start: int, period: int) -> tuple[int, ...]:
    # The mark that begins before the first period is the same as the one that ends after it.
    return start % period, start % period - period


def tiled(mark: Image.Image, size: Size, columns: Grid, rows: Grid) -> Image.Image:
    """A layer of `size` with the mark at every place of both grids."""
    layer = Image.new(mark.mode, size)
    first = Image.new(mark.mode, (min(columns.period, size.width), min(rows.period, size.height)))
    for lefts, tops in ((columns.starts, rows.starts), (columns.others, rows.others)):
        for top in tops:
            for left in lefts:
                _paste(first, mark, left, top)
    layer.paste(first, (0, 0))
    _repeat(layer, first.width, first.height)
    return layer


def _paste(layer: Image.Image, mark: Image.Image, left: int, top: int) -> None:
    box = overlap(Size(*layer.size), Size(*mark.size), left, top)
    if box:
        layer.paste(mark.crop(moved(box, -left, -top)), box)


def _repeat(layer: Image.Image, width: int, height: int) -> None:
    """Fill the layer from its first period, doubling what is there: a one-pixel mark must not take a million pastes."""
    while width < layer.width:
        layer.paste(layer.crop((0, 0, min(width, layer.width - width), height)), (width, 0))
        width *= 2
    while height < layer.height:
        layer.paste(layer.crop((0, 0, layer.width, min(height, layer.height - height))), (0, height))
        height *= 2
