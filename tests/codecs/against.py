"""Animations beside imgproxy's: `python -m tests.codecs.against [IMGPROXY]`.

It says of each file its bytes, and how alike its frames look to those of the source on average, beside what was
recorded of imgproxy; a program that is named is asked anew, and against.json written.
"""

import hashlib
import io
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import requests
from PIL import Image, ImageSequence

from bench.processes import Command, Program
from bench.servers.ssim import ssim
from imgsvc.codecs.gif.composition import composed
from imgsvc.codecs.gif.header import layout
from imgsvc.codecs.headers.extent import Extent
from imgsvc.security.settings import LimitSettings
from tests.codecs.animations import ANIMATIONS
from tests.ports import free_port
from tests.renderers import renderer, rendition

RECORDED = Path(__file__).with_name("against.json")
# As they are, and smaller.
SIZES = (0, 96)
FORMATS = ("gif", "webp")
_MOST_FRAMES = 99
_PATIENCE_SECONDS = 20


class Figures(NamedTuple):
    """Of one file."""

    bytes: int
    likeness: float


def name_of(animation: str, size: int, word: str) -> str:
    """What is asked for, in the record."""
    return f"{animation} {size} {word}"


def recorded() -> dict[str, Figures]:
    """What imgproxy made."""
    return {name: Figures(*each) for name, each in json.loads(RECORDED.read_text("ascii"))["imgproxy"].items()}


def sources() -> dict[str, str]:
    """A digest of each animation that it was made of."""
    found: dict[str, str] = json.loads(RECORDED.read_text("ascii"))["sources"]
    return found


def digest(animation: str) -> str:
    """Of the animation as it is drawn now."""
    return hashlib.sha256(ANIMATIONS[animation]()).hexdigest()[:16]


def made(folder: Path, animation: str, size: int, word: str) -> bytes:
    """What imgsvc makes of an animation, as its URL says."""
    (folder / f"{animation}.gif").write_bytes(ANIMATIONS[animation]())
    made_by = renderer(folder, limits=LimitSettings(max_animation_frames=_MOST_FRAMES))
    return rendition(made_by, f"/_{_path(animation, size, word)}").body


def figures(animation: str, body: bytes) -> Figures:
    """How a file made of it comes out; ValueError if frames are missing."""
    shown = _frames(body)
    wanted = [_resized(each, shown[0].size) for each in _frames(ANIMATIONS[animation]())]
    likeness = [ssim(one, other) for one, other in zip(shown, wanted, strict=True)]
    return Figures(len(body), sum(likeness) / len(likeness))


def _path(animation: str, size: int, word: str) -> str:
    return f"/rs:fit:{size}:{size}/plain/local:///{animation}.gif@{word}"


def _frames(body: bytes) -> Sequence[Image.Image]:
    if body.startswith(b"GIF"):
        return list(composed(body, layout(body, Extent(1 << 62), _MOST_FRAMES)))
    return [frame.convert("RGBA") for frame in ImageSequence.Iterator(Image.open(io.BytesIO(body)))]


def _resized(frame: Image.Image, size: tuple[int, int]) -> Image.Image:
    if frame.size == size:
        return frame
    if frame.mode != "RGBA":
        return frame.resize(size, Image.Resampling.LANCZOS)
    return frame.convert("RGBa").resize(size, Image.Resampling.LANCZOS).convert("RGBA")


@contextmanager
def imgproxy(
    binary: Path, folder: Path, settings: Mapping[str, str] = MappingProxyType({})
) -> Iterator[Callable[[str], bytes]]:
    """It, with the pictures of a folder for sources; what is given asks it."""
    port = free_port()
    environment = {
        "IMGPROXY_BIND": f"127.0.0.1:{port}",
        "IMGPROXY_LOCAL_FILESYSTEM_ROOT": str(folder),
        "IMGPROXY_MAX_ANIMATION_FRAMES": str(_MOST_FRAMES),
        **settings,
    }
    with Program(Command([str(binary)], binary.parent, environment), folder / "log"), requests.Session() as session:
        session.trust_env = False

        def ask(path: str) -> bytes:
            answer = session.get(f"http://127.0.0.1:{port}{path}", timeout=_PATIENCE_SECONDS)
            answer.raise_for_status()
            return answer.content

        end = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < end:
            with suppress(requests.ConnectionError):
                ask("/health")
                break
            time.sleep(0.05)
        yield ask


def say(name: str, ours: Figures, theirs: Figures) -> None:
    """Print a line of both."""
    share = ours.bytes / theirs.bytes
    sys.stdout.write(f"{name:26}{ours.bytes:8}{share:7.3f}  {ours.likeness:.5f} beside {theirs.likeness:.5f}\n")


def _record(binary: Path, folder: Path) -> None:
    for name, draw in ANIMATIONS.items():
        (folder / f"{name}.gif").write_bytes(draw())
    with imgproxy(binary, folder) as ask:
        found = {
            name_of(name, size, word): figures(name, ask("/_" + _path(name, size, word)))
            for name in ANIMATIONS
            for size in SIZES
            for word in FORMATS
        }
    written = {"sources": {name: digest(name) for name in ANIMATIONS}, "imgproxy": found}
    RECORDED.write_text(json.dumps(written, indent=1) + "\n", "ascii")


def _compare(folder: Path) -> None:
    beside = recorded()
    for animation in ANIMATIONS:
        for size in SIZES:
            for word in FORMATS:
                name = name_of(animation, size, word)
                say(name, figures(animation, made(folder, animation, size, word)), beside[name])


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        if sys.argv[1:]:
            _record(Path(sys.argv[1]).resolve(), Path(place))
        _compare(Path(place))
