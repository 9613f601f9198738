"""Settings of the URL grammar, and the values that options have when a URL does not name them."""

from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from imgsvc.options.filters import UnsharpMode
from imgsvc.options.geometry import ScalingMethod
from imgsvc.options.processing import ProcessingOptions
from imgsvc.options.remembering import remembered
from imgsvc.settings.env import BOOLEAN, FILE, LIST, STRING, ExplainedError, Kind, decimal, integer, setting
from imgsvc.url.policies.sizes import ALLOWED_SIZES, AllowedSizes


def _replacements(text: str) -> tuple[tuple[str, str], ...]:
    pairs = []
    for item in text.split(";"):
        pattern, equals, replacement = item.partition("=")
        if not equals:
            raise ExplainedError(f"pattern=replacement;... with no trailing `;` (at {item!r})")
        pairs.append((pattern, replacement))
    return tuple(pairs)


REPLACEMENTS: Kind[tuple[tuple[str, str], ...]] = Kind(
    "pattern=replacement;...", _replacements, lambda pairs: ";".join("=".join(pair) for pair in pairs)
)


def _options_by_preset(text: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    pairs = []
    for group in filter(None, map(str.strip, text.split(";"))):
        preset, _, names = group.partition("=")
        listed = tuple(name.strip() for name in names.split(",") if name.strip())
        if not preset.strip() or not listed:
            raise ValueError(group)
        pairs.append((preset.strip(), listed))
    return tuple(pairs)


OPTIONS_BY_PRESET: Kind[tuple[tuple[str, tuple[str, ...]], ...]] = Kind(
    "preset=option,option;...",
    _options_by_preset,
    lambda pairs: ";".join(f"{name}={','.join(of)}" for name, of in pairs),
)
SCALING: Kind[ScalingMethod] = Kind(f"one of {', '.join(ScalingMethod)}", ScalingMethod)
UNSHARP_MODE: Kind[UnsharpMode] = Kind(f"one of {', '.join(UnsharpMode)}", UnsharpMode)
ABOVE_ZERO: Kind[float] = decimal(0, 1e6, low_included=False)


@dataclass(frozen=True, slots=True)
class UrlSettings:
    """How URLs are read."""

    path_prefix: str = setting("", STRING, "Prefix of every route, with a leading and no trailing slash.")
    arguments_separator: str = setting(":", STRING, "Separates an option's name and its arguments.")
    allowed_processing_options: tuple[str, ...] = setting(
        (), LIST, "Options that a URL may use, by the name spelled in it; presets are exempt.", zero="all"
    )
    allowed_preset_options: tuple[tuple[str, tuple[str, ...]], ...] = setting(
        (), OPTIONS_BY_PRESET, "Options that a URL may use besides, where it names a preset.", zero="none"
    )
    allowed_sizes: AllowedSizes = setting(
        AllowedSizes(), ALLOWED_SIZES, "Sizes that a URL may ask for; those of presets are exempt.", zero="all"
    )
    round_sizes_up: bool = setting(
        False, BOOLEAN, "Take the next larger one of ALLOWED_SIZES for a size that is not among them."
    )
    max_chained_pipelines: int = setting(
        8,
        integer(0),
        "How many more pipelines a URL may chain to its first one by `-`; those of presets do not count.",
        zero="no limit",
    )
    allow_security_options: bool = setting(
        False, BOOLEAN, "Let URLs set limits of their own (max_src_resolution and the like)."
    )
    allow_bypass_cache: bool = setting(False, BOOLEAN, "Let URLs have results made anew (bypass_cache).")
    presets: str = setting("", STRING, "Definitions `name=option:argument/...`, separated by PRESETS_SEPARATOR.")
    presets_separator: str = setting(",", STRING, "Separates the definitions in PRESETS.")
    presets_path: Path | None = setting(None, FILE, "A file of preset definitions, one a line, after PRESETS.")
    only_presets: bool = setting(False, BOOLEAN, "URLs hold names of presets in place of options.")
    base_url: str = setting("", STRING, "Put before every source URL that does not begin with it.")
    url_replacements: tuple[tuple[str, str], ...] = setting(
        (), REPLACEMENTS, "Rewrite source URLs: `*` in a pattern is a run without `/`, `${1}` stands for the first."
    )
    base64_url_includes_filename: bool = setting(
        False, BOOLEAN, "The last part of a base64 source URL is a file name for people, and is dropped."
    )

    def __post_init__(self) -> None:
        if self.path_prefix and (not self.path_prefix.startswith("/") or self.path_prefix.endswith("/")):
            raise ValueError("PATH_PREFIX with a leading and no trailing slash")
        if self.round_sizes_up and not self.allowed_sizes:
            raise ValueError("ALLOWED_SIZES, to which ROUND_SIZES_UP rounds")


@dataclass(frozen=True, slots=True)
class OptionDefaults:
    """What an option is when neither the URL nor a preset says."""

    scaling: ScalingMethod = setting(
        ScalingMethod.IMGPROXY,
        SCALING,
        "How what gets smaller is scaled: as imgproxy does, or `fine`, in linear light and from more pixels.",
    )
    auto_rotate: bool = setting(True, BOOLEAN, "Rotate by the EXIF orientation.")
    strip_metadata: bool = setting(True, BOOLEAN, "Drop EXIF, IPTC and XMP.")
    keep_copyright: bool = setting(True, BOOLEAN, "Keep the copyright and artist fields when metadata is dropped.")
    strip_color_profile: bool = setting(True, BOOLEAN, "Convert to sRGB and drop the ICC profile.")
    # COMPAT: imgproxy Pro's default is auto, and its open edition, whose answers these are, has none.
    unsharp_masking_mode: UnsharpMode = setting(
        UnsharpMode.NONE, UNSHARP_MODE, "When pictures are sharpened by an unsharp mask; imgproxy Pro's own is `auto`."
    )
    unsharp_masking_weight: float = setting(1.0, ABOVE_ZERO, "How much each of a pixel's eight neighbors weighs.")
    unsharp_masking_divider: float = setting(24.0, ABOVE_ZERO, "What the mask is divided by; less sharpens more.")
    preserve_hdr: bool = setting(
        False,
        BOOLEAN,
        "Keep a JPEG's gain map in a JPEG that is only cut, scaled and turned, and a PNG's 16 bits in a PNG.",
    )
    enforce_thumbnail: bool = setting(
        False, BOOLEAN, "Take the thumbnail in a HEIC or AVIF file for the picture, however small it is."
    )


# PERF: as for reading them, parse.py.
@remembered(256)
def with_defaults(options: ProcessingOptions, defaults: OptionDefaults) -> ProcessingOptions:
    """`options`, and what the settings say where those say nothing."""
    found = {each.name: getattr(defaults, each.name) for each in fields(defaults)}
    unset: dict[str, Any] = {name: value for name, value in found.items() if getattr(options, name) is None}
    return replace(options, **unset, chained=tuple(with_defaults(each, defaults) for each in options.chained))
