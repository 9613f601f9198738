"""Clients for a while, run inside the machine by Debian's own Python: load.py URL SECONDS CLIENTS.

They end earlier once there is a file /root/enough.
Prints as JSON how many answers there were of each status, the errors by their name, and the slowest answer in seconds.
"""

import http.client
import json
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

PATIENCE_SECONDS = 30
ENOUGH = Path("/root/enough")


def client(url: str, end: float, seen: Counter[str], slowest: list[float]) -> None:
    """Ask, one request a connection, until the end has come."""
    parts = urlsplit(url)
    while time.monotonic() < end and not ENOUGH.exists():
        begun = time.monotonic()
        try:
            connection = http.client.HTTPConnection(parts.netloc, timeout=PATIENCE_SECONDS)
            connection.request("GET", parts.path)
            answer = connection.getresponse()
            answer.read()
            seen[str(answer.status)] += 1
            connection.close()
        except (OSError, http.client.HTTPException) as error:
            seen[type(error).__name__] += 1
        slowest.append(time.monotonic() - begun)


def main(url: str, seconds: float, clients: int) -> None:
    """All of them at once, then what they saw."""
    seen, slowest = Counter[str](), [0.0]
    end = time.monotonic() + seconds
    threads = [threading.Thread(target=client, args=(url, end, seen, slowest)) for _ in range(clients)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    sys.stdout.write(json.dumps({"seen": seen, "slowest": round(max(slowest), 3)}))


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]), int(sys.argv[3]))
