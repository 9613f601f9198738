"""The rows of what a URL says of its source, beside where it is, and of what stands in for it."""

import re
from dataclasses import replace

from imgsvc.options.hashsum import DIGITS, Hashsum
from imgsvc.url.arguments import ENCODED_TEXT
from imgsvc.url.grammar import Args, Context, Grammar, Options, given, one
from imgsvc.url.row import OptionRow

_NONE = "none"
_HEX = re.compile(r"[0-9A-Fa-f]*")


def _hashsum(args: Args, options: Options, _context: Context) -> Options:
    type_, digest = args[0], given(args, 1)
    if type_ == _NONE:
        return replace(options, hashsum=Hashsum())
    if type_ not in DIGITS:
        raise ValueError(f"{type_!r} is none of {_NONE}, {', '.join(DIGITS)}")
    if len(digest) != DIGITS[type_] or not _HEX.fullmatch(digest):
        raise ValueError(f"{digest!r} is not {DIGITS[type_]} hex digits, as {type_} has")
    return replace(options, hashsum=Hashsum(type_, digest.lower()))


def _write_hashsum(options: Options) -> list[list[str]]:
    return [list(options.hashsum)] if options.hashsum.type else []


# fmt: off
ORIGINALS: tuple[OptionRow, ...] = (
    OptionRow(
        ("hashsum", "hs"), "type[:hex]", Grammar(_hashsum, _write_hashsum, most=2),
        "hs:md5:96cf5a76532a33ca197f0f36f4577684",
        "Refuses a source whose bytes have another digest, with 422 and without a fallback image, before it is decoded;"
        f" the type is {', '.join(f'`{each}`' for each in DIGITS)}, or `{_NONE}`, which takes it back."
        " What `raw` passes on is not looked at.",
    ),
    OptionRow(
        ("fallback_image_url", "fiu"), "url", one("fallback_image_url", ENCODED_TEXT),
        "fiu:aHR0cHM6Ly9pbWFnZXMuZXhhbXBsZS9ub25lLnBuZw",
        "The fallback image's source URL in base64, before the configured one; empty takes it back. Where it cannot be"
        " had, the configured one stands in, or the source's error is the answer.",
    ),
)
# fmt: on
