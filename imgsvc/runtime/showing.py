"""A request's target as the log, the traces and the reports may show it."""

_HIDDEN = "***"
# Behind it there is a signature as there is before pictures.
_ROUTE = "/info"


def shown(target: str, prefix: str = "") -> str:
    """The target without its signature; a source URL that is not plain is left out, for its query cannot be.

    SECURITY: a signed URL is a grant to whoever reads it. COMPAT: imgproxy logs the target whole.
    """
    path, question, _ = target.partition("?")
    if path and not f"{path}/".startswith(f"{prefix}/"):
        # Outside of the prefix is no URL of ours, and nobody knows what of it is a signature.
        return f"/{_HIDDEN}"
    is_info = path.startswith(f"{prefix}{_ROUTE}/")
    if is_info:
        prefix += _ROUTE
    _, slash, rest = path.removeprefix(prefix).removeprefix("/").partition("/")
    if is_info and not slash:
        # A source URL, for who took the route for a signature.
        path = f"{prefix}/{_HIDDEN}"
    elif slash:
        path = f"{prefix}/{_HIDDEN}/{rest if rest.startswith('plain/') or '/plain/' in rest else _without_source(rest)}"
    return path + (f"?{_HIDDEN}" if question else "")


def _without_source(rest: str) -> str:
    """The options alone, which are all that has arguments."""
    parts = rest.split("/")
    count = max((number for number, part in enumerate(parts, 1) if ":" in part or "%3A" in part.upper()), default=0)
    return "/".join(parts[:count] + ([_HIDDEN] if parts[count:] else []))
