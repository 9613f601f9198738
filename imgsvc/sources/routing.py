"""Which source a URL belongs to: decided by its scheme alone."""

import re
from collections.abc import Mapping

from imgsvc.errors import SourceUnreachableError
from imgsvc.runtime.scope import Scope
from imgsvc.sources.source import Source, SourceRequest, Stream

SETTINGS = {
    "local": "LOCAL_FILESYSTEM_ROOT",
    "s3": "USE_S3",
    "gs": "USE_GCS",
    "abs": "USE_ABS",
    "swift": "USE_SWIFT",
}
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")


class Router:
    """A source made of others, one for each scheme."""

    def __init__(self, sources: Mapping[str, Source]) -> None:
        self._sources = dict(sources)

    def source_for(self, url: str) -> Source:
        """The source of the URL's scheme; SourceUnreachableError names the setting that would enable it."""
        match = _SCHEME.match(url)
        if not match:
            raise SourceUnreachableError(f"{url!r} has no scheme such as https://, and no BASE_URL gives it one")
        scheme = match[1].lower()
        if scheme not in self._sources:
            raise SourceUnreachableError(f"{url}: {_missing(scheme)}")
        return self._sources[scheme]

    def open(self, request: SourceRequest, scope: Scope) -> Stream:
        """Ask the source of the URL's scheme."""
        return self.source_for(request.url).open(request, scope)


def _missing(scheme: str) -> str:
    if scheme in SETTINGS:
        return f"{scheme}:// is off; {SETTINGS[scheme]} enables it"
    return f"there is no source for {scheme}://"
