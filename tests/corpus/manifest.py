"""The manifest: where files come from (origins.jsonl), and what is true of each (rows.jsonl)."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from tests.corpus.answer import TOLERANCE, Answer

FOLDER = Path(__file__).parent
ORIGINS = FOLDER / "origins.jsonl"
ROWS = FOLDER / "rows.jsonl"
# What a user reported, and what is small and free, is here and in git.
KEPT = FOLDER / "kept"


@dataclass(frozen=True, slots=True)
class Origin:
    """A package as its ordinary client knows it: `kind` is debian (sources), pypi (sdist), npm, go or kept."""

    name: str
    kind: str
    package: str
    version: str
    # SHA-256 of the archive; of Go, the module's own sum; of Debian nothing, for apt checks it by Debian's signature.
    sum: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A file and the truth about it, and who says so."""

    origin: str
    path: str
    sha256: str
    license: str
    format: str
    truth: Answer
    reader: str
    # Where what is right here is something else than the reader's answer: what, and why.
    here: Answer | None = None
    why: str = ""
    tolerance: int = TOLERANCE
    # Its name in kept/, if a copy is there.
    kept: str = ""

    @property
    def name(self) -> str:
        """What tells it from others, in output and for --only."""
        return f"{self.format}/{self.origin}/{Path(self.path).name}"

    @property
    def wanted(self) -> Answer:
        """What imgsvc has to answer: the truth, but for what is right here."""
        if self.here is None:
            return self.truth
        if self.here.status != self.truth.status:
            return self.here
        changed = {name: value for name, value in asdict(self.here).items() if value is not None}
        still = {"last": None} if changed.get("frames") == 1 else {}
        return replace(self.truth, **changed | still)


def origins(path: Path = ORIGINS) -> dict[str, Origin]:
    """By name."""
    return {each["name"]: Origin(**each) for each in _lines(path)}


def rows(path: Path = ROWS) -> list[Row]:
    """In the manifest's order."""
    return [_row(each) for each in _lines(path)]


def written(row: Row) -> str:
    """Its line."""
    values = {each.name: getattr(row, each.name) for each in fields(row)}
    values |= {"truth": _said(row.truth), "here": row.here and _said(row.here)}
    left_out: dict[str, Any] = {"here": None, "why": "", "tolerance": TOLERANCE, "kept": ""}
    return json.dumps({name: value for name, value in values.items() if left_out.get(name, ...) != value})


def write(all_rows: Iterable[Row], path: Path = ROWS) -> None:
    """The whole manifest, sorted."""
    lines = sorted(all_rows, key=lambda row: (row.format, row.origin, row.path))
    path.write_text("".join(f"{written(row)}\n" for row in lines), "utf-8")


def _said(answer: Answer) -> dict[str, Any]:
    return {name: value for name, value in asdict(answer).items() if value is not None}


def _row(values: dict[str, Any]) -> Row:
    values["truth"] = _answer(values["truth"])
    values["here"] = _answer(values["here"]) if "here" in values else None
    return Row(**values)


def _answer(values: dict[str, Any]) -> Answer:
    if size := values.get("size"):
        values["size"] = (size[0], size[1])
    return Answer(**values)


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    for line in path.read_text("utf-8").splitlines():
        yield json.loads(line)
