"""Repeated edges: what a filter sees beside the image."""

from PIL import Image

from imgsvc.options.geometry import Box


def with_repeated_edges(image: Image.Image, left: int, top: int, right: int, bottom: int) -> Image.Image:
    """The image with its outermost pixels repeated so many times on each side."""
    wide = Image.new(image.mode, (left + image.width + right, top + image.height + bottom))
    wide.paste(image, (left, top))
    for column, count, at in ((left, left, 0), (left + image.width - 1, right, left + image.width)):
        _repeat(wide, Box(column, 0, column + 1, wide.height), Box(at, 0, at + count, wide.height))
    for row, count, at in ((top, top, 0), (top + image.height - 1, bottom, top + image.height)):
        _repeat(wide, Box(0, row, wide.width, row + 1), Box(0, at, wide.width, at + count))
    return wide


def _repeat(image: Image.Image, edge: Box, area: Box) -> None:
    if min(area.size) > 0:
        image.paste(image.resize(area.size, Image.Resampling.NEAREST, box=edge), area[:2])
