"""`./check corpus`: real files of others, held to what an independent reader says of each.

The manifest (tests/corpus/rows.jsonl) says where each is from; they are fetched into a cache outside git, once.
"""

import argparse
import os
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from imgsvc.exit_codes import ExitCode
from tests.corpus import manifest
from tests.corpus.answer import differences
from tests.corpus.cache import Cache, default_folder
from tests.corpus.drafting import draft
from tests.corpus.manifest import Row
from tests.corpus.packages import members
from tests.corpus.rendering import Imgsvc


def main(arguments: Sequence[str]) -> int:
    """Fetch what is missing, ask imgsvc of every file, and tell where it differs; or draft rows."""
    chosen = _options(arguments)
    if chosen.draft:
        return draft(chosen.draft, chosen.origin, chosen.license, say, keeps=chosen.keep)
    cache = Cache(chosen.cache)
    rows = [row for row in manifest.rows() if chosen.only in row.name]
    failed = cache.fetch(rows, manifest.origins(), members, say)
    bad = _asked(rows, cache)
    for sentence in failed:
        say(f"not fetched: {sentence}")
    counts = Counter(row.format for row in rows)
    say("", ", ".join(f"{count} {format_}" for format_, count in sorted(counts.items())))
    say(f"{len(rows) - bad} passed, {bad} failed")
    return ExitCode.NO if bad or failed or not rows else ExitCode.OK


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("./check corpus", description=__doc__)
    parser.add_argument("--only", default="", help="rows whose name has this in it: jpeg/, or pypi:pillow/")
    parser.add_argument("--cache", type=Path, default=default_folder(os.environ), help="where the files are kept")
    parser.add_argument("--draft", type=Path, nargs="+", metavar="FILE", help="print rows for these files instead")
    parser.add_argument("--keep", action="store_true", help="with --draft: put file and row into the manifest")
    parser.add_argument("--origin", default="report", help="with --draft: where they are from")
    parser.add_argument("--license", default="unknown", help="with --draft: by what license they may be kept")
    return parser.parse_args(arguments)


def _asked(rows: Sequence[Row], cache: Cache) -> int:
    """Say what is wrong with which row; of how many."""
    imgsvc, bad = Imgsvc(), 0
    try:
        for number, row in enumerate(rows, 1):
            if sys.stdout.isatty():
                sys.stdout.write(f"\r{number}/{len(rows)} ")
            if wrong := _wrong(row, cache.body(row), imgsvc):
                bad += 1
                say(f"FAILED {row.name}", *(f"    {each}" for each in wrong))
    finally:
        imgsvc.close()
    return bad


def _wrong(row: Row, body: bytes | None, imgsvc: Imgsvc) -> list[str]:
    if body is None:
        return ["the file is not there"]
    found, said = imgsvc.answer(body, Path(row.path).suffix)
    told = differences(row.wanted, found, row.tolerance)
    return [*told, *([said] if said else []), f"{row.reader} says otherwise; {row.origin}, {row.path}"] if told else []


def say(*lines: str) -> None:
    """To whoever watches."""
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
