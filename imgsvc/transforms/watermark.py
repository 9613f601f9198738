"""Watermark: lay a mark over the finished picture, once or as tiles."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, cos, isclose, radians, sin

from PIL import Image

from imgsvc.options.geometry import TILES, Gravity, GravityType, Size
from imgsvc.options.modes import in_color
from imgsvc.options.processing import WatermarkOptions
from imgsvc.transforms.pixels.alpha import has_alpha, is_gray, with_alpha
from imgsvc.transforms.planning.bounds import check_size, near
from imgsvc.transforms.planning.orientation import Turn
from imgsvc.transforms.planning.position import moved, offset, overlap, position
from imgsvc.transforms.planning.resampling import Resampling, resampling
from imgsvc.transforms.planning.rounding import half_even
from imgsvc.transforms.rotate import turned
from imgsvc.transforms.scale import resampled
from imgsvc.transforms.shadow import reach_of_shadow, with_shadow
from imgsvc.transforms.tiling import grid, tiled

Line = tuple[str, str]

# A rounding error, in levels.
_TINY = 1e-6
# Around a mark that is rotated, so that its edges fade.
_MARGIN = 2
# A side that limits nothing.
_ANY = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Layer:
    """A mark as it is laid over each frame, and where."""

    image: Image.Image
    left: int = 0
    top: int = 0

    def over(self, image: Image.Image) -> Image.Image:
        """The picture with the mark; what hangs over its edges is cut off."""
        box = overlap(Size(*image.size), Size(*self.image.size), self.left, self.top)
        if box is None:
            return image
        base, part = _holding(image, self.image), self.image.crop(moved(box, -self.left, -self.top))
        if has_alpha(base):
            together = Image.alpha_composite(base.crop(box).convert("RGBA"), part.convert("RGBA"))
            base.paste(together.convert(base.mode), box)
        else:
            base.paste(part.convert(base.mode), box, mask=part.getchannel("A"))
        return base


def layer(
    size: Size, mark: Image.Image, options: WatermarkOptions, *, opacity: float = 1.0, dpr: float = 1.0
) -> Layer | None:
    """The mark for a picture of `size`, its opacity times the option's; `dpr` scales its offsets, not its size."""
    strength = min(1.0, max(0.0, options.opacity * opacity))
    if not strength:
        return None
    shown = _rotated(with_alpha(_scaled(mark, size, options)), options.rotate, size)
    edge = reach_of_shadow(options.shadow, size)
    gravity = Gravity(options.position, near(options.x), near(options.y))
    if options.position in TILES:
        found = Layer(_tiles(shown, size, gravity, dpr, edge), -edge, -edge)
    else:
        found = _seen(shown, size, gravity, dpr, edge)
    if edge:
        found = Layer(with_shadow(found.image, options.shadow, size), found.left, found.top)
    return Layer(_faded(found.image, strength), found.left, found.top)


def mark_scale(image: Size, mark: Size, share: float) -> Resampling:
    """The largest size of the mark's shape within a share of the image's sides; it may grow."""
    return _fitting(mark, Size(*(max(1, half_even(side * near(share))) for side in image)), image)


def describe(options: WatermarkOptions) -> Iterator[Line]:
    """Which mark is laid, and how."""
    if not options.opacity:
        return
    which = "the URL's text" if options.text else options.url or "the configured one"
    yield "watermark", f"{which}, {options.opacity:g} of it, at {options.position.word}:{options.x:g}:{options.y:g}"
    if options.scale > 0:
        yield "watermark size", f"{options.scale:g} of the result"
    elif any(options.size):
        yield "watermark size", " by ".join(str(side) if side else "what follows" for side in options.size)
    if options.rotate % 360:
        yield "watermark rotate", f"{options.rotate % 360:g} degrees clockwise"
    if options.shadow > 0:
        yield "watermark shadow", f"sigma {options.shadow:g}"


def _scaled(mark: Image.Image, image: Size, options: WatermarkOptions) -> Image.Image:
    size = Size(*mark.size)
    if options.scale > 0:
        return resampled(mark, mark_scale(image, size, options.scale))
    if not any(options.size):
        return mark
    width, height = (int(near(side)) for side in options.size)
    # COMPAT: a side that is 0 follows from the other one.
    box = Size(width or _ANY, height or _ANY)
    return resampled(mark, _fitting(size, box, image))


def _fitting(mark: Size, box: Size, image: Size) -> Resampling:
    factor = 1 / max(mark.width / box.width, mark.height / box.height)
    found = resampling(mark, factor, factor)
    check_size(found.size, image, "the watermark")
    return found


def _rotated(mark: Image.Image, degrees: float, image: Size) -> Image.Image:
    """Clockwise; the canvas grows, and its corners are transparent."""
    degrees %= 360
    quarters = round(degrees / 90)
    if isclose(degrees, quarters * 90, abs_tol=_TINY):
        return turned(mark, Turn(quarters % 4))
    diagonal = mark.width + mark.height
    check_size(Size(diagonal, diagonal), image, "the watermark")
    framed = Image.new(mark.mode, (mark.width + 2 * _MARGIN, mark.height + 2 * _MARGIN))
    framed.paste(mark, (_MARGIN, _MARGIN))
    whole = framed.rotate(-degrees, Image.Resampling.BICUBIC, expand=True)
    across, down = abs(cos(radians(degrees))), abs(sin(radians(degrees)))
    left = _margin(whole.width, mark.width * across + mark.height * down)
    top = _margin(whole.height, mark.width * down + mark.height * across)
    return whole.crop((left, top, whole.width - left, whole.height - top))


def _margin(whole: int, side: float) -> int:
    return max(0, whole - ceil(side - _TINY)) // 2


def _seen(mark: Image.Image, size: Size, gravity: Gravity, dpr: float, edge: int) -> Layer:
    """What of the mark is in the picture, with room for a shadow, and for what casts one into it from beside it."""
    left, top = position(size, Size(*mark.size), gravity, dpr, overflows=True)
    if not edge:
        return Layer(mark, left, top)
    around = Size(size.width + 2 * edge, size.height + 2 * edge)
    box = overlap(around, Size(*mark.size), left + edge, top + edge)
    kept = mark.crop(moved(box, -left - edge, -top - edge)) if box else mark
    left, top = (box.left - edge, box.top - edge) if box else (left, top)
    framed = Image.new(mark.mode, (kept.width + 2 * edge, kept.height + 2 * edge))
    framed.paste(kept, (edge, edge))
    return Layer(framed, left - edge, top - edge)


def _tiles(mark: Image.Image, size: Size, gaps: Gravity, dpr: float, edge: int) -> Image.Image:
    is_chessboard = gaps.type is GravityType.CHESSBOARD
    across, down = (
        grid(side, of_mark, max(0, offset(gap, side, dpr)), edge, is_chessboard=is_chessboard)
        for side, of_mark, gap in zip(size, mark.size, (gaps.x, gaps.y), strict=True)
    )
    return tiled(mark, Size(size.width + 2 * edge, size.height + 2 * edge), across, down)


def _faded(mark: Image.Image, strength: float) -> Image.Image:
    if strength == 1:
        return mark
    faded = mark.copy()
    # COMPAT: half of 255 is 127, as in libvips: on its own half a mark is not there in a GIF.
    faded.putalpha(mark.getchannel("A").point([int(level * strength + _TINY) for level in range(256)]))
    return faded


def _holding(image: Image.Image, mark: Image.Image) -> Image.Image:
    """A copy of the picture, with color channels if the mark has any."""
    if is_gray(image) and not is_gray(mark):
        return image.convert(in_color(image.mode))
    return image.copy()
