"""Which kind of catalogue `--from` names, and what is in it."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from imgsvc.config import Config
from imgsvc.keeping.location import Location
from imgsvc.runtime.scope import Scope
from imgsvc.schemes import create_sources
from imgsvc.security.allowlist import check_source
from imgsvc.source_url import SourceUrl
from imgsvc.sources.network.body import fetch
from imgsvc.sources.source import SourceRequest
from imgsvc.warming.catalogue import lines
from imgsvc.warming.catalogue.folder import files
from imgsvc.warming.catalogue.sitemap import MOST_BYTES, Fetch, pictures
from imgsvc.warming.units import Unit

_LOCAL = "local://"
_HTTP = ("http://", "https://")
_SITEMAPS = (".xml", ".xml.gz")
_BUCKETS = ("s3", "gs", "abs", "swift")
_FETCH_SECONDS = 60.0
# For a page of a bucket's list.
_LIST_SECONDS = 30.0


def catalogue(text: str, config: Config) -> Iterator[Unit]:
    """The sources that `text` names; ValueError says what it may be."""
    if text.startswith(_LOCAL) or (text != lines.STDIN and Path(text).is_dir()):
        return _folder(text, config.sources.local_filesystem_root)
    if text.endswith(_SITEMAPS) and (text.startswith(_HTTP) or Path(text).is_file()):
        return pictures(text, _fetcher(config))
    if text == lines.STDIN or Path(text).is_file():
        return lines.listed(text)
    if (scheme := text.partition("://")[0]) in _BUCKETS:
        return _objects(scheme, text, config)
    raise ValueError("a file with a source URL a line, -, a folder, a sitemap (.xml, .xml.gz), or s3://bucket/prefix/")


def limited(units: Iterator[Unit], most: int | None) -> Iterator[Unit]:
    """The first ones, where there is to be an end."""
    return islice(units, most) if most else units


def _folder(text: str, root: Path | None) -> Iterator[Unit]:
    if root is None:
        raise ValueError("a folder of LOCAL_FILESYSTEM_ROOT, which is not set")
    root = root.resolve()
    is_local = text.startswith(_LOCAL)
    folder = (root / text.removeprefix(_LOCAL).lstrip("/") if is_local else Path(text)).resolve()
    if not folder.is_relative_to(root) or not folder.is_dir():
        raise ValueError(f"a folder below LOCAL_FILESYSTEM_ROOT, which is {root}")
    return files(root, folder)


def _objects(scheme: str, text: str, config: Config) -> Iterator[Unit]:
    """What a bucket has below a prefix; of it no more is known than the names."""
    # PERF: as of sources, a store that is not asked is not loaded.
    from imgsvc.buckets import create_objects  # noqa: PLC0415

    bucket, _, prefix = text.partition("://")[2].partition("/")
    objects = create_objects(config, Location(scheme, bucket), "--from")
    for name in objects.names(prefix, _LIST_SECONDS):
        # What consoles make to show a folder.
        if not name.endswith("/"):
            yield Unit(f"{scheme}://{bucket}/{name}")


def _fetcher(config: Config) -> Fetch:
    """Fetches as the server fetches a source: from where it may, and no more than it may."""
    sources = create_sources(config, [])

    def fetched(url: str) -> bytes:
        if not url.startswith(_HTTP):
            return Path(url).read_bytes()
        source = SourceUrl.parse(url)
        check_source(source, config.limits.allowed_sources)
        return fetch(sources, SourceRequest(source), Scope(_FETCH_SECONDS), MOST_BYTES).body

    return fetched
