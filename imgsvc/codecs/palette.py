"""Reduces images to a palette."""

from PIL import Image, ImageChops

_OPAQUE_FROM = 128


def bits_for(colors: int) -> int:
    """The palette depth that holds this many colors: 1, 2, 4 or 8."""
    return next((bits for bits in (1, 2, 4) if colors <= 1 << bits), 8)


def rounded(bits: int) -> int:
    """A depth that palette files may have, no less than `bits`."""
    return next(depth for depth in (1, 2, 4, 8) if bits <= depth or depth == 8)


def quantized(image: Image.Image, bits: int) -> Image.Image:
    """The image in at most 2 to the power of `bits` colors, each with its own alpha."""
    return _reduced(image.convert("RGBA" if image.mode in ("LA", "RGBA") else "RGB"), 1 << bits)


def _reduced(image: Image.Image, colors: int) -> Image.Image:
    return image.quantize(colors, method=Image.Quantize.LIBIMAGEQUANT)


def with_binary_alpha(image: Image.Image, bits: int) -> Image.Image:
    """As `quantized` for GIF: a pixel is opaque or not there, and `info` names the index of those that are not.

    An image in a mode with alpha always has such an index, used or not: readers clear frames to it.
    """
    if image.mode not in ("LA", "RGBA"):
        return quantized(image, bits)
    alpha = image.getchannel("A").point([255 if each >= _OPAQUE_FROM else 0 for each in range(256)])
    colors = (1 << max(bits, 2)) - 1
    # Hidden colors would only take entries away from those that are seen.
    clean = Image.new("RGB", image.size)
    clean.paste(image.convert("RGB"), mask=alpha)
    reduced = _reduced(clean, colors)
    palette = (reduced.getpalette("RGB") or [])[: 3 * colors]
    index = len(palette) // 3
    reduced.putpalette([*palette, 0, 0, 0])
    reduced.paste(index, mask=ImageChops.invert(alpha))
    reduced.info["transparency"] = index
    return reduced
