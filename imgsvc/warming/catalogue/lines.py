"""A list of source URLs: a line each, of a file or of standard input."""

import sys
from collections.abc import Iterator
from pathlib import Path

from imgsvc.warming.units import Unit

STDIN = "-"


def listed(name: str) -> Iterator[Unit]:
    """What is in the lines, one at a time; empty ones and those that begin with # are passed over."""
    if name == STDIN:
        yield from _units(line.rstrip("\n") for line in sys.stdin)
        return
    with Path(name).open(encoding="utf-8", errors="surrogateescape", newline="\n") as file:
        yield from _units(line.rstrip("\r\n") for line in file)


def _units(lines: Iterator[str]) -> Iterator[Unit]:
    for line in lines:
        if (text := line.strip()) and not text.startswith("#"):
            yield Unit(text)
