"""Takes from a process what work on a stranger's file needs none of."""

import resource
from pathlib import Path

# Of each the most that there may be from now on; what is open already stays so.
_NONE_OF = (
    # Files, connections, and whatever else has a descriptor.
    resource.RLIMIT_NOFILE,
    resource.RLIMIT_FSIZE,
    resource.RLIMIT_NPROC,
    resource.RLIMIT_CORE,
)


def confine(megabytes: int) -> None:
    """Let this process open nothing any more, start no other, and take no more than so much memory beyond its own.

    SECURITY: for good, and not for as long as native code chooses: the hard limits are what is lowered.
    """
    most = _addresses() + (megabytes << 20)
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    for each in _NONE_OF:
        resource.setrlimit(each, (0, 0))


def _addresses() -> int:
    """How much of its addresses the process has in use, in bytes."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[0]) * resource.getpagesize()
