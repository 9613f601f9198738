"""Which source URLs may be fetched."""

import re

from imgsvc.errors import SourceNotAllowedError


def check_source(url: str, patterns: tuple[re.Pattern[str], ...]) -> None:
    """Refuse a source URL that begins with none of `patterns`; without patterns all are allowed."""
    if patterns and not any(pattern.match(url) for pattern in patterns):
        raise SourceNotAllowedError(f"{url!r} begins with none of ALLOWED_SOURCES")
