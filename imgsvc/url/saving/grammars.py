"""Grammars of the options that say how the result's file is written."""

from dataclasses import replace
from typing import Any

from imgsvc.options.saving import AutoqualityMethod, AvifSubsample, WebpCompression, WebpPreset
from imgsvc.url.arguments import BOOLEAN, FRACTION, NOT_NEGATIVE, Argument, integer
from imgsvc.url.grammar import DEFAULTS, Args, Context, Grammar, Options, given, shortened, updated

_QUANT_TABLE = Argument("an integer from 0 to 9", integer(0, 9))
_QUALITY = Argument("an integer from 1 to 100", integer(1, 100))
_METHOD = Argument(f"one of {', '.join(AutoqualityMethod)}", AutoqualityMethod)
_COLORS = Argument("an integer from 2 to 256", integer(2, 256))
_COMPRESSION = Argument(f"one of {', '.join(WebpCompression)}", WebpCompression)
_PRESET = Argument(f"one of {', '.join(WebpPreset)}", WebpPreset)
_SUBSAMPLE = Argument(f"one of {', '.join(AvifSubsample)}", AvifSubsample)


def _any_of(name: str, *arguments: Argument[Any], without_effect: tuple[str, ...] = ()) -> Grammar:
    """Arguments for the values of the named tuple in field `name`, each of which may be empty.

    A preset that sets one `without_effect` is told so at the start.
    """

    def apply(args: Args, options: Options, context: Context) -> Options:
        current = getattr(options, name)
        made = current._make(updated(each, args, i, current[i]) for i, each in enumerate(arguments))
        if idle := [each for each in without_effect if getattr(made, each)]:
            context.warn(f"{name}: {' and '.join(idle)} does nothing here: no encoder for it is installed")
        changed: dict[str, Any] = {name: made}
        return replace(options, **changed)

    def build(options: Options) -> list[list[str]]:
        value = getattr(options, name)
        texts = ["" if now is None else each.write(now) for each, now in zip(arguments, value, strict=True)]
        return [] if value == getattr(DEFAULTS, name) else [shortened(texts, "")]

    return Grammar(apply, build, most=len(arguments))


def _autoquality(args: Args, options: Options, context: Context) -> Options:
    changed = _PLAIN_AUTOQUALITY.apply(args, options, context)
    if changed.autoquality.method is AutoqualityMethod.ML:
        context.warn("autoquality: ml is dssim here, for there is no network")
    quality, low, high = changed.autoquality, given(args, 2), given(args, 3)
    if (quality.min_quality or 0) <= (quality.max_quality or 100):
        return changed
    if low and high:
        raise ValueError(f"{low} to {high} is not from a lower quality to a higher one")
    # What an earlier use said of the other end does not go with what this one says.
    quality = quality._replace(max_quality=None) if low else quality._replace(min_quality=None)
    return replace(changed, autoquality=quality)


_PLAIN_AUTOQUALITY = _any_of("autoquality", _METHOD, NOT_NEGATIVE, _QUALITY, _QUALITY, FRACTION)
AUTOQUALITY = Grammar(_autoquality, _PLAIN_AUTOQUALITY.build, _PLAIN_AUTOQUALITY.most)
JPEG_OPTIONS = _any_of(
    "jpeg_options",
    *[BOOLEAN] * 5,
    _QUANT_TABLE,
    without_effect=("trellis_quant", "overshoot_deringing", "optimize_scans"),
)
PNG_OPTIONS = _any_of("png_options", BOOLEAN, BOOLEAN, _COLORS)
WEBP_OPTIONS = _any_of("webp_options", _COMPRESSION, BOOLEAN, _PRESET)
AVIF_OPTIONS = _any_of("avif_options", _SUBSAMPLE)
