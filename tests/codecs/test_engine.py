"""Pillow-SIMD, and not something else in its place."""

from imgsvc.codecs.engine import engine, simd_level


def test_the_lock_installs_pillow_simd_alone() -> None:
    assert engine().fault is None


def test_the_simd_level_is_one_that_the_build_can_have() -> None:
    assert simd_level() in ("AVX2", "SSE4.2", "SSE4", "unknown")
