"""Which path a request is for: that of its target as it was sent, whatever the server or a proxy made of it."""

from typing import Any
from urllib.parse import unquote_to_bytes

import falcon
from falcon.routing import CompiledRouter

from imgsvc.web.exchange import TARGET, request_target


class TargetedRequest(falcon.Request):
    """A request that is routed by its target; no mount point, no query and no header has a say."""

    def __init__(self, env: dict[str, Any], options: falcon.RequestOptions | None = None) -> None:
        env[TARGET] = target = request_target(env)
        path = unquote_to_bytes(target.partition("?")[0].encode("latin-1", "replace")).decode("latin-1")
        # Falcon would take a query apart that nobody reads.
        super().__init__(env | {"SCRIPT_NAME": "", "PATH_INFO": path, "QUERY_STRING": ""}, options)


class ExactRouter(CompiledRouter):
    """Falcon's, which takes //health for /health: imgproxy does not."""

    def find(self, uri: str, req: Any = None) -> Any:
        """The route of a path."""
        return None if uri.startswith("//") else super().find(uri, req)
