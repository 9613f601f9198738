"""Which source a URL belongs to: decided by its scheme alone."""

from collections.abc import Mapping

from imgsvc.errors import SourceUnreachableError
from imgsvc.runtime.scope import Scope
from imgsvc.source_url import SourceUrl
from imgsvc.sources.source import Source, SourceRequest, Stream, awaited

SETTINGS = {
    "local": "LOCAL_FILESYSTEM_ROOT",
    "s3": "USE_S3",
    "gs": "USE_GCS",
    "abs": "USE_ABS",
    "swift": "USE_SWIFT",
}


class Router:
    """A source made of others, one for each scheme."""

    def __init__(self, sources: Mapping[str, Source]) -> None:
        self._sources = dict(sources)

    def source_for(self, url: SourceUrl) -> Source:
        """The source of the URL's scheme; SourceUnreachableError names the setting that would enable it."""
        if not url.scheme:
            raise SourceUnreachableError(f"{str(url)!r} has no scheme such as https://, and no BASE_URL gives it one")
        if url.scheme not in self._sources:
            raise SourceUnreachableError(f"{url}: {_missing(url.scheme)}")
        return self._sources[url.scheme]

    def awaited(self, url: SourceUrl) -> str:
        """The origin that the source of the URL's scheme waits for first."""
        source = self._sources.get(url.scheme)
        return awaited(source, url) if source else url.origin

    def open(self, request: SourceRequest, scope: Scope) -> Stream:
        """Ask the source of the URL's scheme."""
        return self.source_for(request.source).open(request, scope)


def _missing(scheme: str) -> str:
    if scheme in SETTINGS:
        return f"{scheme}:// is off; {SETTINGS[scheme]} enables it"
    return f"there is no source for {scheme}://"
