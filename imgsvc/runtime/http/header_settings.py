"""Settings of headers that the operator names; HeaderSettings checks them when it is made."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from imgsvc.runtime.http.named_headers import Pairs, check_answered, check_requested, pairs
from imgsvc.settings.env import LIST, STRING, setting


@dataclass(frozen=True, slots=True)
class HeaderSettings:
    """Headers beside those that are computed."""

    custom_request_headers: str = setting(
        "", STRING, "Sent to every http source: `Name=value` items, separated by CUSTOM_HEADERS_SEPARATOR.", secret=True
    )
    custom_response_headers: str = setting(
        "", STRING, "Sent with every answer of a picture's URL, an error's too; as CUSTOM_REQUEST_HEADERS."
    )
    custom_headers_separator: str = setting("\\;", STRING, "Separates the headers of these two.")
    request_headers_passthrough: tuple[str, ...] = setting(
        (), LIST, "Names of the client's headers that its http source gets too; answers vary by them."
    )
    response_headers_passthrough: tuple[str, ...] = setting(
        (), LIST, "Names of the http source's headers that the client gets too."
    )

    def __post_init__(self) -> None:
        _checked("CUSTOM_REQUEST_HEADERS", lambda: check_requested(name for name, _ in self.requested()))
        _checked("CUSTOM_RESPONSE_HEADERS", lambda: check_answered(name for name, _ in self.answered()))
        _checked("REQUEST_HEADERS_PASSTHROUGH", lambda: check_requested(self.request_headers_passthrough))
        _checked("RESPONSE_HEADERS_PASSTHROUGH", lambda: check_answered(self.response_headers_passthrough))

    def requested(self) -> Pairs:
        """What sources are sent."""
        return pairs(self.custom_request_headers, self.custom_headers_separator)

    def answered(self) -> Pairs:
        """What clients are sent."""
        return pairs(self.custom_response_headers, self.custom_headers_separator)


def _checked(name: str, check: Callable[[], None]) -> None:
    try:
        check()
    except ValueError as error:
        raise ValueError(f"{name} of headers that may be set, and {error} may not") from None


def header_cautions(settings: HeaderSettings, *, lists_sources: bool, has_secret: bool) -> Iterator[str]:
    """A sentence where a header goes further than may be meant, or not so far."""
    named = settings.request_headers_passthrough
    if settings.custom_request_headers and not lists_sources:
        yield "CUSTOM_REQUEST_HEADERS is set without ALLOWED_SOURCES: every host that a URL names is sent them"
    if {"authorization", "cookie"} & set(map(str.lower, named)) and not lists_sources:
        yield "REQUEST_HEADERS_PASSTHROUGH has clients' credentials sent to every host, for ALLOWED_SOURCES is not set"
    if has_secret and "authorization" in map(str.lower, named):
        yield "REQUEST_HEADERS_PASSTHROUGH does not pass Authorization on where SECRET is set, for that is in it"
