"""What a report of an error says of its request."""

from imgsvc.runtime.showing import shown
from imgsvc.telemetry.reports import Facts
from imgsvc.url.telling import told
from imgsvc.web.exchange import Exchange


def facts_of(current: Exchange, prefix: str) -> Facts:
    """As much as is known when it fails."""
    target = shown(current.target, prefix)
    if current.job is None:
        return Facts(current.request_id, current.method, target)
    source = current.job.source
    return Facts(current.request_id, current.method, target, str(source), source.told_origin, told(current.job.options))
