"""A process that the system gives no more threads, processes or descriptors, for a while."""

import os
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_NOBODY = 65534


@contextmanager
def no_more(kind: int) -> Iterator[None]:
    """Nothing more of this kind (RLIMIT_NPROC: of threads and processes) while inside."""
    soft, hard = resource.getrlimit(kind)
    resource.setrlimit(kind, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(kind, (soft, hard))


def told_by(work: Callable[[], object]) -> str:
    """What `work` returns, as text; it is done in a fork, which alone may lack something, and which is not root's."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            # Root may always start another one.
            if os.getuid() == 0:
                os.setgroups([])
                os.setresuid(_NOBODY, _NOBODY, _NOBODY)
            os.write(writing, str(work()).encode())
        except BaseException as error:  # noqa: BLE001 (the test shows it)
            os.write(writing, repr(error).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as found:
        text = found.read().decode()
    os.waitpid(pid, 0)
    return text
