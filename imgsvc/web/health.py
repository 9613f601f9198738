"""Health: 200 while this worker can still make a picture, and the observer does not know better."""

import io
from collections.abc import Callable
from typing import Any

import falcon
from PIL import Image

from imgsvc.runtime.board.verdict import CANARY_HEADER, is_lost
from imgsvc.runtime.clients.health import NOT_READY, proved_by, well
from imgsvc.web.answer import Answer, write
from imgsvc.web.exchange import exchange
from imgsvc.web.pages import Page
from imgsvc.web.settings import CacheSettings


def make_picture() -> bytes:
    """A JPEG of a few pixels; raises whatever Pillow raises where it is broken."""
    buffer = io.BytesIO()
    Image.new("RGB", (4, 4), "white").resize((2, 2)).save(buffer, format="JPEG")
    return buffer.getvalue()


proved_by(make_picture)


class Health(Page):
    """The health check; it is not logged unless it fails. HEAD and OPTIONS ask as GET does: load balancers use them."""

    def __init__(self, cache: CacheSettings, lost: Callable[[], bool] = is_lost) -> None:
        super().__init__(cache)
        # Whether the observer says that the server is not ready.
        self._lost = lost

    def on_head(self, request: falcon.Request, response: falcon.Response, **_params: Any) -> None:
        """Say what GET says."""
        self.on_get(request, response)

    def on_options(self, request: falcon.Request, response: falcon.Response, **_params: Any) -> None:
        """Say what GET says."""
        self.on_get(request, response)

    def on_get(self, request: falcon.Request, response: falcon.Response, **_params: Any) -> None:
        """Decode nothing, but resize and encode: what a broken installation cannot do."""
        exchange(request).is_logged = False
        # The canary is what readiness is found by; everybody else is told what was found.
        if self._lost() and not exchange(request).headers.get(CANARY_HEADER):
            write(request, response, Answer.text(NOT_READY.status, NOT_READY.text, NOT_READY.headers))
            return
        try:
            make_picture()
        except Exception:
            exchange(request).is_logged = True
            raise
        is_well = well()
        write(request, response, Answer.text(is_well.status, is_well.text, is_well.headers))
