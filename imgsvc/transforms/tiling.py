"""Tiles: one small image repeated over a large one, the middle tile in the middle."""

from dataclasses import dataclass

from PIL import Image

from imgsvc.options.geometry import Size
from imgsvc.transforms.position import moved, overlap


@dataclass(frozen=True, slots=True)
class Grid:
    """Tiles along one side: they repeat every `period`, and the first period shows the mark at `starts`."""

    period: int
    starts: tuple[int, ...]


def grid(side: int, mark: int, gap: int) -> Grid:
    """As many tiles of `mark` and `gap` as cover `side`, made odd; the gap is half before and half after the mark."""
    tile = mark + gap
    count = -(-side // tile) | 1
    start = gap // 2 - (count * tile - side) // 2
    if count == 1:
        return Grid(side, (start,))
    # The mark that begins before the first period is the same as the one that ends after it.
    return Grid(tile, (start % tile, start % tile - tile))


def tiled(mark: Image.Image, size: Size, columns: Grid, rows: Grid) -> Image.Image:
    """A layer of `size` with the mark at every place of both grids."""
    layer = Image.new(mark.mode, size)
    first = Image.new(mark.mode, (min(columns.period, size.width), min(rows.period, size.height)))
    for top in rows.starts:
        for left in columns.starts:
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
