"""Where requests go: a server that the operator named, and keys as targets.

Each byte of a key is sent as it is, or percent-encoded, so that a server reads back the very key.
"""

import re
from urllib.parse import quote

from imgsvc.errors import SourceUnreachableError
from imgsvc.source_url import SourceUrl

_PLAIN = re.compile(r"[A-Za-z0-9._~/-]*")


def server(text: str, scheme: str = "http") -> SourceUrl:
    """The server at `text`, over `scheme` where it names none; ValueError where that is none."""
    try:
        url = SourceUrl.parse(text if "://" in text else f"{scheme}://{text}")
    except SourceUnreachableError as error:
        raise ValueError(str(error)) from None
    if not url.is_http or url.query or url.userinfo:
        raise ValueError("an http or https URL without user name and query")
    return url


def is_server(text: str) -> bool:
    """Whether `server` takes it."""
    try:
        server(text)
    except ValueError:
        return False
    return True


def below(base: SourceUrl, path: str) -> SourceUrl:
    """What is asked for under the path of `base`, as it stands."""
    return base.asking(f"{base.target.rstrip('/')}{path}")


def quoted(text: str) -> str:
    """`text` as a path is sent, its slashes as they are."""
    # PERF: most keys are plain, and seeing that takes a tenth of quoting.
    return text if _PLAIN.fullmatch(text) else quote(text.encode("utf-8", "surrogateescape"), safe="/~")


def quoted_value(text: str) -> str:
    """`text` as the value of a parameter is sent."""
    return quoted(text).replace("/", "%2F")
