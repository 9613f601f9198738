"""ProcessingOptions: everything that a client may ask for, one field each, with imgproxy's defaults."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from imgsvc.options.color import Color
from imgsvc.options.filters import (
    BlurAreas,
    Border,
    Colorize,
    Corners,
    Duotone,
    Gradient,
    Monochrome,
    PixelateAreas,
    ProgressiveBlur,
    UnsharpMode,
)
from imgsvc.options.formats import Format
from imgsvc.options.geometry import (
    CropShape,
    Gravity,
    GravityType,
    ResizingAlgorithm,
    ResizingType,
    ScalingMethod,
    Size,
)
from imgsvc.options.hashsum import Hashsum
from imgsvc.options.saving import Autoquality, AvifOptions, JpegOptions, Placeholder, PngOptions, WebpOptions


@dataclass(frozen=True, slots=True)
class Extend:
    """Grow the canvas to the requested size, or only to its aspect ratio; `gravity` places the image on it."""

    enabled: bool = False
    gravity: Gravity = Gravity()


@dataclass(frozen=True, slots=True)
class Crop:
    """An area of the source: pixels from 1 on, below that a fraction of the side; 0 is the whole side."""

    width: float = 0.0
    height: float = 0.0
    # None: the `gravity` option's, with its offsets.
    gravity: Gravity | None = None


@dataclass(frozen=True, slots=True)
class Trim:
    """Cut off a border of one color; off while `threshold` is None. `color` None: that of the top left pixel."""

    threshold: float | None = None
    color: Color | None = None
    equal_hor: bool = False
    equal_ver: bool = False


@dataclass(frozen=True, slots=True)
class Padding:
    """Transparent or background-colored edges, in pixels before dpr."""

    top: int = 0
    right: int = 0
    bottom: int = 0
    left: int = 0


@dataclass(frozen=True, slots=True)
class WatermarkOptions:
    """A watermark's opacity (0 is off), place, and scale (0 is its own size); which one, and how it is laid."""

    opacity: float = 0.0
    position: GravityType = GravityType.CENTER
    x: float = 0.0
    y: float = 0.0
    scale: float = 0.0
    # In place of the configured one: a source URL, or markup, which goes first.
    url: str = ""
    text: str = ""
    # Where there is no scale; 0 follows from the other side.
    size: Size = Size(0, 0)
    # Clockwise degrees.
    rotate: float = 0.0
    # Sigma; 0 is off.
    shadow: float = 0.0


@dataclass(frozen=True, slots=True)
class ProcessingOptions:
    """One request's wishes; None where the settings decide."""

    # Size and geometry
    resizing_type: ResizingType = ResizingType.FIT
    width: int = 0
    height: int = 0
    resizing_algorithm: ResizingAlgorithm = ResizingAlgorithm.LANCZOS3
    scaling: ScalingMethod | None = None
    min_width: int = 0
    min_height: int = 0
    zoom_x: float = 1.0
    zoom_y: float = 1.0
    dpr: float = 1.0
    enlarge: bool = False
    extend: Extend = Extend()
    extend_aspect_ratio: Extend = Extend()
    gravity: Gravity = Gravity()
    crop: Crop = Crop()
    crop_aspect_ratio: CropShape = CropShape()
    objects_position: Gravity = Gravity()
    page: int = 0
    pages: int = 1
    disable_animation: bool = False
    trim: Trim = Trim()
    padding: Padding = Padding()
    auto_rotate: bool | None = None
    rotate: int = 0
    flip_horizontal: bool = False
    flip_vertical: bool = False

    # Appearance
    background: Color | None = None
    background_alpha: float = 1.0
    brightness: int = 0
    contrast: float = 1.0
    saturation: float = 1.0
    monochrome: Monochrome = Monochrome()
    duotone: Duotone = Duotone()
    unsharp_masking_mode: UnsharpMode | None = None
    unsharp_masking_weight: float | None = None
    unsharp_masking_divider: float | None = None
    blur: float = 0.0
    sharpen: float = 0.0
    pixelate: int = 1
    blur_areas: BlurAreas = BlurAreas()
    pixelate_areas: PixelateAreas = PixelateAreas()
    progressive_blur: ProgressiveBlur = ProgressiveBlur()
    border: Border = Border()
    round_corners: Corners = Corners()
    colorize: Colorize = Colorize()
    gradient: Gradient = Gradient()
    watermark: WatermarkOptions = WatermarkOptions()

    # Metadata, color, thumbnails
    strip_metadata: bool | None = None
    keep_copyright: bool | None = None
    strip_color_profile: bool | None = None
    # Or a name in place of both; empty is off.
    color_profile: str = ""
    # Dots per inch; 0 leaves it to the settings.
    dpi: float = 0.0
    # CSS of an SVG.
    style: str = ""
    preserve_hdr: bool | None = None
    enforce_thumbnail: bool | None = None

    # Output
    format: Format | None = None
    quality: int = 0
    format_quality: Mapping[Format, int] = field(default_factory=dict, hash=False)
    autoquality: Autoquality = Autoquality()
    max_bytes: int = 0
    never_larger: bool = False
    placeholder: Placeholder | None = None
    # The smallest of several formats; then none is named.
    best: bool = False
    jpeg_options: JpegOptions = JpegOptions()
    png_options: PngOptions = PngOptions()
    webp_options: WebpOptions = WebpOptions()
    avif_options: AvifOptions = AvifOptions()
    skip_processing: tuple[Format, ...] = ()
    raw: bool = False
    cachebuster: str = ""
    # What the result is known by to whoever forgets results.
    cache_tags: tuple[str, ...] = ()
    bypass_cache: bool = False
    # Unix seconds; 0 is never.
    expires: int = 0
    filename: str = ""
    return_attachment: bool = False

    # The source's bytes, and the source URL of what stands in for it
    hashsum: Hashsum = Hashsum()
    fallback_image_url: str = ""

    # Limits that replace the settings' own; refused unless ALLOW_SECURITY_OPTIONS
    max_src_resolution: int | None = None
    max_src_file_size: int | None = None
    max_animation_frames: int | None = None
    max_animation_frame_resolution: int | None = None
    max_result_dimension: int | None = None

    # Pipelines behind this first one, each for what the one before it leaves; of the fields above they have those of
    # size, geometry and appearance alone.
    chained: "tuple[ProcessingOptions, ...]" = ()

    @property
    def pipelines(self) -> "tuple[ProcessingOptions, ...]":
        """All of the chain, this one first."""
        return (self, *self.chained)

    @property
    def scales_finely(self) -> bool:
        """Whether this pipeline does; a kernel that is asked for by name comes first."""
        return self.scaling is ScalingMethod.FINE and self.resizing_algorithm is ResizingAlgorithm.LANCZOS3
