"""Sizes that do not help, or do not fit: what a server that is set so is told at its start.

Some had another meaning while a worker waited for the source of each request, or have another one in imgproxy.
"""

from collections.abc import Iterator

from imgsvc.runtime.settings import RuntimeSettings

# Beyond so many workers for each core nothing is gained by another one, whatever else takes the cores' time.
MOST_FOR_A_CORE = 2
# Descriptors of a request in hand: its client's, its source's, a file or what wakes its thread.
_DESCRIPTORS = 3


def misfits(settings: RuntimeSettings, cores: int, descriptors: int) -> Iterator[str]:
    """A sentence for each; a process may use so many cores, and have so many files open."""
    most = max(2, MOST_FOR_A_CORE * cores)
    if settings.workers > most and settings.fetches:
        yield (
            f"WORKERS is {settings.workers}, and there are {cores} cores: each worker is a process here, and fetches up"
            f" to {settings.most_fetches()} sources beside the picture that it makes, so more of them do not help"
            " against slow sources, and take memory; leave WORKERS unset, and raise FETCHES where origins are far away"
        )
    if not settings.fetches:
        yield "FETCHES is 0: a worker waits for each source, and makes no picture meanwhile"
    needed = _DESCRIPTORS * settings.most_in_hand()
    if needed > descriptors:
        yield (
            f"FETCHES is {settings.fetches}, for which a worker may need {needed} open files, and it may have"
            f" {descriptors}: raise LimitNOFILE, or ulimit -n"
        )
    default = type(settings)().max_clients
    if 0 < settings.max_clients < default:
        yield (
            f"MAX_CLIENTS is {settings.max_clients}: it bounds connections that are not accepted yet, and workers"
            " accept at once; who waits for a source or a worker is bounded by QUEUE_TIMEOUT"
        )
