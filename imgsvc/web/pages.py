"""The answers that need no image: landing page, favicon, HEAD and OPTIONS."""

from importlib.resources import files
from typing import Any

import falcon

from imgsvc import __version__
from imgsvc.web.answer import Answer, write
from imgsvc.web.exchange import exchange
from imgsvc.web.failures import NOTHING, nothing_here
from imgsvc.web.headers.caching import cache_control
from imgsvc.web.settings import CacheSettings


class Page:
    """A fixed page: HEAD and OPTIONS of it are answered without looking at it, as imgproxy does."""

    def __init__(self, cache: CacheSettings) -> None:
        self.cache = cache
        self.lifetime = default_lifetime(cache)

    def on_head(self, request: falcon.Request, response: falcon.Response, **_params: Any) -> None:
        """Say 200, whatever the path."""
        courtesy(request, response, self.lifetime)

    def on_options(self, request: falcon.Request, response: falcon.Response, **_params: Any) -> None:
        """Say 200, with CORS headers where they are set up."""
        courtesy(request, response, self.lifetime)


class Landing(Page):
    """The page at the root: it works, this is the version, and this is how a URL looks."""

    def __init__(self, cache: CacheSettings, prefix: str) -> None:
        super().__init__(cache)
        # Another version shows another one.
        self.lifetime = "no-cache"
        template = files("imgsvc.web").joinpath("landing.html").read_text(encoding="utf-8")
        html = template.replace("{{version}}", __version__).replace("{{prefix}}", prefix)
        self._page = Answer(200, {"Content-Type": "text/html", "Cache-Control": self.lifetime}, html.encode())

    def on_get(self, request: falcon.Request, response: falcon.Response, **_params: Any) -> None:
        """Show the page."""
        write(request, response, self._page)


class Nothing(Page):
    """What browsers and crawlers ask for on their own: 404, and not a word in the log."""

    def on_get(self, request: falcon.Request, response: falcon.Response, **_params: Any) -> None:
        """Say 404."""
        exchange(request).is_logged = False
        nothing_here(request, response)

    def __call__(self, req: falcon.Request, resp: falcon.Response, **_params: Any) -> None:
        """Answer a whole folder of paths, as a Falcon sink."""
        if req.method == "GET":
            self.on_get(req, resp)
        else:
            any_other_method(req, resp, self.cache)


def any_other_method(request: falcon.Request, response: falcon.Response, cache: CacheSettings) -> None:
    """Answer what is not GET: HEAD and OPTIONS with 200, all else with 404."""
    if request.method in ("HEAD", "OPTIONS"):
        courtesy(request, response, default_lifetime(cache))
    else:
        nothing_here(request, response)


def courtesy(request: falcon.Request, response: falcon.Response, lifetime: str) -> None:
    """Say 200 to HEAD or OPTIONS.

    COMPAT: imgproxy's router does not parse the URL for them, so that a broken one gives 200 too.
    """
    exchange(request).has_cors = True
    write(request, response, Answer.text(200, NOTHING, {"Cache-Control": lifetime}))


def default_lifetime(cache: CacheSettings) -> str:
    """Cache-Control of an answer that comes from no source."""
    return cache_control(cache, {}, status=200, now=0)
