"""Reads the size that a TIFF says once, and how many strips and tiles it has."""

from imgsvc.codecs.headers.directories import Tags, check_directories
from imgsvc.codecs.headers.extent import Bound, Extent, Survey
from imgsvc.errors import UndecodableImageError

# Each is a call of a decoder, 5 us.
PARTS = Bound(100_000, "tiff strips or tiles")

_WIDTH, _HEIGHT, _STRIPS, _TILE_WIDTH, _TILE_HEIGHT, _TILES = 256, 257, 273, 322, 323, 324
_COMPRESSION, _OLD_JPEG = 259, 6
# What pixels are made by; two readers may take one of two each. What is said twice of anything else does not matter.
_OF_PIXELS = frozenset(
    {*range(256, 260), 262, 266, 273, 274, 277, 278, 279, 284, 292, 293, 317, 320, *range(322, 326), 332, 338, 339, 347}
    | {*range(512, 522), 529, 530, 532}
)


def survey(data: bytes, extent: Extent) -> Survey:
    """Hold image and tiles against the limit."""
    tags = check_directories(data, once=_OF_PIXELS)
    size = extent.admit(_side(tags, _WIDTH), _side(tags, _HEIGHT), "picture")
    if _TILE_WIDTH in tags and _TILE_HEIGHT in tags:
        extent.admit(_side(tags, _TILE_WIDTH), _side(tags, _TILE_HEIGHT), "tile")
    for tag in (_STRIPS, _TILES):
        PARTS.hold(tags[tag][0] if tag in tags else 0)
        # At 0 there is the file's own head, and no pixels; those of an old JPEG may be somewhere else.
        if (
            tag in tags
            and (tags[tag][0] == 0 or tags[tag] == (1, 0))
            and tags.get(_COMPRESSION, (0, 0))[1] != _OLD_JPEG
        ):
            raise UndecodableImageError("a TIFF whose pixels are nowhere")
    return Survey(size)


def _side(tags: Tags, tag: int) -> int:
    return tags[tag][1]
