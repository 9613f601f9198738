"""Tells whether the imaging library that Python finds is the one that this program is built on.

Packages that depend on `pillow` can overwrite Pillow-SIMD's files without a word. The result works, slowly, and
with other rounding; so start-up asks, and refuses. It asks as well whether what it was compiled from had our patch, and
which libraries it is linked with, of which we call more than Pillow does.
"""

from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import PIL
from PIL import _imaging

from imgsvc.codecs.tiff import libtiff
from imgsvc.codecs.webp import libwebp, sequence

DISTRIBUTION = "pillow-simd"
# What an image, and the module, can do with the patch alone; the newest last.
_OURS, _MODULES = ("narrow", "shrink", "saturated"), ("png_rows", "unpack_lzw")
# Switches that requirements/prepare.sh may have compiled with, best first; -frecord-gcc-switches leaves them there.
_LEVELS = {b"-mavx2": "AVX2", b"-msse4.2": "SSE4.2", b"-msse4": "SSE4"}


@dataclass(frozen=True, slots=True)
class Engine:
    """The imaging library as found: `fault` is None, or a sentence on what is wrong and what to do."""

    version: str
    path: Path
    fault: str | None


def engine() -> Engine:
    """Look at what `import PIL` gave."""
    return Engine(PIL.__version__, Path(PIL.__file__).parent, _fault())


def _fault() -> str | None:
    wanted, other = _installed(DISTRIBUTION), _installed("pillow")
    remedy = "run `./serve --only-setup`, or reinstall with `pip install --require-hashes --no-deps`"
    if wanted is None:
        return f"{DISTRIBUTION} is not installed, and PIL is {PIL.__version__}: {remedy}"
    if other is not None:
        return f"pillow {other} is installed beside {DISTRIBUTION} {wanted}: uninstall both, then {remedy}"
    if PIL.__version__ != wanted:
        return f"PIL is {PIL.__version__}, but {DISTRIBUTION} {wanted} was installed: {remedy}"
    if found := unpatched(_imaging) or libtiff.fault() or libwebp.fault() or sequence.fault():
        return f"{DISTRIBUTION} {wanted} is {found}: {remedy}"
    return None


def unpatched(imaging: Any) -> str | None:
    """Whether Pillow's module lacks requirements/pillow-simd.patch, in words."""
    image = imaging.new("L", (1, 1))
    has_all = all(hasattr(image, name) for name in _OURS) and all(hasattr(imaging, name) for name in _MODULES)
    return None if has_all else "compiled without requirements/pillow-simd.patch"


def _installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def simd_level() -> str:
    """The instruction set that Pillow-SIMD was compiled for, read from its own binary."""
    binary = Path(str(_imaging.__file__)).read_bytes()
    return next((name for flag, name in _LEVELS.items() if flag in binary), "unknown")
