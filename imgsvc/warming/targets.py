"""Where renditions go: the store of results, a tree of files, or nowhere."""

import errno
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Protocol
from urllib.parse import quote

from imgsvc.errors import RenderingError
from imgsvc.keeping.freshness import conditions_of, may_be_kept
from imgsvc.keeping.lookup import Lookup
from imgsvc.keeping.storage import MAX_BYTES
from imgsvc.options.formats import BY_WORD
from imgsvc.rendition import Job, Rendition
from imgsvc.results.results import Kept, Results, asking
from imgsvc.source_url import SourceUrl
from imgsvc.warming.units import Wish

STORE, NOWHERE = "store", "nowhere"
_SCHEME = "file://"
_FIELD = re.compile(r"\{(\w*)\}")
_FIELDS = frozenset({"path", "preset", "format", "accept", "hash"})
_LOOKUP_SECONDS = 10.0
_WRITE_SECONDS = 30.0
_UNFINISHED = ".new"
_LARGE_BYTES = 1 << 20


class TargetError(Exception):
    """A rendition cannot be put where it belongs just now."""


class NotKeptError(Exception):
    """The target takes no such rendition, today or tomorrow."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What a target has of a rendition; with `conditions` it holds only if the source says so when it is asked."""

    conditions: Mapping[str, str] = field(default_factory=dict)
    kept: Kept | None = None


class Target(Protocol):
    """Takes the renditions of one process."""

    def find(self, wish: Wish, job: Job) -> Standing | None:
        """What stands there of this rendition."""

    def put(self, wish: Wish, made: Rendition, ago: float = 0.0) -> None:
        """Put it there, or raise a TargetError or NotKeptError; its source was asked so many seconds ago."""

    def renew(self, found: Standing, told: Mapping[str, str], ago: float = 0.0) -> None:
        """The source, asked so many seconds ago, says with these headers that it still holds."""

    def finish(self) -> None:
        """Return when all that was put stands; TargetError where something does not."""


class StoreTarget:
    """RESULT_STORE, under the very keys by which the server looks."""

    def __init__(self, results: Results) -> None:
        self._results = results

    def find(self, wish: Wish, job: Job) -> Standing | None:
        """What the server would answer with; one that is old without validators is none."""
        kept = self._results.look_up(job, _LOOKUP_SECONDS)
        if kept is Lookup.FAILED:
            raise TargetError("the store cannot be asked for what it has")
        if not isinstance(kept, Kept):
            return None
        if kept.is_fresh:
            return Standing()
        conditions = conditions_of(kept.entry.source_headers)
        return Standing(asking(job, kept).request.source_headers, kept) if conditions else None

    def put(self, wish: Wish, made: Rendition, ago: float = 0.0) -> None:
        """Write it where that takes no time to speak of, or have it written: `finish` tells whether it was."""
        if not made.job.key:
            raise NotKeptError(f"no result is kept of {wish.label}: it is raw, has a watermark by URL, or says so")
        if not may_be_kept(made.source_headers):
            raise NotKeptError("the source's Cache-Control lets nobody keep what is made of it")
        if len(made.body) >= MAX_BYTES:
            raise NotKeptError(f"a store keeps no result of {len(made.body)} bytes")
        if self._results.is_at_hand:
            # PERF: handing it to a thread and waiting for that takes a twentieth of all on a busy machine.
            self._put(made, ago)
            return
        # There is room for so much behind the writer's back.
        if len(made.body) > _LARGE_BYTES:
            self.finish()
        self._results.keep(made, float("inf"), ago)

    def renew(self, found: Standing, told: Mapping[str, str], ago: float = 0.0) -> None:
        """Write down that it holds."""
        if found.kept:
            self._results.renewed(found.kept, told, ago=ago)

    def finish(self) -> None:
        """Wait for the writer."""
        if not self._results.writer.wait(_WRITE_SECONDS):
            raise TargetError(f"the store took more than {_WRITE_SECONDS:g} s to keep a result")
        if self._results.writer.take_lost():
            raise TargetError("the store could not keep a result")

    def _put(self, made: Rendition, ago: float) -> None:
        try:
            self._results.put(made, ago)
        except (OSError, RenderingError) as error:
            raise TargetError(f"the store could not keep a result: {error}") from error


