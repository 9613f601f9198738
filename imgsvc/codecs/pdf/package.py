"""Finds PDFium, which pypdfium2 brings along; nothing of either is loaded for that."""

import json
from importlib.util import find_spec
from pathlib import Path

_PACKAGE = find_spec("pypdfium2_raw")
HAS_PDFIUM = _PACKAGE is not None


def folder() -> Path:
    """Where its files are; OSError where there are none."""
    if _PACKAGE is None or _PACKAGE.origin is None:
        raise FileNotFoundError("the package pypdfium2 is not installed")
    return Path(_PACKAGE.origin).parent


def build() -> str:
    """Which PDFium it is."""
    return f"PDFium {json.loads((folder() / 'version.json').read_text('utf-8'))['build']}"
