"""What this installation can do, what is missing, and how to get it: `imgsvc doctor`."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from imgsvc import __version__
from imgsvc.codecs.capabilities import Capability, capabilities
from imgsvc.codecs.engine import engine, simd_level
from imgsvc.options.formats import Format
from imgsvc.runtime.scope import Scope
from imgsvc.source_url import SourceUrl
from imgsvc.sources.diagnosis import look
from imgsvc.sources.source import Source

# SVG is drawn, and passed on; it is made of nothing else. PSD is what people work on.
_READ_ONLY = frozenset({Format.SVG, Format.PSD})


@dataclass(frozen=True, slots=True)
class Finding:
    """One subject, whether all is well with it, and what to know or do."""

    subject: str
    statement: str
    is_well: bool = True


def diagnose() -> list[Finding]:
    """Look at everything that a request depends on."""
    return [
        Finding("imgsvc", f"{__version__} on Python {sys.version.split()[0]}"),
        _engine(),
        _simd(),
        *(Finding(name, version(name)) for name in ("gunicorn", "falcon", "requests")),
        *map(_format, capabilities()),
    ]


def ways(sources: Source, url: str, is_allowed: Callable[[SourceUrl], bool], scope: Scope) -> Iterator[Finding]:
    """Each step to a source image as it is done, with its time; the one that fails is the last."""
    for step in look(sources, SourceUrl.parse(url), is_allowed, scope):
        yield Finding(step.subject, f"{step.seconds * 1000:.0f} ms: {step.statement}", step.is_well)


def _engine() -> Finding:
    found = engine()
    return Finding("Pillow-SIMD", found.fault or f"{found.version} in {found.path}", is_well=found.fault is None)


def _simd() -> Finding:
    level = simd_level()
    has_avx2 = "avx2" in _cpu_flags()
    if has_avx2 and level != "AVX2":
        advice = f"{level}, but this CPU has AVX2: rebuild with `./serve --only-setup`"
        return Finding("SIMD level", advice, is_well=level == "unknown")
    return Finding("SIMD level", level)


def _cpu_flags() -> frozenset[str]:
    try:
        lines = Path("/proc/cpuinfo").read_text("ascii", "replace").splitlines()
    except OSError:
        return frozenset()
    return frozenset(next((line for line in lines if line.startswith("flags")), "").split())


def _format(found: Capability) -> Finding:
    verbs = [verb for verb, able in (("reads", found.reads), ("writes", found.writes)) if able]
    statement = f"{' and '.join(verbs) or 'neither reads nor writes'}: {found.library}"
    is_well = found.reads and (found.writes or found.format in _READ_ONLY)
    advice = "" if is_well else "; install the locked packages with `./serve --only-setup`"
    return Finding(found.format.word, statement + advice, is_well=is_well)
