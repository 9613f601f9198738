"""A scope that keeps what each stage, and each step of a stage, took of the processor."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from imgsvc.runtime.scope import Scope
from imgsvc.source_url import SourceUrl

# What is outside of any stage.
REST = "other"


class Stopwatch(Scope):
    """`spent`: CPU seconds of this thread by stage or step, in the order in which they were first entered.

    A step is what `check` was told of last; what a stage does before its first one has the stage's own name.
    """

    def __init__(self, timeout_seconds: float, cpu: Callable[[], float] = time.thread_time) -> None:
        super().__init__(timeout_seconds)
        self.spent: dict[str, float] = {}
        self._cpu = cpu
        self._name, self._since = REST, cpu()

    def check(self, step: str = "") -> None:
        """As every scope's; a step with a name begins here."""
        if step:
            self._turn_to(step)
        super().check(step)

    @contextmanager
    def stage(self, name: str, subject: SourceUrl | None = None) -> Iterator[None]:
        """As every scope's."""
        self._turn_to(name)
        try:
            with super().stage(name, subject):
                yield
        finally:
            self._turn_to(REST)

    def _turn_to(self, name: str) -> None:
        now = self._cpu()
        self.spent[self._name] = self.spent.get(self._name, 0.0) + now - self._since
        self._name, self._since = name, now
