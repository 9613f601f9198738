"""Bounds the work of drawing an SVG before it begins, for it cannot be interrupted.

What is counted is what would be drawn, references included: ten lines that use each other tenfold are a billion shapes.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType

from imgsvc.codecs.svg.xml_tree import Element, local
from imgsvc.errors import BrokenSvgError
from imgsvc.options.geometry import Size

# Shapes, and passes over all pixels.
Cost = tuple[int, float]
NOTHING: Cost = (0, 0.0)

# Shapes, groups and whatever else is drawn, each time that it is.
MAX_SHAPES = 100_000
# Passes over all pixels that filters, masks and the like may take, times pixels. PERF: up to 50 ns each, so this is
# far more than the time limit allows; what it keeps out is not even tried.
MAX_PASSES = 2_000_000_000
_REFERENCE = re.compile(r"url\(\s*['\"]?\s*#([^'\")\s]+)")
# Drawn only where something refers to them.
_ON_DEMAND = frozenset(
    {"defs", "symbol", "pattern", "clipPath", "mask", "marker", "filter", "linearGradient", "radialGradient"}
)
_ONE: Cost = (1, 0.0)
_LAYERS = frozenset({"mask", "clip-path", "opacity", "filter", "mix-blend-mode", "style"})


def cost_of(root: Element, elements: Sequence[Element], embedded: Mapping[int, Cost] = MappingProxyType({})) -> Cost:
    """What drawing `root` takes, and all `elements` below; `embedded` is the cost of drawings in it, by their id()."""
    return _Costs(elements, embedded).of(root)


def check_cost(cost: Cost, size: Size) -> None:
    """Raise BrokenSvgError if drawing at `size` is more work than is done here."""
    shapes, passes = cost
    if shapes > MAX_SHAPES:
        raise BrokenSvgError(f"{shapes} shapes to draw, limit {MAX_SHAPES}")
    work = passes * size.width * size.height
    if work > MAX_PASSES:
        raise BrokenSvgError(f"{passes:.0f} passes over {size.width}x{size.height} pixels, limit {MAX_PASSES} in all")


class _Costs:
    """Shapes and passes of every element with what it refers to, each worked out once."""

    def __init__(self, elements: Sequence[Element], embedded: Mapping[int, Cost]) -> None:
        self._embedded = embedded
        self._targets: Mapping[str, Element] = {
            each.attributes["id"]: each for each in elements if "id" in each.attributes
        }
        self._known: dict[int, Cost] = {}

    def of(self, element: Element) -> Cost:
        """An element that refers to itself, over whatever detour, is not drawn again."""
        known = self._known.get(id(element))
        if known is not None:
            return known
        self._known[id(element)] = NOTHING
        shapes, passes = self._embedded.get(id(element), _ONE)
        if element.local_name[:2] == "fe" or not _LAYERS.isdisjoint(element.attributes):
            passes += _own_passes(element)
        others = [
            child for child in element.children if isinstance(child, Element) and child.local_name not in _ON_DEMAND
        ]
        others += [self._targets[name] for name in _references(element) if name in self._targets]
        for each in others:
            more_shapes, more_passes = self.of(each)
            shapes, passes = shapes + more_shapes, passes + more_passes
        self._known[id(element)] = (shapes, passes)
        return shapes, passes


def _references(element: Element) -> Collection[str]:
    found: set[str] | None = None
    for name, value in element.attributes.items():
        if "url(" in value or "href" in name:
            found = found or set()
            found.update(_REFERENCE.findall(value))
            if local(name) == "href" and value.strip().startswith("#"):
                found.add(value.strip()[1:])
    return found or ()


def _own_passes(element: Element) -> float:
    """How often this element alone goes over all pixels; plain shapes cover little and count as nothing."""
    if element.local_name.startswith("fe"):
        return _FILTERS.get(element.local_name, _few)(element)
    return sum(2.0 for name in element.attributes if name in _LAYERS and not _is_plain_style(element, name))


def _is_plain_style(element: Element, name: str) -> bool:
    return name == "style" and not any(layer in element.attributes[name] for layer in _LAYERS - {"style"})


def _few(element: Element) -> float:
    return 6.0


def _turbulence(element: Element) -> float:
    return 25.0 * max(1.0, _largest(element, "numOctaves"))


def _convolution(element: Element) -> float:
    return max(3.0, _largest(element, "order")) ** 2


def _morphology(element: Element) -> float:
    return 4 * max(1.0, _largest(element, "radius")) ** 2


def _lighting(element: Element) -> float:
    return 30.0


def _largest(element: Element, name: str) -> float:
    try:
        return max(map(float, element.attributes.get(name, "1").replace(",", " ").split()), default=1.0)
    except ValueError:
        return 1.0


_FILTERS = {
    "feTurbulence": _turbulence,
    "feConvolveMatrix": _convolution,
    "feMorphology": _morphology,
    "feDiffuseLighting": _lighting,
    "feSpecularLighting": _lighting,
}
