"""What imgsvc makes of a file, as the server does, in a process that may be lost."""

import io
import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from PIL import Image

from imgsvc.codecs.color.conversion import to_processing, to_result
from imgsvc.codecs.opened import DecodeRequest
from imgsvc.codecs.settings import DecodeSettings
from imgsvc.errors import RenderingError
from imgsvc.imaging.decision import Rules
from imgsvc.rendition import Job, RenderRequest, Rendition
from imgsvc.runtime.child import Child, ChildError
from imgsvc.runtime.scope import Scope
from imgsvc.runtime.workers.memory import limit_addresses
from imgsvc.security.settings import LimitSettings
from imgsvc.sources.routing import Router
from imgsvc.sources.source import Fetched
from tests.corpus.answer import Answer, means_of
from tests.renderers import renderer

SECONDS = 60.0
MEGABYTES = 4000
# More than any row has.
FRAMES = 1000
# What is written instead of a status for a process that was lost.
LOST = 599

RULES = Rules(decoding=DecodeSettings(enable_pdf=True, enable_psd=True, svg_timeout=60, pdf_timeout=60))
_RENDERER = renderer(Path(), sources=Router({}), limits=LimitSettings(max_animation_frames=FRAMES), rules=RULES)


class Imgsvc:
    """Answers for one file after another; one that ends its process, or does not end, costs only its own answer."""

    def __init__(self, work: Callable[[bytes], bytes] | None = None, seconds: float = SECONDS) -> None:
        self._child, self._seconds = Child(work or _work), seconds

    def answer(self, body: bytes, suffix: str) -> tuple[Answer, str]:
        """What comes out, and what the operator is told where nothing does."""
        try:
            answer, said = json.loads(self._child(suffix.encode() + b"\0" + body, self._seconds))
        except ChildError as error:
            return Answer(status=LOST), f"the process was lost: {error}"
        return Answer(**answer | {"size": answer["size"] and tuple(answer["size"])}), said

    def close(self) -> None:
        """End the process."""
        self._child.close()


def _work(data: bytes) -> bytes:
    limit_addresses(MEGABYTES)
    suffix, _, body = data.partition(b"\0")
    answer, said = answered(body, suffix.decode())
    return json.dumps([asdict(answer), said]).encode()


def answered(body: bytes, suffix: str) -> tuple[Answer, str]:
    """The same in this process."""
    fetched = Fetched(200, {}, body)
    try:
        job = _RENDERER.prepare(RenderRequest(f"/_/plain/local:///source{suffix}@png"))
        made = _RENDERER.make(job, fetched, Scope(SECONDS))
        assert isinstance(made, Rendition)
        return _of(made, job, fetched), ""
    except RenderingError as error:
        return Answer(status=error.status), str(error)
    except Exception as error:  # noqa: BLE001 (a server answers 500)
        return Answer(status=500), f"{type(error).__name__}: {error}"


def _of(made: Rendition, job: Job, fetched: Fetched) -> Answer:
    image = Image.open(io.BytesIO(made.body)).convert("RGBA")
    opened, _ = _RENDERER.decide(job, fetched)
    frames, last = opened.header.frames or 1, None
    if frames > 1:
        picture = to_result(to_processing(opened.decode(DecodeRequest(max_frames=frames))), keep_profile=False)
        frames, last = len(picture.frames), means_of(picture.frames[-1].convert("RGBA"))
    return Answer(
        size=image.size,
        orientation=opened.header.orientation,
        frames=frames,
        alpha=image.getextrema()[3][0] < 255,
        means=means_of(image),
        last=last,
    )
