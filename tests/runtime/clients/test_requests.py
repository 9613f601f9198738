"""Who serves requests offers what the connection thread asks for."""

from inspect import getmembers, isfunction, signature

from imgsvc.runtime.clients.requests import Requests
from imgsvc.runtime.workers.dispatching import Dispatcher


def test_a_dispatcher_offers_all_that_the_connection_thread_asks_for():
    asked = [(name, each) for name, each in getmembers(Requests, isfunction) if name in vars(Requests)]
    wanted = {name: list(signature(each).parameters) for name, each in asked if name not in ("__init__",)}
    wanted = {name: parameters for name, parameters in wanted.items() if not name.startswith("_") or name == "__len__"}
    offered = {name: list(signature(getattr(Dispatcher, name)).parameters) for name in wanted}

    assert offered == wanted
