"""Who serves the requests that have been read: workers/dispatching.py."""

from typing import Protocol

from imgsvc.runtime.clients.connection import Connection


class Requests(Protocol):
    """Whoever serves requests that are there whole; nothing in it waits."""

    def take_in(self, connection: Connection) -> None:
        """Serve it, soon or at once."""

    def look(self) -> float:
        """See to those whose time is over; seconds until it is time to look again."""

    def is_another_there(self) -> bool:
        """Whether another worker takes requests."""

    def give_up(self) -> list[Connection]:
        """Take all away of whose answers nothing is sent: nobody serves them here any more."""

    def __len__(self) -> int:
        """How many are not answered yet."""
