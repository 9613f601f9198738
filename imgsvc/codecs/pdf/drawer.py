"""What draws PDF, in a process of its own, which begins with the first PDF that is asked for.

SECURITY: that process can open neither files nor connections and has little memory (confinement.py); it is ended when
its time is over, or where a document crashes it.
"""

import atexit
import json
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache

from PIL import Image

from imgsvc.codecs.pdf import pdfium
from imgsvc.options.geometry import Size
from imgsvc.runtime.child import Child, ChildError
from imgsvc.runtime.confinement import confine

# Beyond what a worker has: for what a document takes to be drawn, its pictures at full size among it.
_MEGABYTES = 512
_LINE_END = b"\n"


@dataclass(frozen=True, slots=True)
class Pages:
    """How many a document has, and from `first` on the sizes in points of those that were asked for."""

    count: int
    first: int
    sizes: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class _Sizing:
    """Asks for the sizes of so many pages from `first` on; beyond the last there is the last."""

    first: int
    most: int

    def done(self, document: pdfium.Document) -> bytes:
        count = document.count()
        first = min(self.first, count - 1)
        sizes = [document.size_of(page) for page in range(first, min(first + self.most, count))]
        return json.dumps((count, first, sizes)).encode()


@dataclass(frozen=True, slots=True)
class _Drawing:
    """Asks for rows of a page that is drawn at a size."""

    page: int
    width: int
    height: int
    top: int
    bottom: int
    has_alpha: bool

    def done(self, document: pdfium.Document) -> bytes:
        rows = range(self.top, self.bottom)
        return document.drawn(self.page, Size(self.width, self.height), rows, has_alpha=self.has_alpha)


_TASKS: Mapping[str, type[_Sizing] | type[_Drawing]] = {"sizing": _Sizing, "drawing": _Drawing}


@dataclass(slots=True)
class Drawer:
    """Draws pages of one document for as many seconds as it has, all in all."""

    data: bytes
    seconds: float
    # PERF: larger pictures are drawn part by part, each of which takes as long as what it shows.
    most_pixels: int = 16 << 20

    def pages(self, first: int, most: int) -> Pages:
        """What the document says of its pages; ChildError if it cannot be read."""
        count, at, sizes = json.loads(self._asked("sizing", _Sizing(first, most)))
        return Pages(count, at, tuple((width, height) for width, height in sizes))

    def drawn(self, page: int, size: Size, *, has_alpha: bool) -> Image.Image:
        """A page at a size, as RGBA or as RGB on white; ChildError if it cannot be drawn in time."""
        image = Image.new("RGBA" if has_alpha else "RGB", size)
        step = max(1, self.most_pixels // size.width)
        for top in range(0, size.height, step):
            bottom = min(top + step, size.height)
            pixels = self._asked("drawing", _Drawing(page, size.width, size.height, top, bottom, has_alpha))
            image.paste(Image.frombytes(image.mode, (size.width, bottom - top), pixels), (0, top))
        return image

    def _asked(self, kind: str, task: "_Sizing | _Drawing") -> bytes:
        if self.seconds <= 0:
            raise ChildError("it takes too long")
        began = time.monotonic()
        answer = _CHILD(json.dumps((kind, asdict(task))).encode() + _LINE_END + self.data, self.seconds)
        self.seconds -= time.monotonic() - began
        return answer


def _answer(question: bytes) -> bytes:  # pragma: no cover (in the child)
    _prepare()
    line, _, data = question.partition(_LINE_END)
    kind, fields = json.loads(line)
    task = _TASKS[kind](**fields)
    with pdfium.opened(data) as document:
        return task.done(document)


@cache
def _prepare() -> None:  # pragma: no cover (in the child)
    pdfium.load()
    confine(_MEGABYTES)


_CHILD = Child(_answer)
atexit.register(_CHILD.close)
