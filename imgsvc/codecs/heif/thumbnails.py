"""Finds the smaller copies of the picture that a file has in it, which may stand in for it."""

from dataclasses import dataclass

from imgsvc.codecs.heif.boxes import find, inner
from imgsvc.codecs.heif.items import Items
from imgsvc.codecs.heif.shape import Shape, shape_of
from imgsvc.options.geometry import Size

_ALPHA = (b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha", b"urn:mpeg:hevc:2015:auxid:1")


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """An item, and its size as shown and as stored."""

    item: int
    size: Size


def thumbnails(items: Items) -> tuple[Thumbnail, ...]:
    """Those that show the same as the picture: cut and turned alike, in its colors, and as transparent."""
    found = items.referring(b"thmb", items.primary)
    main = shape_of(items, items.primary) if found else None
    if not main:
        return ()
    shapes = ((item, shape_of(items, item)) for item in found)
    return tuple(
        Thumbnail(item, shape.size) for item, shape in shapes if shape and _stands_in(items, item, shape, main)
    )


def first_thumbnail(items: Items) -> int | None:
    """Whatever it shows.

    COMPAT: what imgproxy takes for ENFORCE_THUMBNAIL.
    """
    return next(iter(items.referring(b"thmb", items.primary)), None)


def with_primary(data: bytes, item: int) -> bytes:
    """The same file, which shows another one of its items; no item is another's thumbnail any more."""
    changed = bytearray(data)
    if place := find(data, (b"meta", b"pitm")):
        changed[place.start + 4 : place.end] = item.to_bytes(place.end - place.start - 4)
    references = find(data, (b"meta", b"iref"))
    for each in inner(data, references, 4) if references else ():
        if each.kind == b"thmb":
            # Readers pass over what they do not know.
            changed[each.at + 4 : each.at + 8] = b"skip"
    return bytes(changed)


def _stands_in(items: Items, item: int, shape: Shape, main: Shape) -> bool:
    is_smaller = shape.size.width < main.size.width and shape.size.height < main.size.height
    return is_smaller and shape.is_copy_of(main) and not _has_alpha(items) and _is_colored_alike(items, item)


def _has_alpha(items: Items) -> bool:
    """Whether the picture has an item that says how transparent it is; others say how far away or how bright it is."""
    return any(
        (items.of(each, b"auxC") or b"")[4:].startswith(_ALPHA) for each in items.referring(b"auxl", items.primary)
    )


def _is_colored_alike(items: Items, item: int) -> bool:
    """One that says nothing of its colors has the picture's."""
    return _colors(items, item) <= _colors(items, items.primary)


def _colors(items: Items, item: int) -> set[bytes]:
    """Profiles; of those that are numbers the primaries and the curve alone, for the rest is undone by the decoder."""
    return {each[:8] if each.startswith(b"nclx") else each for each in items.colors(item)}
