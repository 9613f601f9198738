"""The WSGI application: which path is whose."""

import re

import falcon

from imgsvc.rendering import Renderer
from imgsvc.runtime.ahead import Ahead
from imgsvc.runtime.http.health_checks import health_paths
from imgsvc.sources.byte_budget import ByteBudget
from imgsvc.telemetry.reports import Reports
from imgsvc.telemetry.traces import Traces
from imgsvc.web.ahead import PrepareImages
from imgsvc.web.failures import Failures, no_such_route
from imgsvc.web.headers.rules import HeaderRules
from imgsvc.web.health import Health
from imgsvc.web.images import Images
from imgsvc.web.middleware import EveryAnswer
from imgsvc.web.pages import Landing, Nothing
from imgsvc.web.sections import Sections
from imgsvc.web.stores import Stores
from imgsvc.web.target import ExactRouter, TargetedRequest


class ImageApplication(falcon.App[falcon.Request, falcon.Response]):
    """Falcon's, with what a worker of ours does before it calls it."""

    ahead: Ahead | None = None


def create_app(
    renderer: Renderer,
    settings: Sections,
    reports: Reports | None = None,
    traces: Traces | None = None,
    stores: Stores = Stores(),
) -> ImageApplication:
    """Lay the routes, all below the prefix; a sink added later is asked first, and routes before any sink."""
    prefix, cache, runtime = settings.url.path_prefix, settings.cache, settings.runtime
    health, nothing, landing = Health(cache), Nothing(cache), Landing(cache, prefix)
    images = Images(
        renderer=renderer,
        rules=HeaderRules(settings.web, cache, settings.formats, settings.headers),
        fallback=settings.fallback,
        timeout_seconds=runtime.timeout,
        path_prefix=prefix,
        stores=stores,
        traces=traces,
    )
    app = ImageApplication(
        request_type=TargetedRequest, router=ExactRouter(), middleware=[EveryAnswer(settings.web, prefix)]
    )
    app.ahead = PrepareImages(images, ByteBudget(runtime.max_fetched_megabytes << 20, runtime.most_in_hand()))
    # COMPAT: a raw answer whose source names no type has none; all others say theirs.
    app.resp_options.default_media_type = None  # type: ignore[assignment]

    app.add_sink(images, re.compile(re.escape(prefix) + "/"))
    app.add_sink(nothing, re.compile(re.escape(prefix) + r"/\.well-known/"))
    for path in {prefix or "/", f"{prefix}/"}:
        app.add_route(path, landing)
    app.add_route(f"{prefix}/favicon.ico", nothing)
    for path in health_paths(prefix, runtime.health_check_path):
        app.add_route(path, health)

    failures = Failures(is_development=settings.web.development_errors_mode, reports=reports, prefix=prefix)
    app.add_error_handler(Exception, failures.answer)
    app.add_error_handler(falcon.HTTPError, no_such_route)
    return app
