"""What imgsvc makes of a drawing, and what resvg makes of it by itself."""

import io
import re
from functools import cache
from pathlib import Path

import resvg
from PIL import Image

from imgsvc.codecs.svg.drawer import quietly
from imgsvc.rendition import RenderRequest, Rendition
from imgsvc.runtime.child import Child, ChildError
from imgsvc.runtime.scope import Scope
from imgsvc.sources.routing import Router
from imgsvc.sources.source import Fetched
from tests.renderers import renderer

SECONDS = 60.0
_RENDERER = renderer(Path(), sources=Router({}))
_AS_IT_IS = (1, 0, 0, 0, 1, 0)
_TEXT = re.compile(rb"<((?:\w+:)?(?:text|foreignObject))\b(?:[^>]*/>|.*?</\1\s*>)", re.DOTALL)
_WRITTEN = re.compile(rb">\s*[^<\s]")
_BESIDE = re.compile(rb"<(?:\w+:)?(?:image|feImage|use)\b[^>]*href\s*=\s*[\"'](?!#|data:)")


def without_text(body: bytes) -> bytes:
    """The same without its text, be it HTML, so that what is left does not depend on fonts."""
    return _TEXT.sub(lambda found: b"" if _WRITTEN.search(found[0]) else found[0], body)


def has_files_beside(body: bytes) -> bool:
    """Whether it shows what is in other files, which imgsvc never reads."""
    return _BESIDE.search(body) is not None


def ours(body: bytes, options: str) -> Image.Image:
    """As a server's answer to a URL with these options; RenderingError where it refuses."""
    job = _RENDERER.prepare(RenderRequest(f"/_/{options}/plain/local:///source.svg@png"))
    made = _RENDERER.make(job, Fetched(200, {}, body), Scope(SECONDS))
    assert isinstance(made, Rendition)
    return opened(made.body)


def plainly(body: bytes, folder: Path, child: Child) -> Image.Image | None:
    """As resvg draws it with nothing prepared; None where it does not. The child is one that does `draw_plainly`."""
    try:
        return opened(child(bytes(folder) + b"\0" + body, SECONDS))
    except ChildError:
        return None


def draw_plainly(task: bytes) -> bytes:
    """A PNG by resvg, with what is in the folder that is named before it; the process may be lost by it."""
    folder, _, body = task.partition(b"\0")
    _options().resources_dir = folder.decode()
    return quietly(_by_resvg, body.decode())


def opened(png: bytes) -> Image.Image:
    """In RGBA."""
    return Image.open(io.BytesIO(png)).convert("RGBA")


def _by_resvg(text: str) -> bytes:
    return bytes(resvg.render(resvg.usvg.Tree.from_str(text, _options()), _AS_IT_IS))


@cache
def _options() -> resvg.usvg.Options:
    options = resvg.usvg.Options.default()
    options.load_system_fonts()
    return options
