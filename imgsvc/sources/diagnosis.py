"""What stands between this machine and a source image, step by step: `imgsvc doctor --source URL`."""

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from imgsvc.errors import RenderingError, SourceNotAllowedError, SourceStatusError, SourceUnreachableError
from imgsvc.runtime.scope import Scope
from imgsvc.source_url import SourceUrl
from imgsvc.sources.fetching import Fetch
from imgsvc.sources.media import media_type
from imgsvc.sources.routing import Router
from imgsvc.sources.source import Source, SourceRequest, Stream
from imgsvc.sources.stores.source import StoreSource

_CODE = re.compile(r"b'([A-Za-z0-9._-]+)'")
_RIGHTS = "the credentials are known, and may not read it: docs/sources.md has a policy with the least rights"
_ENDED = "the credentials have ended; what gives them should give new ones"
_ENDPOINT = "is the endpoint of the settings (S3_ENDPOINT and its like) the right one, and to be reached from here?"
# By what a store calls it, else by status.
_ADVICE = {
    "NoSuchBucket": "the store has no such bucket; names are case-sensitive",
    "NoSuchKey": "the bucket has no such key; keys are read byte by byte, %20 being three characters",
    "AccessDenied": f"{_RIGHTS}; for who may not list a bucket a key that is missing is 403 too",
    "SignatureDoesNotMatch": "the secret is not the key's, or a proxy changes host or path on the way",
    "InvalidAccessKeyId": "the store does not know the key: is it one of another server, or deleted?",
    "ExpiredToken": _ENDED,
    "RequestTimeTooSkewed": "this machine's clock is wrong: set it by NTP",
    "PermanentRedirect": "the bucket is in another region, which the store does not name: set S3_REGION",
    "AuthorizationHeaderMalformed": "the store expects another region, and does not name it: set S3_REGION",
    "ContainerNotFound": "the account has no such container",
    "BlobNotFound": "the container has no such blob",
    "AuthenticationFailed": "the key is not the account's, or this machine's clock is wrong",
    "AuthorizationPermissionMismatch": _RIGHTS,
    "401": _ENDED,
    "403": _RIGHTS,
    "404": "there is nothing under this name; names are case-sensitive",
    "416": "the range is none of it",
    "429": "the server is asked too often",
    "503": "the server is asked too often, or is down",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step, how long it took, and what came out or what to do."""

    subject: str
    statement: str
    seconds: float
    is_well: bool = True


def look(sources: Source, url: SourceUrl, is_allowed: Callable[[SourceUrl], bool], scope: Scope) -> Iterator[Step]:
    """From the settings to the first bytes; the step that fails is the last."""
    began = time.monotonic()
    subject = "settings"
    try:
        for found, statement in _looked(sources, url, is_allowed, scope):
            now = time.monotonic()
            yield Step(found, statement, now - began)
            began, subject = now, _AFTER.get(found, subject)
    except RenderingError as error:
        yield Step(subject, f"{error}; {_advice(error, url)}", time.monotonic() - began, is_well=False)


# What comes next, for a step that fails before it can say anything.
_AFTER = {"settings": "answer", "bucket": "credentials", "credentials": "answer", "answer": "first bytes"}


def _looked(
    sources: Source, url: SourceUrl, is_allowed: Callable[[SourceUrl], bool], scope: Scope
) -> Iterator[tuple[str, str]]:
    source = sources.source_for(url) if isinstance(sources, Router) else sources
    if not is_allowed(url):
        raise SourceNotAllowedError(f"{url} begins with none of ALLOWED_SOURCES")
    if isinstance(source, StoreSource):
        key = source.key(url)
        yield "bucket", f"{key.container}, at {source.store.whereabouts(key)}; key {key.key!r}"
        yield "credentials", f"from {source.login(scope)}"
    else:
        yield "settings", f"{url.scheme}:// may be read, and {url} is allowed"
    with Fetch(sources, SourceRequest(url), scope) as stream:
        if isinstance(source, StoreSource) and (where := source.store.whereabouts(key)):
            yield "answer", f"{_head(stream, url)}, of {where}"
        else:
            yield "answer", _head(stream, url)
        yield "first bytes", _beginning(stream, url)


def _head(stream: Stream, url: SourceUrl) -> str:
    if stream.status != 200:
        said = b"".join(stream.chunks())[:200]
        raise SourceStatusError(f"{url} answered {stream.status}: {said!r}", status=stream.status)
    shown = ("content-type", "content-length", "etag", "last-modified")
    return ", ".join(["200", *(f"{name} {stream.headers[name]}" for name in shown if name in stream.headers)])


def _beginning(stream: Stream, url: SourceUrl) -> str:
    beginning = next(iter(stream.chunks()), b"")
    return f"{len(beginning)} came, which look like {media_type(beginning, url.bare_path)}"


def _advice(error: RenderingError, url: SourceUrl) -> str:
    if type(error) is SourceUnreachableError and not url.is_http:
        return _ENDPOINT
    if not isinstance(error, SourceStatusError):
        return error.remedy
    code = _CODE.search(str(error))
    return _ADVICE.get(code[1] if code else "") or _ADVICE.get(str(error.status)) or error.remedy
