"""A scoreboard without a file that anybody else would find, and a monitor of it that does not run."""

from pathlib import Path
from typing import Any

from imgsvc.observer.watching.canary import Canary
from imgsvc.observer.watching.monitor import Monitor
from imgsvc.runtime.board.scoreboard import Scoreboard
from imgsvc.runtime.board.slot import Slot


def watched(_folder: Path, port: int | None = None, **options: Any) -> tuple[Monitor, Slot]:
    """A monitor, and the slot of the one worker that it sees."""
    board = Scoreboard.create(2)
    board.want(1)
    return Monitor(board, Canary("127.0.0.1:1", "/health"), port, **options), board.reserve()
