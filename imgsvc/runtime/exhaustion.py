"""What the system says where it gives a process no more: of threads, processes, descriptors or memory."""

import errno

from imgsvc.errors import ExhaustedError

# EAGAIN is what fork says; whoever reads and writes without waiting does not ask here.
_NO_MORE = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOBUFS, errno.EAGAIN})
# Python's own words; it has no type of its own for it.
_NO_THREAD = "can't start new thread"


def exhausted(error: BaseException) -> ExhaustedError | None:
    """The error of the catalogue if this one says that there is no more; None if not."""
    return ExhaustedError(f"{type(error).__name__}: {error}") if _is_lack(error) else None


def _is_lack(error: BaseException) -> bool:
    if isinstance(error, OSError):
        return error.errno in _NO_MORE
    return isinstance(error, MemoryError) or (isinstance(error, RuntimeError) and _NO_THREAD in str(error))
