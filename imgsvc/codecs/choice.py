"""Chooses the result's format, or that the source is passed on as it is (imgproxy: processing/processing.go)."""

from collections.abc import Iterator
from typing import Protocol

from imgsvc.codecs.settings import FormatSettings
from imgsvc.errors import ResultFormatError
from imgsvc.options.formats import Format
from imgsvc.options.processing import ProcessingOptions

_BEST_OF = (Format.JPEG, Format.PNG, Format.GIF)


class SourceTraits(Protocol):
    """What the choice depends on; opened.Header is one."""

    @property
    def format(self) -> Format:
        """The source's format."""

    @property
    def has_alpha(self) -> bool:
        """It may have transparent pixels."""


def is_skipped(source: SourceTraits, options: ProcessingOptions, settings: FormatSettings) -> bool:
    """Whether the source is passed on unprocessed: an SVG that nobody wants drawn, or a format to skip."""
    if options.placeholder or (is_best(options, settings) and not settings.best_format_allow_skips):
        return False
    is_listed = source.format in (*settings.skip_processing_formats, *options.skip_processing)
    if source.format is not Format.SVG:
        return is_listed and options.format in (None, source.format)
    if options.format is None:
        return is_listed or not settings.always_rasterize_svg
    return options.format is Format.SVG


def result_format(
    source: SourceTraits,
    options: ProcessingOptions,
    settings: FormatSettings,
    accepted: frozenset[Format],
    *,
    is_animated: bool = False,
    avif_animation: bool = False,
) -> Format:
    """The format to encode; `accepted` are those that the Accept header names literally."""
    if options.placeholder:
        return Format.PNG
    if options.format is Format.SVG:
        raise ResultFormatError(f"{source.format.word} cannot be made into svg")
    if is_best(options, settings):
        return _planned_for_best(options, settings, accepted, is_animated=is_animated, avif_animation=avif_animation)
    barred = _barred(is_animated=is_animated, avif_animation=avif_animation)
    if options.format is not None:
        return next((f for f in _enforced(settings) if f in accepted - barred), options.format)
    if wanted := next((f for f in _automatic(settings) if f in accepted - barred), None):
        return wanted
    if source.format in settings.preferred_formats:
        return source.format
    needs_alpha = expects_alpha(source, options)
    fits = (f for f in settings.preferred_formats if _holds(f, needs_alpha, is_animated))
    return next(fits, settings.preferred_formats[0])


def _barred(*, is_animated: bool, avif_animation: bool) -> frozenset[Format]:
    """Those that would show the first frame alone."""
    if not is_animated:
        return frozenset()
    return frozenset({Format.JXL}) if avif_animation else frozenset({Format.JXL, Format.AVIF})


def is_best(options: ProcessingOptions, settings: FormatSettings) -> bool:
    """Whether the smallest of several formats is wanted."""
    is_open = options.format is None and options.placeholder is None and not options.raw
    return options.best or (settings.best_format_by_default and is_open)


def best_candidates(
    options: ProcessingOptions,
    settings: FormatSettings,
    accepted: frozenset[Format],
    *,
    is_animated: bool,
    avif_animation: bool,
) -> list[Format]:
    """What format `best` may be, in order; what not every client can show only where the settings and it say so."""
    barred = _barred(is_animated=is_animated, avif_animation=avif_animation)
    negotiated = [each for each in _automatic(settings) if each in accepted - barred]
    # Written without looking at what is in the picture, or rarely shown by a browser.
    plain = [each for each in settings.preferred_formats if each in _BEST_OF]
    if not is_animated:
        return [*negotiated, *(each for each in plain if each is not Format.GIF)] or list(settings.preferred_formats)
    moving = [each for each in (*negotiated, *plain) if each.traits.animation_out or each is Format.AVIF]
    return moving or plain or list(settings.preferred_formats)


def _planned_for_best(
    options: ProcessingOptions,
    settings: FormatSettings,
    accepted: frozenset[Format],
    *,
    is_animated: bool,
    avif_animation: bool,
) -> Format:
    """One that holds all that any of them does: PNG, or the first that moves where the source does."""
    found = best_candidates(options, settings, accepted, is_animated=is_animated, avif_animation=avif_animation)
    moves = is_animated and (found[0].traits.animation_out or found[0] is Format.AVIF)
    return found[0] if moves else Format.PNG


def shows_as(
    source: Format, result: Format, options: ProcessingOptions, settings: FormatSettings, accepted: frozenset[Format]
) -> bool:
    """Whether a source in its own format may be sent in place of a `result`."""
    if options.format is not None:
        return source in (options.format, result)
    return (
        source is result or source in accepted & negotiable(options, settings) or source in settings.preferred_formats
    )


def negotiable(options: ProcessingOptions, settings: FormatSettings) -> frozenset[Format]:
    """The formats that depend on what the client accepts."""
    if options.placeholder:
        return frozenset()
    return frozenset(_automatic(settings) if options.format is None else _enforced(settings))


def _enforced(settings: FormatSettings) -> Iterator[Format]:
    pairs = (
        (settings.enforce_jxl, Format.JXL),
        (settings.enforce_avif, Format.AVIF),
        (settings.enforce_webp, Format.WEBP),
    )
    return (format_ for is_on, format_ in pairs if is_on)


def _automatic(settings: FormatSettings) -> Iterator[Format]:
    """What is enforced is used where nothing is requested, too."""
    pairs = (
        (settings.auto_jxl or settings.enforce_jxl, Format.JXL),
        (settings.auto_avif or settings.enforce_avif, Format.AVIF),
        (settings.auto_webp or settings.enforce_webp, Format.WEBP),
    )
    return (format_ for is_on, format_ in pairs if is_on)


def expects_alpha(source: SourceTraits, options: ProcessingOptions) -> bool:
    """Whether a result may have transparent pixels, as far as can be known before there is one."""
    found = source.has_alpha
    for each in options.pipelines:
        found = _leaves_alpha(each, has_alpha=found)
    return found


def _leaves_alpha(options: ProcessingOptions, *, has_alpha: bool) -> bool:
    # COMPAT: extend_aspect_ratio makes transparent edges as well, but imgproxy does not count it.
    grows = any((options.padding.top, options.padding.right, options.padding.bottom, options.padding.left))
    is_cut_out = any(options.round_corners)
    shows_through = options.background is None or options.background_alpha < 1
    return shows_through and (has_alpha or grows or is_cut_out or options.extend.enabled)


def _holds(format_: Format, needs_alpha: bool, needs_animation: bool) -> bool:
    traits = format_.traits
    return (traits.alpha or not needs_alpha) and (traits.animation_out or not needs_animation)
