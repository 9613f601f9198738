"""The report of a run as text; numbers as people read them."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from imgsvc.warming.telling.summary import Summary
from imgsvc.warming.units import Status

_UNITS = ("bytes", "kB", "MB", "GB", "TB", "PB")


def report(summary: Summary, seconds: float, before: Mapping[Status, int] = MappingProxyType({})) -> Iterator[str]:
    """Line by line; `before` is what earlier runs left nothing to do of."""
    counts = summary.counts
    yield (
        f"{counts[Status.MADE]} made, {counts[Status.KEPT]} kept, {counts[Status.FAILED]} failed, "
        f"{counts[Status.LOST]} lost, in {duration(seconds)}"
    )
    if done := sum(before.values()):
        failed = before.get(Status.FAILED, 0)
        yield f"{done} by earlier runs" + (
            f", of which {failed} failed: --again failed tries them again" if failed else ""
        )
    if summary.renditions:
        wishes = ", ".join(f"{name} {size(count)}" for name, count in summary.bytes_by_wish.most_common())
        plural = "" if summary.renditions == 1 else "s"
        yield f"{summary.renditions} rendition{plural}, {size(summary.rendition_bytes)}: {wishes}"
    if summary.cached:
        yield f"{summary.cached} of them were kept already where they were asked for"
    if summary.saved_bytes > 0:
        share = summary.saved_bytes / (summary.saved_bytes + summary.rendition_bytes)
        yield f"{size(summary.saved_bytes)} fewer than as many sources would be ({share:.0%})"
    for cause, number in summary.causes.most_common():
        failures = [each for each in summary.failures if each.error == cause][:3]
        more = ", ..." if number > len(failures) else ""
        yield f"  {number:6} {cause}: {', '.join(each.source for each in failures)}{more}"
        if said := next((each.says for each in failures if each.says), ""):
            yield f"         {said}"
    if summary.slowest and summary.renditions:
        yield "slowest:"
        yield from (f"  {taken:6.2f} s {source}" for taken, source in summary.slowest)


def size(count: float) -> str:
    """Bytes, in the unit that leaves at most three digits before the point."""
    for unit in _UNITS:
        if count < 1000 or unit == _UNITS[-1]:
            break
        count /= 1000
    return f"{count:.0f} {unit}" if unit == _UNITS[0] else f"{count:.1f} {unit}"


def duration(seconds: float) -> str:
    """Seconds, minutes, or hours."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
