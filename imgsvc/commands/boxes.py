"""Where the boxes of a plan lie: on the source as a browser shows it, and on the result; in shares of their sides."""

from collections.abc import Iterator
from typing import NamedTuple

from imgsvc.imaging.decision import Decision
from imgsvc.options.geometry import Size
from imgsvc.transforms.planning.orientation import Rectangle, turn_of_exif
from imgsvc.transforms.planning.plan import Plan
from imgsvc.transforms.planning.position import Canvas

_WHOLE: Rectangle = (0.0, 0.0, 1.0, 1.0)
_UNIT = Size(1, 1)


class Placed(NamedTuple):
    """A rectangle by the name of its step: left, top, right and bottom, from 0 to 1."""

    name: str
    left: float
    top: float
    right: float
    bottom: float


def on_source(decision: Decision) -> list[Placed]:
    """What the first pipeline keeps of the source, which stands upright as its EXIF says."""
    plan = decision.plan
    if plan is None:
        return []
    exif = turn_of_exif(decision.header.orientation)
    return [Placed(name, *exif.rectangle(place, _UNIT)) for name, place in _as_stored(plan, decision.header.size)]


def on_result(decision: Decision) -> list[Placed]:
    """Where on the result lies what the last pipeline extended or padded."""
    return list(_around(decision.plans[-1])) if decision.plans else []


def _as_stored(plan: Plan, source: Size) -> Iterator[tuple[str, Rectangle]]:
    kept, cut = _WHOLE, plan.load_part.box or (plan.crop.box if plan.crop else None)
    if cut:
        kept = _share(cut, _loaded(plan, source))
        yield "crop", kept
    if plan.result_crop and plan.result_crop.box and (cut or not plan.crop):
        scaled = (plan.load_part.scale or plan.scale).size
        inner = _share(plan.turn.undo_box(plan.result_crop.box, plan.turn.size(scaled)), scaled)
        yield "kept", _within(kept, inner)


def _loaded(plan: Plan, source: Size) -> Size:
    """What the crop is a part of: the source as it is decoded; one that is decoded in part is so at its own size."""
    is_whole = plan.load_part.scale is None and plan.load_part.box is None
    return plan.loaded_size if is_whole else source


def _around(plan: Plan) -> Iterator[Placed]:
    finish = plan.finish
    canvases = (("extend", finish.extend), ("extend aspect ratio", finish.extend_aspect_ratio))
    inner = plan.result_crop.size if plan.result_crop else plan.turn.size((plan.load_part.scale or plan.scale).size)
    for name, canvas in (*canvases, ("padding", finish.padding)):
        if canvas:
            yield Placed(name, *_share(_place(canvas, inner), canvas.size))
            inner = canvas.size


def _place(canvas: Canvas, inner: Size) -> Rectangle:
    return canvas.left, canvas.top, canvas.left + inner.width, canvas.top + inner.height


def _share(place: Rectangle | tuple[int, int, int, int], of: Size) -> Rectangle:
    left, top, right, bottom = place
    return left / of.width, top / of.height, right / of.width, bottom / of.height


def _within(outer: Rectangle, inner: Rectangle) -> Rectangle:
    width, height = outer[2] - outer[0], outer[3] - outer[1]
    return (
        outer[0] + inner[0] * width,
        outer[1] + inner[1] * height,
        outer[0] + inner[2] * width,
        outer[1] + inner[3] * height,
    )
