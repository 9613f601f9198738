"""Connections that stay: python -m tests.faults.lingering PORT COUNT silent|slow, until its standard input ends.

A process of its own, so that what it does takes nothing from the clients that are measured but its part of a processor.
"""

import select
import sys

from tests.faults.clients import Crowd, tcp_state

_EVERY_SECONDS = 0.5
_ESTABLISHED = 1


def linger(port: int, count: int, *, drips: bool) -> None:
    """Keep so many open; who has been ended is replaced, and of slow requests each sends another byte now and then."""
    with Crowd(port) as crowd:
        one = crowd.begin if drips else crowd.say_nothing
        there = [one() for _ in range(count)]
        sys.stdout.write("there\n")
        sys.stdout.flush()
        while not select.select([sys.stdin], [], [], _EVERY_SECONDS)[0]:
            there = [each for each in there if tcp_state(each) == _ESTABLISHED and (not drips or _takes(each))]
            there += [one() for _ in range(count - len(there))]


def _takes(client) -> bool:
    try:
        client.sendall(b"x")
    except OSError:
        return False
    return True


if __name__ == "__main__":
    linger(int(sys.argv[1]), int(sys.argv[2]), drips=sys.argv[3] == "slow")
