"""Finds out whether a drawing has filters that may go over far more pixels than the picture has.

SECURITY: one of the two drawing programs (resvg 0.47) has some steps of a filter go over all of its region, which may
be a million pixels on a side; the other, which is slower, over no more than five times the picture's sides.
"""

from collections.abc import Mapping, Sequence

from imgsvc.codecs.svg.sizes import natural_size, view_box_size
from imgsvc.codecs.svg.xml_tree import Element

# Times the picture.
_MOST = 4.0
# Steps that go over what is there, and not over the region.
_KEPT = frozenset(
    {"feGaussianBlur", "feColorMatrix", "feComponentTransfer", "feConvolveMatrix", "feMorphology", "feOffset"}
    | {"feDropShadow"}
)
# What a unit of the drawing is made larger by.
_SCALED = frozenset({"transform", "patternTransform", "maskContentUnits"})
_SCALING = frozenset({"symbol", "pattern", "marker", "svg", "image"})


def has_wide_filters(root: Element, elements: Sequence[Element], written: set[str]) -> bool:
    """Whether that cannot be ruled out; `elements` are all of the root's, `written` the names of their attributes."""
    filters = [each for each in elements if each.local_name == "filter"]
    if all(map(_is_kept, filters)):
        return False
    if not _SCALED.isdisjoint(written) or "slice" in root.attributes.get("preserveAspectRatio", ""):
        return True
    # The root itself is one.
    if sum(each.local_name in _SCALING for each in elements) > 1:
        return True
    width, height = view_box_size(root.attributes.get("viewBox", ""))
    if not (width and height):
        width, height = natural_size(root.attributes)
    return not all(_is_kept(each) or _area(each.attributes) <= _MOST * width * height for each in filters)


def _is_kept(filter_: Element) -> bool:
    return all(step.local_name in _KEPT for step in filter_.elements() if step.local_name[:2] == "fe")


def _area(attributes: Mapping[str, str]) -> float:
    """Of its region, in units of the drawing; infinite where that is not known at once."""
    if attributes.get("filterUnits") != "userSpaceOnUse":
        return float("inf")
    try:
        area = float(attributes["width"]) * float(attributes["height"])
    except (KeyError, ValueError):
        return float("inf")
    return area if area >= 0 else float("inf")
