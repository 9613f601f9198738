"""What a format holds of a picture: a profile or sRGB, alpha or white, one frame or all, and how long they may last."""

from dataclasses import replace

from PIL import Image

from imgsvc.codecs.color.conversion import to_result
from imgsvc.codecs.picture import Picture
from imgsvc.options.formats import Format, Traits
from imgsvc.options.geometry import Size
from imgsvc.options.modes import has_alpha, is_gray, without_alpha

# libwebp adds the delays up in 32 bits.
_LONGEST_MS = 0x7FFFFFFF
# The JPEG XL plugin takes no profile.
_WITHOUT_PROFILE = frozenset({Format.JXL})
# These store gray as RGB, which a gray profile would not fit.
_WITHOUT_GRAY = frozenset({Format.JXL, Format.WEBP})


def writable(format_: Format, size: Size, *, has_alpha: bool) -> Format:
    """AVIF encoders refuse images below 16 pixels; a PNG or JPEG stands in."""
    if min(size) >= format_.traits.min_side:
        return format_
    return Format.PNG if has_alpha else Format.JPEG


def fitted(picture: Picture, format_: Format) -> Picture:
    """What the format can hold of it."""
    mode = picture.frames[0].mode
    holds_profile = format_.traits.icc and format_ not in (_WITHOUT_GRAY if is_gray(mode) else _WITHOUT_PROFILE)
    picture = _timed(to_result(picture, keep_profile=holds_profile), format_.traits)
    if format_.traits.alpha:
        return picture
    return picture.map(_on_white)


def _timed(picture: Picture, traits: Traits) -> Picture:
    """Frames that last as long as the format can say; what is repeated more often than it can count never ends."""
    if not picture.is_animated:
        return picture
    longest = min(traits.max_delay_ms, _LONGEST_MS // len(picture.frames))
    loop = picture.loop if picture.loop <= traits.max_loops else 0
    return replace(picture, delays_ms=tuple(min(delay, longest) for delay in picture.delays_ms), loop=loop)


def _on_white(frame: Image.Image) -> Image.Image:
    if not has_alpha(frame.mode):
        return frame
    opaque = Image.new(without_alpha(frame.mode), frame.size, "white")
    opaque.paste(frame.convert(opaque.mode), mask=frame.getchannel("A"))
    return opaque
