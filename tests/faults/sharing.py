"""Two servers behind nginx that share their stores, and an origin where things happen while they are asked."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.faults.bounds import IS_FULL
from tests.faults.changing import NAMES, SIZES, Asked, Crowd, Promise, Sources, path, seen
from tests.faults.clients import ask
from tests.faults.service import Service
from tests.misbehaving import Origin
from tests.nginx.running import Nginx
from tests.waiting import eventually

# Answers between two things that happen at the origin.
STEP = 150 if IS_FULL else 40
# nginx counts in whole seconds, and its s is over when the next but one begins.
NGINX_SECOND = 1.0
TTL = 1


@dataclass
class Shop:
    """The origin, and nginx before both servers; `log` is what they said."""

    sources: Sources
    origin: Origin
    port: int
    log: Callable[[], str]

    def crowd(self) -> Crowd:
        return Crowd(self.port, self.origin.url(""))


def settings(fresh: float) -> dict[str, object]:
    """Of both servers. Nobody is refused for a machine that is busy: what is asked here is what is answered."""
    patient = {"workers": 1, "timeout": 14, "download_timeout": 10, "queue_timeout": 12, "source_store_fresh": fresh}
    told = {"ttl": TTL, "cache_control_passthrough": True, "use_last_modified": True, "use_etag": True}
    return {**patient, **told, "result_store_fresh": fresh}


@contextmanager
def shop(
    folder: Path, pictures: Path, stores: Mapping[str, str], cache: str = "without", fresh: int = 0
) -> Iterator[Shop]:
    """All of it, with nginx's cache or without; what is kept is `fresh` for so long."""
    sources = Sources()
    with ExitStack() as held:
        origin = held.enter_context(Origin({"*": sources}))
        servers = [Service(pictures, **settings(fresh)) for _ in range(2)]
        for each in servers:
            each.settings |= stores
            held.enter_context(each)
        nginx = held.enter_context(nginx_before(folder, cache, *(each.port for each in servers)))
        yield Shop(sources, origin, nginx.port, lambda: "".join(each.log() for each in servers))


def nginx_before(folder: Path, cache: str, first: int, second: int) -> Nginx:
    """With our own file for the one or the other."""
    folder.mkdir()
    if cache == "without":
        ports = {
            "server 127.0.0.1:8080 ": f"server 127.0.0.1:{first} ",
            "server 127.0.0.1:8082 ": f"server 127.0.0.1:{second} ",
        }
        return Nginx(folder, "imgsvc.conf", ports)
    machines = {
        f"server 192.0.2.{11 + number}:80 ": f"server 127.0.0.1:{port} "
        for number, port in enumerate((first, second, second))
    }
    return Nginx(folder, "imgsvc-cache.conf", {"/var/cache/nginx/imgsvc": f"{folder}/cache", **machines})


def promise_of(cache: str, fresh: int, slowest: float) -> Promise:
    """docs/results.md and the file say it. How long an answer took is known of those who waited for it."""
    if cache == "without":
        return Promise(fresh)
    late = slowest + NGINX_SECOND
    return Promise(fresh, TTL + late, late, gone=10 + late, failed=1 + late, stood_in=60 + late)


def happens(own: Shop, crowd: Crowd) -> None:
    """What the origin does while it is asked, one thing after so many answers."""
    after = crowd.await_answers
    after(2 * STEP)
    for number in range(9):
        each(own.sources.change, NAMES[number % 3 :: 3])
        after(STEP)
    each(own.sources.remove, NAMES[::4])
    after(3 * STEP)
    each(own.sources.change, NAMES[::4])
    assert all(eventually(partial(is_newest, own, name, size)) for name in NAMES for size in SIZES)
    # What was made last is kept by now.
    after(STEP)
    own.sources.fail()
    after(3 * STEP)
    own.sources.recover()
    after(3 * STEP)


def each(do: Callable[[str], None], names: Sequence[str]) -> None:
    for name in names:
        do(name)


def is_newest(own: Shop, name: str, size: tuple[int, int]) -> bool:
    """Whether a picture of what is there now comes."""
    asked = Asked(name, size, ask(own.port, path(own.origin.url(""), name, size), timeout=30))
    return asked.answer.status == 200 and seen(asked) == (own.sources.now(name), "")
