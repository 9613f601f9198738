"""Keeps the playground running beside its server: `python -m imgsvc.playground ARBITER LISTENER`."""

import sys

from imgsvc.playground.guard import guard

if __name__ == "__main__":
    guard(int(sys.argv[1]), sys.argv[2])
