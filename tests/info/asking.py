"""A real informer over a folder of pictures, and what it tells."""

import json
from pathlib import Path
from typing import Any

from imgsvc.info.journey import Informer
from imgsvc.info.settings import InfoSettings
from imgsvc.rendition import InfoRendition, Job, RenderRequest
from imgsvc.security.settings import SignatureSettings
from imgsvc.security.signature import Signature
from imgsvc.sources.local import LocalSource
from imgsvc.sources.routing import Router
from imgsvc.url.info.rows import INFO
from imgsvc.url.parse import Parser
from imgsvc.url.settings import UrlSettings
from tests.renderers import scope, watermarks

NOW = 1_800_000_000.0


def informer(
    root: Path, *, url: UrlSettings = UrlSettings(), info: InfoSettings = InfoSettings(), **changes: Any
) -> Informer:
    """The pictures in `root` are its local:/// sources; `changes` are fields of Informer."""
    sources = changes.get("sources") or Router({"local": LocalSource(root)})
    return Informer(
        **{
            "signature": Signature(SignatureSettings()),
            "parser": Parser(url, now=lambda: NOW),
            "info_parser": Parser(info.of_urls(url), now=lambda: NOW, table=INFO),
            "info": info,
            "sources": sources,
            "watermarks": watermarks(sources),
            **changes,
        }
    )


def job(asked: Informer, target: str) -> Job:
    return asked.prepare(RenderRequest(target))


def rendition(asked: Informer, target: str) -> InfoRendition:
    made = asked.render(job(asked, target), scope())
    assert isinstance(made, InfoRendition)
    return made


def told(asked: Informer, target: str) -> dict[str, Any]:
    """The answer's JSON."""
    found: dict[str, Any] = json.loads(rendition(asked, target).body)
    return found
