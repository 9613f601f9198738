"""The pixels of a rendition: decoded as little as its plan needs, taken through the steps, marked, converted."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from PIL import Image

from imgsvc.codecs.color.conversion import to_processing, to_result
from imgsvc.codecs.color.profiles import Profile, to_ink, to_profile
from imgsvc.codecs.metadata import kept
from imgsvc.codecs.opened import DecodeRequest, Opened
from imgsvc.codecs.picture import Metadata, Picture
from imgsvc.imaging.chaining import Chain
from imgsvc.imaging.decision import Decision, Rules, plan_from
from imgsvc.options.geometry import Box
from imgsvc.options.processing import ProcessingOptions, Trim, WatermarkOptions
from imgsvc.runtime.scope import Scope
from imgsvc.security.limits import Limits
from imgsvc.transforms.pipeline import transform
from imgsvc.transforms.planning.plan import Plan
from imgsvc.transforms.trim import trim_box
from imgsvc.transforms.watermark import Layer, layer

_SMOOTH, _MEAN = Image.Resampling.BILINEAR, Image.Resampling.BOX


@dataclass(frozen=True, slots=True)
class Watermark:
    """A mark, as RGBA or LA, and what its opacity is multiplied by."""

    image: Image.Image
    opacity: float = 1.0
    # Of both, for the tags of the pictures that it is on.
    digest: str = ""
    # `layer`, or who remembers what that made.
    layer: Callable[..., Layer | None] = layer


def decode(
    opened: Opened,
    decision: Decision,
    options: ProcessingOptions,
    limits: Limits,
    rules: Rules,
    scope: Scope,
    *,
    lazily: bool = False,
) -> tuple[Picture, tuple[Plan, ...]]:
    """The pixels that the first plan needs; where a border is trimmed, what is left of them, and a plan for that.

    `lazily`: the frames of a long animation may come when they are asked for, or a FramesError with them.
    """
    if plan := decision.plan:
        of_it = plan.load_part
        request = DecodeRequest(
            plan.load_shrink,
            decision.frames,
            plan.load_size,
            of_it.box,
            of_it.shrinking,
            lazily=lazily,
            gain_map=decision.keeps_gain_map,
            deep=decision.keeps_16_bits,
            between=scope.check,
            remaining=scope.remaining,
        )
        picture = _with_map(opened.decode(request), lambda image, picture: image.resize(picture.size, _SMOOTH))
        keeps_depth = decision.keeps_16_bits
        return to_processing(picture, keeps_depth=keeps_depth, between=scope.check), decision.plans
    request = DecodeRequest(between=scope.check, remaining=scope.remaining)
    picture = to_processing(opened.decode(request), between=scope.check)
    trimmed, box = _trimmed(picture, options.trim)
    part = box or Box(0, 0, *picture.size), picture.size
    return trimmed, (plan_from(trimmed.size, opened.header, decision.format, options, limits, rules, trimmed=part),)


def _trimmed(picture: Picture, trim: Trim) -> tuple[Picture, Box | None]:
    box = trim_box(picture.frames[0], trim)
    return (picture.map(lambda frame: frame.crop(box)) if box else picture), box


@dataclass(frozen=True, slots=True)
class Finish:
    """What a result is given besides its pixels: other colors than sRGB's or its source's, and dots per inch."""

    profile: Profile | None = None
    # Where its metadata is dropped, and the URL says nothing else.
    dpi: float = 72.0
    # Its file may be in ink: where the source's profile is kept, so is its ink.
    holds_ink: bool = False


def finish(
    picture: Picture,
    plans: tuple[Plan, ...],
    options: ProcessingOptions,
    watermarks: Sequence[Watermark | None],
    scope: Scope,
    how: Finish = Finish(),
    chain: Chain | None = None,
) -> Picture:
    """Every step on every frame, the watermark over them, colors and metadata as the result shall have them.

    Each pipeline has a watermark or None; `chain` is there where there is more than one.
    """
    if chain:
        picture = _chained(picture, plans, chain, watermarks, scope)
    else:
        picture = _through(picture, plans[0], options.watermark, watermarks[0], scope)
    picture = _with_map(picture, _as_fine_as_before)
    scope.check("colors")
    return replace(_colored(picture, options, how), metadata=_metadata(picture.metadata, options, how))


def _chained(
    picture: Picture, plans: tuple[Plan, ...], chain: Chain, watermarks: Sequence[Watermark | None], scope: Scope
) -> Picture:
    for number, (wishes, watermark) in enumerate(zip(chain.pipelines, watermarks, strict=True)):
        if number == len(plans):
            picture, _ = _trimmed(picture, wishes.trim)
            plans = chain.plans(plans, picture.size)
        picture = _through(picture, plans[number], wishes.watermark, watermark, scope)
    return picture


def _through(
    picture: Picture, plan: Plan, options: WatermarkOptions, watermark: Watermark | None, scope: Scope
) -> Picture:
    picture = picture.map(lambda frame: transform(frame, plan, scope))
    # Its levels are no colors.
    picture = _with_map(picture, lambda image, _: transform(image, replace(plan, linear=False), scope))
    if watermark and options.opacity > 0:
        scope.check("watermark")
        opacity, dpr = watermark.opacity, plan.dpr
        if laid := watermark.layer(picture.size, watermark.image, options, opacity=opacity, dpr=dpr):
            picture = picture.map(laid.over)
    return picture


def _with_map(picture: Picture, change: Callable[[Image.Image, Picture], Image.Image]) -> Picture:
    """The same with `change` applied to its gain map, if it has one, which for a while is as large as it is."""
    gain_map = picture.gain_map
    return replace(picture, gain_map=replace(gain_map, image=change(gain_map.image, picture))) if gain_map else picture


def _as_fine_as_before(image: Image.Image, picture: Picture) -> Image.Image:
    scale = picture.gain_map.scale if picture.gain_map else 1.0
    return image.resize([max(1, round(side * scale)) for side in image.size], _MEAN) if scale < 1 else image


def _colored(picture: Picture, options: ProcessingOptions, how: Finish) -> Picture:
    if how.profile:
        return to_profile(picture, how.profile)
    if how.holds_ink and not options.strip_color_profile:
        return to_ink(picture)
    return to_result(picture, keep_profile=not options.strip_color_profile)


def _metadata(metadata: Metadata, options: ProcessingOptions, how: Finish) -> Metadata:
    return kept(
        metadata,
        strip=bool(options.strip_metadata),
        keep_copyright=bool(options.keep_copyright),
        drops_profile=bool(options.strip_color_profile or how.profile),
        dpi=options.dpi,
        stripped_dpi=how.dpi,
        upright=bool(options.auto_rotate) or any(map(_turns, options.pipelines)),
    )


def _turns(options: ProcessingOptions) -> bool:
    return bool(options.rotate or options.flip_horizontal or options.flip_vertical)
