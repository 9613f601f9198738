"""Journals of what a worker fetches: how long it took, how many bytes came, and how the origin did."""

from imgsvc.runtime.board.layout import Counter
from imgsvc.runtime.board.slot import Slot
from imgsvc.runtime.fetching.admission import Admission
from imgsvc.source_url import SourceUrl


class FetchJournal:
    """What is the same for each fetch: its bytes, and its credentials."""

    def __init__(self, slot: Slot, admission: Admission | None = None) -> None:
        self._slot = slot
        self._admission = admission
        self._subject: SourceUrl | None = None

    def received(self, count: int) -> None:
        """Count what came from the source."""
        self._slot.count(Counter.BYTES_FETCHED, count)

    def asks_for_login(self, server: SourceUrl) -> None:
        """Ask whether it may be asked just now."""
        if self._admission:
            self._admission.check_login(server)

    def has_login(self, server: SourceUrl, seconds: float, error: BaseException | None) -> None:
        """Put its duration into its histogram, and say how it did."""
        self._slot.observe("login", seconds)
        if self._admission:
            self._admission.end_login(server, seconds, error)


class Beside(FetchJournal):
    """The journal of a watermark's fetch: it may go on when its request is over, and its origin is one as any other."""

    def enter(self, stage: str, subject: SourceUrl | None) -> None:
        """Ask whether it may be fetched just now."""
        if self._admission and subject:
            self._admission.check(subject)
        self._subject = subject

    def leave(self, _stage: str, seconds: float, error: BaseException | None) -> None:
        """Put its duration into its histogram, and say how the origin did."""
        self._slot.observe("beside", seconds)
        if self._admission and self._subject:
            self._admission.end(self._subject, seconds, error)
