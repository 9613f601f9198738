"""A row's draft: what an independent reader says of a file, and where imgsvc says otherwise."""

import hashlib
import re
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from imgsvc.codecs.sniff import sniff
from imgsvc.errors import RenderingError
from imgsvc.exit_codes import ExitCode
from imgsvc.options.formats import Format
from tests.corpus.answer import Answer, differences
from tests.corpus.manifest import KEPT, Row, write, written
from tests.corpus.manifest import rows as manifest_rows
from tests.corpus.readers import chromium
from tests.corpus.readers.converting import CONVERTERS, Converted, NoReaderError, libvips
from tests.corpus.rendering import Imgsvc

Converters = Mapping[str, Callable[[bytes], Converted]]
# As imgproxy does, where it is followed instead of browsers.
AS_IMGPROXY: Converters = {format_.word: libvips for format_ in Format if format_ is not Format.JXL}

# What browsers turn by themselves is turned here too; where the file says it otherwise, it is no orientation.
_TURNED = frozenset({"jpeg", "png", "webp"})


def draft(paths: Sequence[Path], origin: str, license_: str, say: Callable[..., object], *, keeps: bool) -> int:
    """Say a row for each file, and after it what imgsvc makes of it, if that is something else; keep both if asked."""
    try:
        rows = list(drafted([(path.name, path.read_bytes()) for path in paths], origin, license_))
    except (NoReaderError, chromium.NoChromiumError) as error:
        say(str(error))
        return ExitCode.UNAVAILABLE
    imgsvc = Imgsvc()
    for path, row in zip(paths, rows, strict=True):
        found, said = imgsvc.answer(path.read_bytes(), path.suffix)
        wrong = differences(row.truth, found)
        say(written(row), *(f"# imgsvc: {each}" for each in (*wrong, *([said] if wrong and said else []))))
    imgsvc.close()
    if keeps:
        _keep(paths, rows)
    return ExitCode.OK


def _keep(paths: Sequence[Path], rows: Sequence[Row]) -> None:
    for path in paths:
        shutil.copyfile(path, KEPT / path.name)
    write([*manifest_rows(), *(replace(row, kept=row.path) for row in rows)])


def drafted(
    files: Sequence[tuple[str, bytes]], origin: str, license_: str, converters: Converters = CONVERTERS
) -> Iterator[Row]:
    """Rows with what the readers say; a file that is no image at all has the status 422."""
    formats = [_format(name, body) for name, body in files]
    converted = [
        converters[word](body) if word in converters else None for word, (_, body) in zip(formats, files, strict=True)
    ]
    shown = [
        (each.png or b"", "png") if each else (body, word if word in chromium.TYPES else "png")
        for each, word, (_, body) in zip(converted, formats, files, strict=True)
    ]
    reader = chromium.version()
    for (name, body), word, first, answer in zip(files, formats, converted, chromium.answers(shown), strict=True):
        truth = _with(answer, first) if first else answer
        yield Row(
            origin=origin,
            path=name,
            sha256=hashlib.sha256(body).hexdigest(),
            license=license_,
            format=word,
            truth=truth if word in _TURNED else replace(truth, orientation=None),
            reader=first.reader if first else reader,
        )


def _format(name: str, body: bytes) -> str:
    """Told apart here too where imgsvc's own telling is a part of what is tested."""
    if body[4:8] == b"ftyp":
        brands = body[8 : int.from_bytes(body[:4], "big")]
        return "avif" if re.search(rb"avi[fs]", brands) else "heic"
    if body[:4] in (b"II+\0", b"MM\0+"):
        return "tiff"
    try:
        return sniff(body, name, "").word
    except RenderingError:
        return "unknown"


def _with(answer: Answer, converted: Converted) -> Answer:
    """What the PNG shows, with what the reader said beside it."""
    if answer.status != 200:
        return answer
    return replace(answer, orientation=converted.orientation, frames=converted.frames or answer.frames)
