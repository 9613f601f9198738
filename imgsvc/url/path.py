"""A request target's signature and the rest, with what proxies do to a path undone."""

import re
from dataclasses import dataclass

from imgsvc.errors import PathError

_PLAIN = "plain/"
_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
# Go's \S, which leaves Unicode's spaces alone.
_ONE_SLASH = re.compile(r"([^\t\n\f\r ]+):/([^/])")


@dataclass(frozen=True, slots=True)
class SplitPath:
    """The two parts of a path: `rest`, which the signature covers, has no leading slash and may be empty."""

    signature: str
    rest: str


def split_path(target: str, prefix: str = "") -> SplitPath:
    """Split a raw request target; its query is dropped, and `prefix` must lead it."""
    path = _as_text(target).partition("?")[0]
    if not path.startswith(f"{prefix}/"):
        raise PathError(f"{path!r} does not begin with {prefix + '/'!r}")
    signature, _, rest = path.removeprefix(f"{prefix}/").removeprefix("/").partition("/")
    if not signature or not rest:
        raise PathError(f"{path!r} is not /<signature>/<options>/<source URL>: a part is missing")
    return SplitPath(signature, _repaired(rest))


def is_below(target: str, route: str) -> bool:
    """Whether a raw request target is for something below `route`."""
    return _as_text(target).startswith(f"{route}/")


def has_broken_escape(target: str) -> bool:
    """Whether a `%` in the target's path is not followed by two hex digits; its query is free to be anything."""
    return bool(_BROKEN_ESCAPE.search(target.partition("?")[0]))


def _as_text(target: str) -> str:
    """WSGI hands bytes over as Latin-1 (PEP 3333); people mean UTF-8, and what is text already stays."""
    try:
        return target.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return target


def _repaired(rest: str) -> str:
    """Restore `:` in the options, and `//` after a plain source URL's scheme, where a proxy changed them."""
    if rest.startswith(_PLAIN):
        return _PLAIN + _with_both_slashes(rest.removeprefix(_PLAIN))
    options, plain, source = rest.partition(f"/{_PLAIN}")
    # COMPAT: imgproxy's handlers/path.go leaves `%3a` as it is.
    return (options.replace("%3A", ":") + plain + _with_both_slashes(source)).removeprefix("/")


def _with_both_slashes(source: str) -> str:
    # COMPAT: the last `:/` is taken for the scheme's, in http://host/a:/b too: signatures are made of what imgproxy
    # makes of it. `build` escapes such a colon.
    match = _ONE_SLASH.match(source)
    if not match:
        return source
    slashes = ":///" if match[1] == "local" else "://"
    return match[1] + slashes + source[match.start(2) :]
