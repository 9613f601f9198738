"""Settings of the process: where it listens, how many workers, how long each thing may take."""

import os
from dataclasses import dataclass

from imgsvc.settings.env import BOOLEAN, SECONDS, SECONDS_OR_OFF, STRING, choice, integer, setting

_ALL = {"tcp": "0.0.0.0", "tcp4": "0.0.0.0", "tcp6": "[::]"}


@dataclass(frozen=True, slots=True)
class RuntimeSettings:
    """The server as gunicorn runs it."""

    bind: str = setting(":8080", STRING, "Address and port, or unix:PATH.")
    network: str = setting(
        "tcp",
        choice("tcp", "tcp4", "tcp6", "unix"),
        "How BIND is read: unix takes a path, tcp6 all of IPv6.",
    )
    port: int = setting(0, integer(0, 65_535), "Port on all addresses where BIND is not set.", plain_names=("PORT",))
    workers: int = setting(
        0,
        integer(0, 1024),
        "Worker processes, each of which makes one picture at a time.",
        zero="one for each core, two at least",
    )
    fetches: int = setting(
        32,
        integer(0, 256),
        "Sources that a worker fetches at once from one origin; a quarter more from all.",
        zero="none ahead: a worker waits for each source",
    )
    max_fetched_megabytes: int = setting(
        128, integer(8), "Megabytes of sources that a worker holds at once; who is over that is read more slowly."
    )
    timeout: int = setting(10, SECONDS, "Seconds for a whole request, from its arrival.")
    graceful_stop_timeout: int = setting(20, SECONDS_OR_OFF, "Seconds that requests in work get at a stop.")
    queue_timeout: int = setting(
        2, SECONDS, "Seconds that a request may wait for its fetch to begin, and once more for a worker; then 503."
    )
    read_request_timeout: int = setting(2, SECONDS, "Seconds for reading a request's headers.")
    write_response_timeout: int = setting(
        5, SECONDS, "Seconds in which a client must take more of its answer; then the connection is reset."
    )
    min_write_rate: int = setting(
        16_384, integer(1), "Bytes a second that a client must take on average, after WRITE_RESPONSE_TIMEOUT."
    )
    max_unsent_megabytes: int = setting(
        256, integer(1), "Megabytes of answers not taken yet that a worker holds; over that the oldest is reset."
    )
    max_spooled_megabytes: int = setting(
        1024,
        integer(1),
        "Megabytes of answers that are passed on, not taken yet and over 8 MB, that a worker keeps in files;"
        " over that the oldest is reset.",
    )
    max_worker_connections: int = setting(
        1024, integer(1), "Connections that a worker reads from and sends to beside its work; the oldest is reset."
    )
    max_clients: int = setting(2048, integer(0), "Connections that may wait to be accepted.", zero="2048")
    max_requests: int = setting(10_000, integer(0), "Requests after which a worker is replaced.", zero="never")
    max_requests_jitter: int = setting(1_000, integer(0), "Spread of MAX_REQUESTS, so that workers differ.")
    max_worker_megabytes: int = setting(
        1024, integer(0), "Resident megabytes above which a worker is replaced after its request.", zero="no limit"
    )
    max_worker_address_megabytes: int = setting(
        8192, integer(0), "Megabytes of addresses (RLIMIT_AS) that a worker may take at all.", zero="no limit"
    )
    health_check_path: str = setting(
        "",
        STRING,
        "A second path of the health check, below PATH_PREFIX as /health is; nginx's files need a line for it.",
    )
    so_reuseport: bool = setting(False, BOOLEAN, "Set SO_REUSEPORT on the listener.")

    def __post_init__(self) -> None:
        path = self.health_check_path
        if path and (not path.startswith("/") or set(path) & set("{}")):
            raise ValueError("HEALTH_CHECK_PATH with a leading slash and without braces")
        _, _, port = self.bind.rpartition(":")
        is_path = self.network == "unix" or self.bind.startswith("unix:")
        if not is_path and not (port.isascii() and port.isdigit() and int(port) < 65_536 and ":" in self.bind):
            raise ValueError("BIND as ADDRESS:PORT, :PORT or unix:PATH")

    def address(self) -> str:
        """Where to listen, as gunicorn writes it."""
        bind = f":{self.port}" if self.port and self.bind == ":8080" else self.bind
        if self.network == "unix":
            return f"unix:{bind.removeprefix('unix:')}"
        return f"{_ALL[self.network]}{bind}" if bind.startswith(":") else bind

    def most_fetches(self) -> int:
        """Sources that a worker fetches at once; no origin has the last quarter beyond FETCHES alone."""
        return self.fetches + max(1, self.fetches // 4)

    def most_in_hand(self) -> int:
        """Sources that a worker fetches and has fetched, at most, with the one that the main thread is at."""
        return self.most_fetches() + self.fetches + 1

    def worker_count(self) -> int:
        """Workers to run: the setting, or one for each core that this process may use, two at least."""
        return self.workers or max(2, core_count())


def core_count() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0))


@dataclass(frozen=True, slots=True)
class PrefixSettings:
    """What of the URLs' settings the processes around the application have to know: where its routes are."""

    path_prefix: str = setting("", STRING, "As in the settings of URLs.")
