"""What CSS says of an element by its own box, or by functions, as the drawing program knows it.

That are transforms about a point of its box, `clip-path` by a shape, and the shadow of `drop-shadow()`, whose color the
drawing program makes lighter: findings/resvg-shadow.sh.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import tinycss2
from tinycss2.ast import Node as Token

from imgsvc.codecs.svg.css.bounds import Work
from imgsvc.codecs.svg.css.values.colors import color
from imgsvc.codecs.svg.css.values.lengths import pixels, written
from imgsvc.codecs.svg.css.values.tokens import is_word, significant
from imgsvc.codecs.svg.preparing.clips import box_name, clip_of
from imgsvc.codecs.svg.preparing.outlines import Box, Outlines
from imgsvc.codecs.svg.sizes import view_box_size
from imgsvc.codecs.svg.xml_tree import Element

# Properties of their own, which are kept under these names until all of an element's are known.
MOVES = (":translate", ":rotate", ":scale")
_SHAPED = frozenset({"clip-path", "filter", "transform-box", *MOVES})
_FUNCTION = re.compile(r"\s*(?:\w[\w-]*\(|[\w-]+-box)")
_OF_BOX = {
    "fill-box": Outlines.fill,
    "content-box": Outlines.fill,
    "stroke-box": Outlines.stroke,
    "border-box": Outlines.stroke,
}
_SHARES = {"left": 0.0, "top": 0.0, "center": 0.5, "right": 1.0, "bottom": 1.0}
# PERF: what a box takes, as characters of values do.
_AS_MUCH = " " * 8
# Far outside of any picture.
_EVERYWHERE = {"x": "-100000", "y": "-100000", "width": "200000", "height": "200000"}


def is_shaped(written_names: set[str]) -> bool:
    """Whether attributes of these names may be of that kind."""
    return not _SHAPED.isdisjoint(written_names)


def shape(root: Element, elements: Sequence[Element], work: Work) -> list[Element]:
    """Put all of that into words of SVG, in place; what that makes is added to the root, and returned.

    BrokenSvgError for more `work` than is left.
    """
    shaping = _Shaping(root, work, Outlines(work.outlines))
    # A group's box is that of what is in it, as that is moved.
    for each in reversed(elements):
        if not _SHAPED.isdisjoint(each.attributes):
            shaping.apply(each)
    if shaping.made:
        root.children.append(Element(_like(root, "defs"), {}, list(shaping.made)))
    return [inner for each in shaping.made for inner in each.walk()]


def _like(root: Element, name: str) -> str:
    """A name in the root's own namespace, whatever its prefix is."""
    prefix, colon, _ = root.name.rpartition(":")
    return f"{prefix}{colon}{name}"


