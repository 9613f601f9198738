"""Clients who come at their own pace, whatever becomes of those before them; one line of JSON for all that they saw.

python -m tests.scaling.load ADDRESS PATH RATE SECONDS    # {} in PATH is each one's number
python -m tests.scaling.load ADDRESS PATH                 # one request: its status
"""

import http.client
import json
import re
import sys
import threading
import time
from dataclasses import asdict, dataclass
from queue import SimpleQueue

# As docs/timeouts.md has it for clients.
PATIENCE_SECONDS = 30
# Every so many requests one that was asked for before: what a cache is for.
REPEATS = 4
_OLDER = 12


@dataclass(frozen=True)
class Answer:
    """What one client saw; status 0: no answer, or a broken one. `began` is CLOCK_MONOTONIC, which all share."""

    began: float
    seconds: float
    status: int
    cache: str = ""
    # The lifetime that its machine gives to pictures: each has its own, by which it is known.
    lifetime: int = 0

    @property
    def ended(self) -> float:
        return self.began + self.seconds


def ask(address: str, path: str) -> Answer:
    """One request over a connection of its own."""
    began = time.monotonic()
    client = http.client.HTTPConnection(address, timeout=PATIENCE_SECONDS)
    try:
        client.request("GET", path, headers={"Connection": "close"})
        answer = client.getresponse()
        answer.read()
    except (OSError, http.client.HTTPException):
        return Answer(began, time.monotonic() - began, 0)
    finally:
        client.close()
    lifetime = re.search(r"max-age=(\d+)", answer.getheader("Cache-Control", ""))
    seconds = time.monotonic() - began
    return Answer(began, seconds, answer.status, answer.getheader("X-Cache", ""), int(lifetime[1]) if lifetime else 0)


def numbers(count: int) -> list[int]:
    """Which picture each client asks for: a new one, or every REPEATS times one of some time ago."""
    return [each if each % REPEATS or each < _OLDER else each - _OLDER + 1 for each in range(count)]


def load(address: str, path: str, rate: float, seconds: float) -> list[Answer]:
    """One client every 1/rate seconds; each waits for its answer on a thread of its own."""
    answers: SimpleQueue[Answer] = SimpleQueue()
    began = time.monotonic()
    clients = []
    for place, number in enumerate(numbers(int(rate * seconds))):
        time.sleep(max(0.0, began + place / rate - time.monotonic()))
        target = path.replace("{}", str(number))
        client = threading.Thread(target=lambda target=target: answers.put(ask(address, target)), daemon=True)
        client.start()
        clients.append(client)
    for client in clients:
        client.join(PATIENCE_SECONDS + 5)
    return [answers.get() for _ in range(answers.qsize())]


def main(address: str, path: str, rate: str = "", seconds: str = "") -> None:
    """Print what was seen."""
    if not rate:
        sys.stdout.write(f"{ask(address, path).status}\n")
        return
    sys.stdout.write(json.dumps([asdict(each) for each in load(address, path, float(rate), float(seconds))]))


if __name__ == "__main__":
    main(*sys.argv[1:])
