"""Puts the playground together and runs it: `python -m imgsvc.playground.serving GUARD LISTENER FOLDER`."""

import logging
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path

from imgsvc.app import create_parser
from imgsvc.config import Config, from_environment
from imgsvc.observer.serving import log_as_the_server
from imgsvc.playground.access import Access
from imgsvc.playground.calls import Calls
from imgsvc.playground.drop_server import DropServer
from imgsvc.playground.drops import Drops
from imgsvc.playground.files import page_files
from imgsvc.playground.guard import end_with
from imgsvc.playground.handler import Rooms, Server
from imgsvc.playground.looking import Looker
from imgsvc.playground.upstream import Upstream
from imgsvc.playground.urls import Urls
from imgsvc.settings.environment import environment

_LOG = logging.getLogger("imgsvc.playground")
_RETRY_SECONDS = 0.5
_SWEEP_SECONDS = 60.0


def serve(environ: Mapping[str, str], listener: str, folder: Path) -> None:
    """Serve the page of the server that these settings describe, until this process is ended."""
    log_as_the_server(environ)
    config = from_environment(environ)
    address = config.playground.address()
    if address is None:
        return
    found = rooms(config, environ, address[0], listener, folder)
    threading.Thread(target=_sweep, args=(found,), daemon=True).start()
    _listening(address, found).serve_forever()


def rooms(config: Config, environ: Mapping[str, str], host: str, listener: str, folder: Path) -> Rooms:
    """What the page's listener at `host` passes requests on to; the server's own is `listener`."""
    urls = Urls.of(config, create_parser(config))
    files = folder / "files"
    files.mkdir(mode=0o700, exist_ok=True)
    drop_server = DropServer(environ, files, folder / "socket")
    calls = Calls(config, Looker(config), drop_server, urls, _address_of(listener))
    return Rooms(
        access=Access(host, config.web.secret, config.signature),
        files=page_files(),
        calls=calls.by_name(),
        upstream=Upstream(listener, config.web.secret, config.runtime.timeout),
        drops=Drops(files),
        drop_server=drop_server,
    )


def _sweep(found: Rooms) -> None:
    while True:
        time.sleep(_SWEEP_SECONDS)
        if not found.drops.sweep():
            found.drop_server.stop()


def _address_of(listener: str) -> str:
    """What URLs of the server begin with, as far as it can tell: a proxy's name is not known to it."""
    if listener.startswith("unix:"):
        return "http://localhost"
    return f"http://{listener.replace('0.0.0.0', '127.0.0.1').replace('[::]', '[::1]')}"


def _listening(address: tuple[str, int], found: Rooms) -> Server:
    """The listener; the playground before this one may still have the port."""
    told = False
    while True:
        try:
            server = Server(address, found)
        except OSError as error:
            if not told:
                _LOG.warning("The playground cannot listen on %s:%s: %s", *address, error)
            told = True
            time.sleep(_RETRY_SECONDS)
        else:
            host = f"[{address[0]}]" if ":" in address[0] else address[0]
            _LOG.info("The playground is at http://%s:%s/", host, address[1])
            return server


if __name__ == "__main__":
    end_with(int(sys.argv[1]))
    serve(environment(), sys.argv[2], Path(sys.argv[3]))
