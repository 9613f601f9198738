"""RenderingError: what every error of a request is, whatever it says; the catalogue is errors.py."""

from enum import StrEnum
from typing import ClassVar

Blame = StrEnum("Blame", ["CLIENT", "SOURCE", "US"])


class RenderingError(Exception):
    """Base of the catalogue."""

    status: int = 500
    public: ClassVar[str] = "Internal error"
    blame: ClassVar[Blame] = Blame.US
    category: ClassVar[str] = "unexpected"
    remedy: ClassVar[str] = "Look up the request id in the log, and report the entry as a bug."
    retry_after_seconds: ClassVar[int] = 0  # 0: no such header
    of_watermark: bool = False  # the picture could be made without it: no fallback image replaces that
