"""A real Renderer over a folder of pictures: no server, no network."""

from pathlib import Path
from typing import Any

from imgsvc.imaging.pixels import Watermark
from imgsvc.rendering import Renderer
from imgsvc.rendition import Job, RenderRequest, Rendition
from imgsvc.runtime.scope import Scope
from imgsvc.security.settings import SignatureSettings
from imgsvc.security.signature import Signature
from imgsvc.sources.local import LocalSource
from imgsvc.sources.routing import Router
from imgsvc.sources.source import Source
from imgsvc.url.parse import Parser
from imgsvc.url.settings import UrlSettings
from imgsvc.watermarks.fetching import WatermarkFetches
from imgsvc.watermarks.pictures import WatermarkPictures
from imgsvc.watermarks.watermarks import Watermarks, getter

NOW = 1_800_000_000.0


def renderer(root: Path, *, url: UrlSettings = UrlSettings(), **changes: Any) -> Renderer:
    """The pictures in `root` are its local:/// sources; `changes` are fields of Renderer."""
    sources = changes.get("sources") or Router({"local": LocalSource(root)})
    return Renderer(
        **{
            "signature": Signature(SignatureSettings()),
            "parser": Parser(url, now=lambda: NOW),
            "sources": sources,
            "watermarks": watermarks(sources),
            **changes,
        }
    )


def watermarks(sources: Source, configured: Watermark | None = None, **changes: Any) -> Watermarks:
    """Those of `sources`."""
    fetches, pictures = WatermarkFetches(getter(sources, 0)), WatermarkPictures()
    return Watermarks(**{"fetches": fetches, "pictures": pictures, "configured": configured, **changes})


def scope() -> Scope:
    """All the time in the world, and a client that waits."""
    return Scope(60)


def prepared(made_by: Renderer, target: str, **changes: Any) -> Job:
    """The job that `target` asks for."""
    return made_by.prepare(RenderRequest(target, **changes))


def rendition(made_by: Renderer, target: str, **changes: Any) -> Rendition:
    """What comes out for `target`."""
    made = made_by.render(prepared(made_by, target, **changes), scope())
    assert isinstance(made, Rendition)
    return made
