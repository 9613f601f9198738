"""Pillow-SIMD, and not something else in its place."""

from types import SimpleNamespace

import pytest
from PIL import Image

from imgsvc.codecs.engine import engine, simd_level, unpatched


def test_the_lock_installs_pillow_simd_alone() -> None:
    assert engine().fault is None


def test_the_simd_level_is_one_that_the_build_can_have() -> None:
    assert simd_level() in ("AVX2", "SSE4.2", "SSE4", "unknown")


PATCHED = {"png_rows": None, "unpack_lzw": None}


@pytest.mark.parametrize(
    ("image", "module", "fault"),
    [
        (Image.new("L", (1, 1)).im, PATCHED, None),
        (Image.new("L", (1, 1)).im, {}, "compiled without requirements/pillow-simd.patch"),
        (Image.new("L", (1, 1)).im, {"png_rows": None}, "compiled without requirements/pillow-simd.patch"),
        (object(), PATCHED, "compiled without requirements/pillow-simd.patch"),
        (SimpleNamespace(narrow=None, shrink=None), PATCHED, "compiled without requirements/pillow-simd.patch"),
    ],
)
def test_what_was_compiled_without_our_patch_is_a_fault(
    image: object, module: dict[str, object], fault: str | None
) -> None:
    found = unpatched(SimpleNamespace(new=lambda mode, size: image, **module))

    assert found == fault
