"""Sources for the fault tests: pictures over HTTP, with what misbehaving.Origin can do."""

import threading
import time

from tests.images import encoded, quadrants
from tests.misbehaving import Exchange, Origin, response

SMALL = encoded(quadrants(), "png")


def picture(exchange: Exchange) -> None:
    """A small PNG."""
    exchange.send(response(SMALL, Content_Type="image/png"))


def closing_picture(exchange: Exchange) -> None:
    """A small PNG on a connection that nobody may use again."""
    exchange.send(response(SMALL, Content_Type="image/png", Connection="close"))
    exchange.hang_up()


def slow_picture(seconds: float):
    """A small PNG after a while."""

    def answer(exchange: Exchange) -> None:
        exchange.wait(seconds)
        exchange.send(response(SMALL, Content_Type="image/png"))

    return answer


def flowing_picture(seconds: float):
    """A small PNG whose bytes arrive evenly over a while; a peer that leaves is noticed, and counted."""

    def answer(exchange: Exchange) -> None:
        exchange.send(response(SMALL, Content_Type="image/png")[: -len(SMALL)])
        step = max(1, len(SMALL) // 10)
        for start in range(0, len(SMALL), step):
            exchange.send(SMALL[start : start + step])
            time.sleep(seconds / 10)

    return answer


class Gate:
    """An answer that waits until it is let through: for requests that must be in work at a certain moment."""

    def __init__(self) -> None:
        self._open = threading.Event()
        self.waiting = 0

    def __call__(self, exchange: Exchange) -> None:
        self.waiting += 1
        self._open.wait(20)
        exchange.send(response(SMALL, Content_Type="image/png"))

    def let_through(self) -> None:
        self._open.set()


def gone(origin: Origin) -> bool:
    """Whether none of the origin's connections is open any more, but its listener's."""
    return not [thread for thread in origin.threads[1:] if thread.is_alive()]
