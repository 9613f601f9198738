"""Finds the few colors for many through the libimagequant that Pillow is linked with.

Pillow has it dither with all its strength: dots of which a third is as good cost bytes, and are seen.
"""

import ctypes
from collections.abc import Sequence
from functools import cache

from PIL import Image, _imaging

from imgsvc.codecs.native.linked import library_of

_MOST_COLORS = 256
_FUNCTIONS: dict[str, tuple[type | None, tuple[type, ...]]] = {
    "liq_attr_create": (ctypes.c_void_p, ()),
    "liq_attr_destroy": (None, (ctypes.c_void_p,)),
    "liq_set_max_colors": (ctypes.c_int, (ctypes.c_void_p, ctypes.c_int)),
    "liq_image_create_rgba": (
        ctypes.c_void_p,
        (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int, ctypes.c_int, ctypes.c_double),
    ),
    "liq_image_destroy": (None, (ctypes.c_void_p,)),
    "liq_image_quantize": (ctypes.c_int, (ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)),
    "liq_result_destroy": (None, (ctypes.c_void_p,)),
    "liq_set_dithering_level": (ctypes.c_int, (ctypes.c_void_p, ctypes.c_float)),
    "liq_write_remapped_image": (
        ctypes.c_int,
        (ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t),
    ),
    "liq_get_palette": (ctypes.c_void_p, (ctypes.c_void_p,)),
}


class _Palette(ctypes.Structure):
    _fields_ = (("count", ctypes.c_uint), ("entries", ctypes.c_uint8 * (4 * _MOST_COLORS)))


def dithered(image: Image.Image, colors: int, strengths: Sequence[float]) -> list[Image.Image]:
    """An RGB or RGBA image in at most so many colors, once for each strength of dithering from 0 to 1."""
    library, held = _library(), list[tuple[str, int]]()

    def hold(kind: str, pointer: int | None) -> int:
        if not pointer:
            raise OSError(f"libimagequant makes no {kind} of {image.size} in {colors} colors")
        held.append((kind, pointer))
        return pointer

    # It is not copied there, and read as long as the image is.
    pixels = (image if image.mode == "RGBA" else image.convert("RGBA")).tobytes()
    try:
        attr = hold("attr", library.liq_attr_create())
        if library.liq_set_max_colors(attr, colors):
            raise OSError(f"libimagequant has no palettes of {colors} colors")
        taken = hold("image", library.liq_image_create_rgba(attr, pixels, *image.size, 0))
        result = ctypes.c_void_p()
        library.liq_image_quantize(taken, attr, ctypes.byref(result))
        found = hold("result", result.value)
        return [_drawn(image.size, found, taken, strength) for strength in strengths]
    finally:
        for kind, pointer in reversed(held):
            getattr(library, f"liq_{kind}_destroy")(pointer)


def _drawn(size: tuple[int, int], result: int, taken: int, strength: float) -> Image.Image:
    indices = ctypes.create_string_buffer(size[0] * size[1])
    _library().liq_set_dithering_level(result, strength)
    if _library().liq_write_remapped_image(result, taken, indices, len(indices)):
        raise OSError(f"libimagequant does not draw {size}")
    palette = _Palette.from_address(_library().liq_get_palette(result))
    drawn = Image.frombytes("P", size, indices.raw)
    drawn.putpalette(bytes(palette.entries[: 4 * palette.count]), "RGBA")
    return drawn


@cache
def _library() -> ctypes.CDLL:
    library = library_of(_imaging)
    for name, (returned, taken) in _FUNCTIONS.items():
        function = getattr(library, name)
        function.restype, function.argtypes = returned, taken
    return library
