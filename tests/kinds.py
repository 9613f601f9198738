"""One source of every kind: gray, of a palette, with alpha, of ink, deep, animated, turned by EXIF."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from PIL import Image

from tests.images import animated, encoded, exif, fading, gradient, noise, quadrants

SOURCES: dict[str, bytes] = {
    "gray": encoded(gradient(60, 40)),
    "palette": encoded(noise(60, 40).quantize(32)),
    "alpha": encoded(fading(60, 40, (200, 90, 30))),
    "gray with alpha": encoded(fading(60, 40, (90, 90, 90)).convert("LA")),
    "ink": encoded(noise(60, 40).convert("CMYK"), "jpg"),
    "16 bits": encoded(Image.fromarray((np.arange(2400, dtype=np.uint16) * 27).reshape(40, 60))),
    "frames": animated(2, width=60, height=40),
    "on its side": encoded(quadrants(60, 40), "jpg", exif=exif(6)),
}


def folder_of(sources: Mapping[str, bytes], folder: Path) -> Path:
    """`folder`, with all of them in it, blanks in their names being hyphens."""
    for name, body in sources.items():
        (folder / name.replace(" ", "-")).write_bytes(body)
    return folder
