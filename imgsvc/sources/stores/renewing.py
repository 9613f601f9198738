"""Credentials that end: had anew before they do, by one thread at a time, on the budget of whoever needs them."""

import threading
import time
from collections.abc import Callable
from math import inf
from typing import Generic, NamedTuple, TypeVar

from imgsvc.errors import CredentialsError, RequestTimeoutError, SourceError
from imgsvc.sources.budget import current, spending

T = TypeVar("T")

# Before their end; of those that live shorter, half of their life.
AHEAD_SECONDS = 300.0
# Nobody waits longer for new ones while the old ones are good.
IMPATIENT_SECONDS = 1.0
# After a failure, until it is tried again: whoever comes meanwhile is told at once.
PAUSE_SECONDS = 5.0
# Ones that are refused though they are younger are wrong, and not too old.
YOUNG_SECONDS = 10.0
# That time was over says nothing of the bucket: nobody asked it.
_LATE = (SourceError, RequestTimeoutError)


class Lease(NamedTuple, Generic[T]):
    """Credentials, and when they end, in seconds of time.time()."""

    value: T
    ends: float = inf

    def __repr__(self) -> str:
        return f"Lease({self.ends})"


class Renewed(Generic[T]):
    """What `renew` gives, kept until shortly before its end.

    `lease` is one that is at hand already. `renew` raises a CredentialsError that says where it looked, and waits for
    nothing but on the current budget.
    """

    def __init__(
        self, renew: Callable[[], Lease[T]], clock: Callable[[], float] = time.time, lease: Lease[T] | None = None
    ) -> None:
        self._renew = renew
        self._clock = clock
        self._lock = threading.Lock()
        self._lease = lease
        self._began = clock() if lease else 0.0
        self._failure: tuple[float, str] | None = None

    @property
    def is_good(self) -> bool:
        """Whether there are credentials now: nobody who wants them has to wait."""
        return self._lease is not None and self._is_good(self._lease)

    @property
    def known(self) -> T | None:
        """What there is, good or not; nobody is asked."""
        return self._lease.value if self._lease else None

    def get(self) -> T:
        """Credentials that are good now; CredentialsError where there are none to be had."""
        lease = self._lease
        if lease and self._is_fresh(lease):
            return lease.value
        if lease and self._is_good(lease):
            if not self._lock.acquire(blocking=False):
                return lease.value
        else:
            self._wait_for_the_lock()
        try:
            return self._had()
        finally:
            self._lock.release()

    def refused(self, value: T) -> bool:
        """The store does not take these any more: whether others are worth a try."""
        with self._lock:
            lease = self._lease
            if lease is None or lease.value is not value:
                return True
            if self._clock() - self._began < YOUNG_SECONDS:
                return False
            self._lease = None
            return True

    def _wait_for_the_lock(self) -> None:
        budget = current()
        try:
            while not self._lock.acquire(timeout=budget.next_wait()):
                pass
        except _LATE as error:
            raise CredentialsError(f"others asked for credentials, and had none yet: {error}") from error

    def _had(self) -> T:
        """Under the lock: somebody else may have renewed them, or failed to, while it was waited for."""
        lease = self._lease
        if lease and self._is_fresh(lease):
            return lease.value
        good = lease if lease and self._is_good(lease) else None
        if self._failure and self._clock() < self._failure[0]:
            if good:
                return good.value
            raise CredentialsError(self._failure[1])
        return self._tried(good)

    def _tried(self, good: Lease[T] | None) -> T:
        budget = current().within(IMPATIENT_SECONDS) if good else current()
        try:
            with spending(budget):
                lease = self._renew()
        except _LATE as error:
            self._failure = self._clock() + PAUSE_SECONDS, str(error)
            if good:
                return good.value
            raise CredentialsError(str(error)) from error
        self._lease, self._began, self._failure = lease, self._clock(), None
        return lease.value

    def _is_good(self, lease: Lease[T]) -> bool:
        return self._clock() < lease.ends

    def _is_fresh(self, lease: Lease[T]) -> bool:
        return self._clock() < lease.ends - min(AHEAD_SECONDS, (lease.ends - self._began) / 2)
