"""What the command line asks for, read: presets and options, each with a format; and what clients accept."""

from collections.abc import Iterable, Iterator

from imgsvc.codecs.settings import FormatSettings
from imgsvc.options.formats import Format
from imgsvc.url.build import write
from imgsvc.url.parse import Parser
from imgsvc.warming.units import Wish
from imgsvc.web.headers.negotiation import accepted_formats

Accepted = frozenset[Format]

# What browsers accept grows from left to right, and none takes a later one without those before it.
_GROWING = (Format.WEBP, Format.AVIF, Format.JXL)
_ANY_SOURCE = "https://source.invalid/picture"


def read_wishes(
    presets: Iterable[str], options: Iterable[str], accepts: Iterable[Accepted], parser: Parser
) -> list[Wish]:
    """Each preset and each string of options, with `@format` or without, for each set of accepted formats.

    Those that come to the same are one. Whatever a server with these settings would refuse leaves as its error.
    """
    separator, only_presets = parser.settings.arguments_separator, parser.settings.only_presets
    asked = [(name, name if only_presets else f"pr{separator}{name}") for name in presets]
    asked += [(each, each) for each in options]
    found = [
        _wish(name, text, accepted, parser)
        for name, text in asked
        for accepted in dict.fromkeys([*accepts] or [frozenset()])
    ]
    return list(dict.fromkeys(found))


def browsers(settings: FormatSettings) -> Iterator[Accepted]:
    """The sets of formats that browsers accept, as far as an answer depends on them under these settings."""
    is_negotiated = {
        Format.WEBP: settings.auto_webp or settings.enforce_webp,
        Format.AVIF: settings.auto_avif or settings.enforce_avif,
        Format.JXL: settings.auto_jxl or settings.enforce_jxl,
    }
    accepted: Accepted = frozenset()
    yield accepted
    for each in _GROWING:
        if is_negotiated[each]:
            accepted |= {each}
            yield accepted


def accepted_by(text: str) -> Accepted:
    """What `--accept` names: `avif,webp`, or a header as clients send it."""
    return accepted_formats(text) or accepted_formats(",".join(f"image/{each.strip()}" for each in text.split(",")))


def _wish(name: str, text: str, accepted: Accepted, parser: Parser) -> Wish:
    name, options, extension = name.rpartition("@")[0] or name, *_apart(text)
    # An error now is one, and not one for each source.
    write(options, _ANY_SOURCE, parser, extension=extension)
    return Wish(name, options, extension, accepted)


def _apart(text: str) -> tuple[str, str]:
    options, _, extension = text.rpartition("@")
    return (options, extension) if options else (text, "")
