"""Drawings of a folder beside Chromium's, or a suite beside its PNGs: `python -m tests.codecs.svg.against FOLDER`.

A drawing is near if the means of 8x8 pixels differ by at most 16 of 255 in 99 % of them. The folders in the folder are
the kinds; text is taken out of all before anybody draws them. With --suite, each drawing's truth is the PNG beside it,
and only those count which resvg by itself draws so; with --resvg those which it draws as Chromium does.
"""

import argparse
import random
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from imgsvc.errors import RenderingError
from imgsvc.runtime.child import Child
from tests.codecs.svg.against.drawing import draw_plainly, has_files_beside, opened, ours, plainly, without_text
from tests.codecs.svg.against.nearness import SHARE, far_blocks, is_near
from tests.codecs.svg.against.sheets import write_sheets
from tests.corpus.readers import chromium

NOTHING = Image.new("RGBA", (8, 8), "#f0f")


@dataclass(frozen=True, slots=True)
class Beside:
    """A drawing: the share of its blocks that are far from the truth, and both pictures."""

    path: Path
    far: float
    truth: Image.Image
    found: Image.Image
    note: str = ""


def main(arguments: Sequence[str]) -> None:
    """Compare, say it, and write the sheets."""
    chosen = _options(arguments)
    files = _files(chosen.folder, chosen.choose, chosen.seed)
    found = list(_suite(files) if chosen.suite else _real(files, chosen.side, has_text=chosen.text))
    if chosen.resvg:
        child = Child(draw_plainly)
        found = [each for each in found if _is_drawn_so(_body(each.path, chosen.text), each.path, each.truth, child)]
        child.close()
    _tell(found, chosen.folder)
    worst = sorted((each for each in found if each.far > SHARE), key=lambda each: -each.far)
    pairs = [(f"{each.path.relative_to(chosen.folder)} {each.far:.3f}", each.truth, each.found) for each in worst]
    for sheet in write_sheets(chosen.out, pairs, max((max(each.truth.size) for each in worst), default=0)):
        _say(str(sheet))


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m tests.codecs.svg.against", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--suite", action="store_true", help="the truth is the PNG beside each drawing")
    parser.add_argument("--resvg", action="store_true", help="count those that resvg by itself draws as Chromium")
    parser.add_argument("--choose", type=int, default=0, help="so many of all kinds alike, and not all")
    parser.add_argument("--seed", type=int, default=24, help="of what is chosen")
    parser.add_argument("--side", type=int, default=256, help="pixels of a drawing's longer side")
    parser.add_argument("--text", action="store_true", help="leave the text in")
    parser.add_argument("--out", type=Path, default=Path("build/against"), help="where the sheets are put")
    return parser.parse_args(arguments)


def _files(folder: Path, count: int, seed: int) -> list[Path]:
    """All drawings, or so many: of each kind as many as there are, or as of the others."""
    kinds = defaultdict[str, list[Path]](list)
    for path in sorted(path for path in folder.rglob("*.svg") if path.is_file()):
        kinds[_kind(path, folder)].append(path)
    if not count:
        return [path for kind in kinds.values() for path in kind]
    waiting = sorted(kinds.values(), key=len)
    taken = list[Path]()
    while waiting:
        share = (count - len(taken)) // len(waiting)
        kind = waiting.pop(0)
        taken += random.Random(seed).sample(kind, min(share, len(kind)))
    return taken


def _kind(path: Path, folder: Path) -> str:
    return path.relative_to(folder).parts[0]


def _real(files: Sequence[Path], side: int, *, has_text: bool) -> Iterator[Beside]:
    """Beside Chromium's."""
    bodies = [_body(path, has_text) for path in files]
    pictures = [_drawn(body, f"rs:fit:{side}:{side}:1") for body in bodies]
    shown = chromium.drawings(
        [(body, picture.size) for body, (picture, _) in zip(bodies, pictures, strict=True)],
    )
    for path, (picture, note), png in zip(files, pictures, shown, strict=True):
        if png is None:
            yield Beside(path, float(not note), NOTHING, picture, f"Chromium refuses it; {note}")
        else:
            truth = opened(png)
            yield Beside(path, 1.0 if note else far_blocks(truth, picture), truth, picture, note)


def _suite(files: Sequence[Path]) -> Iterator[Beside]:
    """Beside the PNGs; where that is not what comes out, Chromium's word is said too."""
    child = Child(draw_plainly)
    truths = {
        path: opened(path.with_suffix(".png").read_bytes()) for path in files if path.with_suffix(".png").is_file()
    }
    passed = {path: truth for path, truth in truths.items() if _is_drawn_so(path.read_bytes(), path, truth, child)}
    child.close()
    far = list[tuple[Path, bytes, Image.Image, Image.Image, str]]()
    for path, truth in passed.items():
        body = path.read_bytes()
        picture, note = _drawn(body, f"rs:force:{truth.width}:{truth.height}:1")
        if not note and is_near(truth, picture):
            yield Beside(path, far_blocks(truth, picture), truth, picture)
        else:
            note = note or ("it shows files beside it" if has_files_beside(body) else "")
            far.append((path, body, truth, picture, note))
    shown = chromium.drawings([(body, truth.size) for _, body, truth, _, _ in far])
    for (path, _, truth, picture, note), png in zip(far, shown, strict=True):
        word = opened(png) if png else NOTHING
        as_ = [name for name, each in (("imgsvc", picture), ("resvg", truth)) if is_near(word, each)]
        said = f"Chromium draws it as {' and '.join(as_) or 'neither'}"
        yield Beside(path, far_blocks(truth, picture), truth, picture, "; ".join(filter(None, (note, said))))


def _body(path: Path, has_text: bool) -> bytes:
    body = path.read_bytes()
    return body if has_text else without_text(body)


def _is_drawn_so(body: bytes, path: Path, truth: Image.Image, child: Child) -> bool:
    """Whether resvg draws that by itself, at whatever size."""
    found = plainly(body, path.parent, child)
    return found is not None and is_near(truth, found.resize(truth.size))


def _drawn(body: bytes, options: str) -> tuple[Image.Image, str]:
    try:
        return ours(body, options), ""
    except RenderingError as error:
        return NOTHING, f"{error.status}: {error}"


def _tell(found: Sequence[Beside], folder: Path) -> None:
    kinds = defaultdict[str, list[Beside]](list)
    for each in found:
        kinds[_kind(each.path, folder)].append(each)
    for each in sorted(found, key=lambda each: -each.far):
        if each.far > SHARE:
            _say(f"{each.far:.3f} {each.path.relative_to(folder)} {each.note}".rstrip())
    for kind, some in sorted(kinds.items()):
        _say(f"{kind}: {_share(some)}")
    _say(f"all: {_share(found)}")


def _share(found: Sequence[Beside]) -> str:
    near = sum(each.far <= SHARE for each in found)
    return f"{near} of {len(found)} near, {near / max(1, len(found)):.1%}"


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
