"""Watermark: lay the configured mark over the finished picture, once or as tiles."""

from PIL import Image

from imgsvc.options.geometry import Gravity, GravityType, Size
from imgsvc.options.modes import in_color
from imgsvc.options.processing import WatermarkOptions
from imgsvc.transforms.alpha import has_alpha, is_gray, with_alpha
from imgsvc.transforms.bounds import check_size, near
from imgsvc.transforms.position import moved, offset, overlap, position
from imgsvc.transforms.resampling import Resampling, resampling
from imgsvc.transforms.rounding import half_even
from imgsvc.transforms.scale import resampled
from imgsvc.transforms.tiling import grid, tiled

# A rounding error, in levels.
_TINY = 1e-6


def place(
    image: Image.Image, mark: Image.Image, options: WatermarkOptions, *, opacity: float = 1.0, dpr: float = 1.0
) -> Image.Image:
    """Lay `mark` over `image`, its opacity times the option's; `dpr` scales its offsets, not its size."""
    size = Size(*image.size)
    strength = min(1.0, max(0.0, options.opacity * opacity))
    if not strength:
        return image
    scaled = resampled(mark, mark_scale(size, Size(*mark.size), options.scale)) if options.scale > 0 else mark
    shown = _faded(with_alpha(scaled), strength)
    gravity = Gravity(options.position, near(options.x), near(options.y))
    if options.position is GravityType.REPLICATE:
        return _over(image, _tiles(shown, size, gravity, dpr), 0, 0)
    return _over(image, shown, *position(size, Size(*shown.size), gravity, dpr, overflows=True))


def mark_scale(image: Size, mark: Size, share: float) -> Resampling:
    """The largest size of the mark's shape within a share of the image's sides; it may grow."""
    box = Size(*(max(1, half_even(side * near(share))) for side in image))
    factor = 1 / max(mark.width / box.width, mark.height / box.height)
    found = resampling(mark, factor, factor)
    check_size(found.size, image, "the watermark")
    return found


def _tiles(mark: Image.Image, size: Size, gaps: Gravity, dpr: float) -> Image.Image:
    columns = grid(size.width, mark.width, max(0, offset(gaps.x, size.width, dpr)))
    rows = grid(size.height, mark.height, max(0, offset(gaps.y, size.height, dpr)))
    return tiled(mark, size, columns, rows)


def _faded(mark: Image.Image, strength: float) -> Image.Image:
    if strength == 1:
        return mark
    faded = mark.copy()
    # COMPAT: half of 255 is 127, as in libvips: on its own half a mark is not there in a GIF.
    faded.putalpha(mark.getchannel("A").point([int(level * strength + _TINY) for level in range(256)]))
    return faded


def _over(image: Image.Image, mark: Image.Image, left: int, top: int) -> Image.Image:
    """The picture with `mark` at `left`, `top`; what hangs over its edges is cut off."""
    box = overlap(Size(*image.size), Size(*mark.size), left, top)
    if box is None:
        return image
    base, part = _holding(image, mark), mark.crop(moved(box, -left, -top))
    if has_alpha(base):
        together = Image.alpha_composite(base.crop(box).convert("RGBA"), part.convert("RGBA"))
        base.paste(together.convert(base.mode), box)
    else:
        base.paste(part.convert(base.mode), box, mask=part.getchannel("A"))
    return base


def _holding(image: Image.Image, mark: Image.Image) -> Image.Image:
    """A copy of the picture, with color channels if the mark has any."""
    if is_gray(image) and not is_gray(mark):
        return image.convert(in_color(image.mode))
    return image.copy()
