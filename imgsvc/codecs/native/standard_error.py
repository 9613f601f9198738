"""Keeps what native code writes to standard error out of the log's stream: it is no line, and names no request.

libtiff, libraries in Rust that panic, x265 and others write there whatever they think of a picture. While they work the
descriptor leads to a file in memory. What stands in it becomes part of the error, which is logged with its request;
where there is no error nobody asks for it.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cache

from imgsvc.options.formats import Format

# PERF: Pillow's own code and libwebp write nothing, so the most frequent formats are spared the 8 us; what draws SVG
# has a process of its own, which is silent by itself.
_SILENT = frozenset({Format.JPEG, Format.PNG, Format.GIF, Format.WEBP, Format.BMP, Format.ICO, Format.SVG})
_DESCRIPTOR = 2
# Of what was written as much becomes part of an error.
_MOST_BYTES = 500

_is_captured = False


def captured(format_: Format) -> AbstractContextManager[Callable[[], str]]:
    """Let nothing reach standard error from a codec of this format; what is given tells what was written so far."""
    return nullcontext(str) if format_ in _SILENT else _captured()


@contextmanager
def _captured() -> Iterator[Callable[[], str]]:
    """Our own log has a descriptor of its own meanwhile (telemetry/stream.py), and so have last words."""
    global _is_captured
    if _is_captured:
        yield _said
        return
    try:
        before = os.dup(_DESCRIPTOR)
    except OSError:
        # There is no standard error.
        yield str
        return
    _is_captured = True
    os.dup2(_paper(os.getpid()), _DESCRIPTOR)
    try:
        yield _said
    finally:
        os.dup2(before, _DESCRIPTOR)
        os.close(before)
        _is_captured = False
        _clear()


@cache
def _paper(_process: int) -> int:
    """A file for each process, or a fork would write to its parent's."""
    return os.memfd_create("imgsvc-standard-error", os.MFD_CLOEXEC)


def _said() -> str:
    text = os.pread(_paper(os.getpid()), _MOST_BYTES, 0).decode("utf-8", "replace")
    return " ".join(text.split())


def _clear() -> None:
    paper = _paper(os.getpid())
    if os.fstat(paper).st_size:
        os.ftruncate(paper, 0)
        os.lseek(paper, 0, os.SEEK_SET)