@dataclass(frozen=True, slots=True)
class _Shaping:
    root: Element
    work: Work
    outlines: Outlines
    made: list[Element] = field(default_factory=list)
    # The same is made once.
    names: dict[str, str] = field(default_factory=dict)

    def apply(self, element: Element) -> None:
        attributes = element.attributes
        self._move(element)
        clip = attributes.get("clip-path", "")
        if _FUNCTION.match(clip) and clip.strip()[:4] != "url(":
            self._clip(element, clip)
        if "drop-shadow(" in attributes.get("filter", ""):
            self._shadow(element)

    def _move(self, element: Element) -> None:
        attributes = element.attributes
        moves = [attributes.pop(name) for name in MOVES if name in attributes]
        if moves:
            attributes["transform"] = " ".join([*moves, attributes.get("transform", "")]).strip()
        measured = _OF_BOX.get(attributes.pop("transform-box", ""))
        if not measured or "transform" not in attributes:
            return
        self.work.characters.take(_AS_MUCH + attributes.get("transform-origin", ""))
        if box := measured(self.outlines, element):
            attributes["transform-origin"] = _origin(attributes.get("transform-origin", ""), box)

    def _clip(self, element: Element, value: str) -> None:
        self.work.characters.take(value)
        del element.attributes["clip-path"]
        name = box_name(value)
        if name == "view-box":
            width, height = view_box_size(self.root.attributes.get("viewBox", ""))
            box: Box | None = Box(0.0, 0.0, width, height)
        else:
            box = _OF_BOX[name](self.outlines, element)
        clip = box and clip_of(value, box)
        if not clip:
            return
        drawn = {"d": clip.data, "clip-rule": "evenodd" if clip.is_even else "nonzero"}
        if any(clip.at):
            drawn["transform"] = f"translate({written(clip.at[0])} {written(clip.at[1])})"
        # What is clipped is moved as it is.
        name = self._named("clipPath", {}, [Element(_like(self.root, "path"), drawn)])
        element.attributes["clip-path"] = f"url(#{name})"

    def _shadow(self, element: Element) -> None:
        self.work.characters.take(element.attributes["filter"])
        tokens = significant(tinycss2.parse_component_value_list(element.attributes["filter"], skip_comments=True))
        pieces = [
            self._shadow_of(token)
            if token.type == "function" and token.lower_name == "drop-shadow"
            else token.serialize()
            for token in tokens
        ]
        element.attributes["filter"] = " ".join(piece for piece in pieces if piece)

    def _shadow_of(self, function: Token) -> str | None:
        tokens = significant(function.arguments)
        lengths = [value for token in tokens if (value := pixels(token)) is not None]
        colors = [found for token in tokens if pixels(token) is None and (found := color([token]))]
        if len(lengths) not in (2, 3) or len(lengths) + len(colors) != len(tokens):
            return None
        dx, dy, deviation = map(written, (*lengths, 0.0)[:3])
        steps = (
            ("feGaussianBlur", {"in": "SourceAlpha", "stdDeviation": deviation}),
            ("feOffset", {"dx": dx, "dy": dy, "result": "shape"}),
            ("feFlood", {"flood-color": (colors or ["#000"])[0]}),
            ("feComposite", {"operator": "in", "in2": "shape", "result": "shadow"}),
            ("feComposite", {"operator": "over", "in": "SourceGraphic", "in2": "shadow"}),
        )
        inside = [Element(_like(self.root, name), attributes) for name, attributes in steps]
        space = {"color-interpolation-filters": "sRGB", "filterUnits": "userSpaceOnUse", **_EVERYWHERE}
        return f"url(#{self._named('filter', space, inside)})"

    def _named(self, kind: str, attributes: Mapping[str, str], inside: list[Element]) -> str:
        key = repr((kind, inside))
        if key not in self.names:
            self.names[key] = f"imgsvc-{len(self.names)}"
            own = {"id": self.names[key], **attributes}
            self.made.append(Element(_like(self.root, kind), own, list(inside)))
        return self.names[key]


def _is_shadow(token: Token) -> bool:
    return bool(token.type == "function" and token.lower_name == "drop-shadow")


def _origin(text: str, box: Box) -> str:
    """A point of the box, in pixels; its corner where nothing is said."""
    tokens = significant(tinycss2.parse_component_value_list(text))[:2]
    if tokens and (is_word(tokens[0], "top") or is_word(tokens[0], "bottom")):
        tokens = [*tokens[1:], tokens[0]] if len(tokens) == 2 else [*_CENTER, tokens[0]]
    if len(tokens) == 1:
        tokens = [*tokens, *_CENTER]
    corner = (box.left, box.top)
    found = [at + _offset(token, whole) for at, token, whole in zip(corner, tokens, box.size, strict=False)] or corner
    return " ".join(map(written, found))


def _offset(token: Token, whole: float) -> float:
    if token.type == "ident":
        return _SHARES.get(token.lower_value, 0.0) * whole
    return token.value / 100 * whole if token.type == "percentage" else pixels(token) or 0.0


_CENTER = tinycss2.parse_component_value_list("center")