class Template:
    """`file:///folder/{path}/{preset}.{format}`: where each rendition of each source goes."""

    def __init__(self, text: str) -> None:
        """ValueError says what is wrong with it."""
        head = text.removeprefix(_SCHEME).partition("{")[0]
        unknown = set(_FIELD.findall(text)) - _FIELDS
        self.fields = frozenset(_FIELD.findall(text))
        if not text.startswith(_SCHEME + "/") or unknown:
            raise ValueError(f"file:///folder and fields of {', '.join(sorted(_FIELDS))}")
        if not self.fields & {"path", "hash"}:
            raise ValueError("{path} or {hash} in it, or all sources would be one file")
        self.root = Path(head[: head.rfind("/") + 1])
        self._rest = text.removeprefix(_SCHEME)[len(str(self.root)) :].lstrip("/")

    def check(self, wishes: tuple[Wish, ...]) -> None:
        """ValueError where two wishes would be one file, or it would not be known whose file stands there."""
        told = [(each.name, each.extension, each.accepted) for each in wishes]
        seen = [
            (name, extension if "format" in self.fields else "", accepted if "accept" in self.fields else None)
            for name, extension, accepted in told
        ]
        if "preset" not in self.fields and "hash" not in self.fields:
            seen = [("", *each[1:]) for each in seen]
        names = [each[0] for each in seen]
        is_unclear = any(not each[1] and names.count(each[0]) > 1 and each[2] is None for each in seen)
        if len(set(seen)) < len(seen) or is_unclear:
            raise ValueError("{preset}, {format} and {accept} in it, as far as the wishes differ by them")

    def path(self, wish: Wish, job: Job, extension: str) -> Path:
        """Where a rendition goes; NotKeptError where that would be out of the folder."""
        values = {
            "path": _path(job.source),
            "preset": quote(wish.name, safe=" ,;=+~@:"),
            "format": extension,
            "accept": "-".join(sorted(each.word for each in wish.accepted)) or "any",
            "hash": sha256(
                f"{job.source.text}\n{wish.label}\n{wish.options}".encode("utf-8", "surrogateescape")
            ).hexdigest()[:16],
        }
        relative = _FIELD.sub(lambda match: values[match[1]], self._rest)
        # SECURITY: source URLs are strangers' words, and name no place outside of the folder.
        if "\0" in relative or any(each in ("", ".", "..") for each in relative.split("/")):
            raise NotKeptError(f"{job.source} would be a file out of {self.root}")
        return self.root / relative


class FileTarget:
    """Files to be served as they are, each whole or absent."""

    def __init__(self, template: Template) -> None:
        self._template = template

    def find(self, wish: Wish, job: Job) -> Standing | None:
        """The file, where there is one; of which format it is, is not known before the picture is."""
        words = [job.options.format.word] if job.options.format else sorted(BY_WORD)
        has_any = any(_has(self._template.path(wish, job, word)) for word in words)
        return Standing() if has_any else None

    def put(self, wish: Wish, made: Rendition, ago: float = 0.0) -> None:
        """Write it, and move it to its place once it is on the disk."""
        path = self._template.path(wish, made.job, made.format.word)
        try:
            _write(path, made.body)
        except OSError as error:
            kind = NotKeptError if error.errno == errno.ENAMETOOLONG else TargetError
            raise kind(f"{path}: {error.strerror or error}") from error

    def renew(self, found: Standing, told: Mapping[str, str], ago: float = 0.0) -> None:
        """It stands as it is."""

    def finish(self) -> None:
        """It stands already."""


class Nowhere:
    """For a trial: what is made is forgotten."""

    def find(self, wish: Wish, job: Job) -> Standing | None:
        """Nothing is there."""
        return None

    def put(self, wish: Wish, made: Rendition, ago: float = 0.0) -> None:
        """Forget it."""

    def renew(self, found: Standing, told: Mapping[str, str], ago: float = 0.0) -> None:
        """There is nothing to renew."""

    def finish(self) -> None:
        """There is nothing to wait for."""


def create_target(text: str, results: Results | None) -> Target:
    """The one that the command line names; ValueError where there is none such."""
    if text == NOWHERE:
        return Nowhere()
    if text != STORE:
        return FileTarget(Template(text))
    if results is None:
        raise ValueError("RESULT_STORE to be set, for `store` is that")
    return StoreTarget(results)


def _path(source: SourceUrl) -> str:
    """Host or bucket, path and query, so that no two sources have one; nothing in it is above, or nothing at all."""
    text = source.netloc + source.target if source.is_http else source.path.lstrip("/")
    return "/".join({"": "%", ".": "%2E", "..": "%2E%2E"}.get(each, each) for each in text.split("/"))


def _has(path: Path) -> bool:
    try:
        return path.stat().st_size > 0
    except (OSError, ValueError):
        return False


def _write(path: Path, body: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, prefix=".", suffix=_UNFINISHED, delete=False) as file:
        try:
            file.write(body)
            file.flush()
            # Web servers of other users read it.
            os.fchmod(file.fileno(), 0o644)
            # A machine that loses its power keeps no file that is there and empty.
            os.fdatasync(file.fileno())
            Path(file.name).replace(path)
        except BaseException:
            with suppress(OSError):
                Path(file.name).unlink()
            raise
