"""Reduces images to a palette."""

from PIL import Image

_OPAQUE_FROM = 128


def bits_for(colors: int) -> int:
    """The palette depth that holds this many colors: 1, 2, 4 or 8."""
    return next((bits for bits in (1, 2, 4) if colors <= 1 << bits), 8)


def rounded(bits: int) -> int:
    """A depth that palette files may have, no less than `bits`."""
    return next(depth for depth in (1, 2, 4, 8) if bits <= depth or depth == 8)


def quantized(image: Image.Image, bits: int) -> Image.Image:
    """The image in at most 2 to the power of `bits` colors, each with its own alpha."""
    colors = image.convert("RGBA" if image.mode in ("LA", "RGBA") else "RGB")
    return colors.quantize(1 << bits, method=Image.Quantize.LIBIMAGEQUANT)


def with_binary_alpha(image: Image.Image, bits: int) -> Image.Image:
    """As `quantized` for GIF: a pixel is opaque or not there, and `info` names the index of those that are not."""
    if image.mode not in ("LA", "RGBA"):
        return quantized(image, bits)
    alpha = image.getchannel("A").point([255 if each >= _OPAQUE_FROM else 0 for each in range(256)])
    # Hidden colors would only take entries away from those that are seen.
    clean = Image.new("RGBA", image.size)
    clean.paste(image.convert("RGB"), mask=alpha)
    reduced = quantized(clean, bits)
    palette = reduced.getpalette("RGBA") or []
    index = next((i for i, each in enumerate(palette[3::4]) if each < _OPAQUE_FROM), None)
    reduced.putpalette([each for i, each in enumerate(palette) if i % 4 != 3])
    if index is not None:
        reduced.info["transparency"] = index
    return reduced
