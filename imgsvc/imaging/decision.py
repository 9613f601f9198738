"""What will be made of a source, decided from its header alone, before a pixel is touched."""

from dataclasses import dataclass, replace

from imgsvc.codecs.choice import is_skipped, result_format
from imgsvc.codecs.opened import Header
from imgsvc.codecs.placeholders.writing import MAX_SIDE
from imgsvc.codecs.settings import DecodeSettings, EncodeSettings, FormatSettings
from imgsvc.imaging.chaining import BETWEEN, Chain
from imgsvc.imaging.depth import keeps_16_bits, keeps_gain_map
from imgsvc.options.formats import Format
from imgsvc.options.geometry import Box, Size
from imgsvc.options.processing import ProcessingOptions
from imgsvc.security.limits import Limits, check_resolution
from imgsvc.transforms.planning.objects import without_network
from imgsvc.transforms.planning.plan import Plan, SourceShape, plan


@dataclass(frozen=True, slots=True)
class Rules:
    """The settings that decisions depend on."""

    formats: FormatSettings = FormatSettings()
    decoding: DecodeSettings = DecodeSettings()
    encoding: EncodeSettings = EncodeSettings()


@dataclass(frozen=True, slots=True)
class Decision:
    """Format, frames and every size of a rendition.

    `is_skipped`: the source is passed on as it is. There are no `plans` then; else there is one for each pipeline,
    up to one that begins with trimming a border: what is left is planned once it is known how much that is.
    """

    header: Header
    format: Format
    is_skipped: bool
    frames: int
    plans: tuple[Plan, ...]
    keeps_16_bits: bool = False
    keeps_gain_map: bool = False
    # Where there is more than one pipeline.
    chain: Chain | None = None

    @property
    def plan(self) -> Plan | None:
        """That of the first pipeline."""
        return self.plans[0] if self.plans else None


def decide(
    header: Header, options: ProcessingOptions, limits: Limits, accepted: frozenset[Format], rules: Rules
) -> Decision:
    """Choose format and frames, hold the source to its limits, and plan."""
    skipped = is_skipped(header, options, rules.formats)
    format_ = header.format if skipped else _result_format(header, options, limits, accepted, rules)
    frames = _frames(header, format_, limits, rules)
    # A drawing has no pixels of its own: it is drawn smaller instead.
    if not header.format.traits.vector:
        check_resolution(header.size, frames, limits)
    trims = options.trim.threshold is not None and frames == 1
    chain = _chain(header, format_, options, limits, rules, frames) if options.chained else None
    if skipped or trims:
        return Decision(header, format_, skipped, frames, (), chain=chain)
    first = plan_from(header.size, header, format_, options, limits, rules, frames)
    plans = chain.plans((first,)) if chain else (first,)
    is_deep = keeps_16_bits(header, plans, options, format_, rules.encoding)
    if is_deep and header.by_rows:
        # What shrinks rows as they come makes 8 bits of them.
        whole = replace(header, by_rows=False)
        plans = (plan_from(header.size, whole, format_, options, limits, rules, frames), *plans[1:])
    has_map = keeps_gain_map(header, plans, options, format_)
    return Decision(header, format_, skipped, frames, plans, is_deep, has_map, chain)


def _chain(
    header: Header, format_: Format, options: ProcessingOptions, limits: Limits, rules: Rules, frames: int
) -> Chain:
    return Chain(
        pipelines=options.pipelines,
        source=header.size,
        format=format_,
        longest=(limits.result_dimension, _longest_side(options, limits)),
        trims=frames == 1,
        linear=rules.decoding.use_linear_colorspace,
        to_smart=rules.decoding.object_detection_fallback_to_smart_crop,
    )


def plan_from(
    size: Size,
    header: Header,
    format_: Format,
    options: ProcessingOptions,
    limits: Limits,
    rules: Rules,
    frames: int = 1,
    *,
    trimmed: tuple[Box, Size] | None = None,
) -> Plan:
    """Plan an image of `size`, or what trimming left of one; that is decoded whole, as are most formats' frames."""
    is_trimmed = trimmed is not None
    is_whole = is_trimmed or header.is_page or rules.decoding.disable_shrink_on_load
    has_one = frames == 1 and not is_whole
    # It goes with a picture as that is decoded.
    keeps_map = header.has_gain_map and bool(options.preserve_hdr)
    options = without_network(options, to_smart=rules.decoding.object_detection_fallback_to_smart_crop)
    return plan(
        SourceShape(
            size=size,
            orientation=header.turn(options.auto_rotate),
            is_vector=header.format.traits.vector and not is_trimmed,
            scales_freely=header.format is Format.WEBP and not header.is_animated and has_one,
            whole_up_to=header.whole_up_to,
            thumbnails=header.thumbnails if has_one and rules.decoding.use_thumbnails else (),
            part=trimmed,
            by_rows=header.by_rows and not is_whole,
            is_interlaced=header.is_interlaced and has_one,
            by_rows_if_linear=header.by_rows_if_linear and not (is_whole or keeps_map),
        ),
        options,
        result_format=BETWEEN if options.chained else format_,
        max_result_dimension=limits.result_dimension if options.chained else _longest_side(options, limits),
        load_shrinks=header.shrinks if has_one else (),
        vector_max_pixels=limits.resolution,
        linear=rules.decoding.use_linear_colorspace,
    )


def _longest_side(options: ProcessingOptions, limits: Limits) -> int:
    """0 is no limit."""
    if not options.placeholder:
        return limits.result_dimension
    return min(limits.result_dimension or MAX_SIDE, MAX_SIDE)


def _result_format(
    header: Header, options: ProcessingOptions, limits: Limits, accepted: frozenset[Format], rules: Rules
) -> Format:
    is_animated = header.is_animated and limits.animation_frames > 1
    return result_format(
        header,
        options,
        rules.formats,
        accepted,
        is_animated=is_animated,
        avif_animation=rules.encoding.avif_animation,
    )


def _frames(header: Header, format_: Format, limits: Limits, rules: Rules) -> int:
    """How many frames are read: one, unless both ends and the limit allow more."""
    holds_more = format_.traits.animation_out or (format_ is Format.AVIF and rules.encoding.avif_animation)
    return min(header.frames or 1, limits.animation_frames) if header.is_animated and holds_more else 1
