"""The rows of what a URL says to caches of results, ours and those in front."""

import re
from dataclasses import replace

from imgsvc.errors import SecurityOptionError
from imgsvc.url.arguments import BOOLEAN, TEXT
from imgsvc.url.grammar import Args, Context, Grammar, Options, one
from imgsvc.url.row import OptionRow

MOST_TAGS = 50
# They are joined by commas in a header.
_TAG = re.compile(r"[!-+\--~]{1,256}")
_BYPASS = one("bypass_cache", BOOLEAN)


def _tags(args: Args, options: Options, _context: Context) -> Options:
    if args[0] == "" and len(args) == 1:
        return replace(options, cache_tags=())
    for tag in args:
        if not _TAG.fullmatch(tag):
            raise ValueError(f"{tag!r} is no tag: 1 to 256 visible characters of ASCII, no comma")
    return replace(options, cache_tags=tuple(dict.fromkeys(args)))


def _write_tags(options: Options) -> list[list[str]]:
    return [list(options.cache_tags)] if options.cache_tags else []


def _bypass(args: Args, options: Options, context: Context) -> Options:
    found = _BYPASS.apply(args, options, context)
    if found.bypass_cache and not context.allows_bypass_cache:
        raise SecurityOptionError("bypass_cache needs ALLOW_BYPASS_CACHE")
    return found


# fmt: off
CACHING: tuple[OptionRow, ...] = (
    OptionRow(
        ("cachebuster", "cb"), "text", one("cachebuster", TEXT), "cb:v2",
        "Does nothing but make another URL.",
    ),
    OptionRow(
        ("cache_tags", "ct"), "tag[:tag...]", Grammar(_tags, _write_tags, most=MOST_TAGS), "ct:shoes:sku-123",
        "What `imgsvc purge --tag` knows the result by, and a CDN, which is told so by headers (CACHE_TAGS_FORMAT); the"
        " last use counts, and an empty one takes it back.",
    ),
    OptionRow(
        ("bypass_cache", "bc"), "boolean", Grammar(_bypass, _BYPASS.build), "bc:1",
        "Makes the result anew, and neither looks into RESULT_STORE nor keeps it there; needs ALLOW_BYPASS_CACHE.",
    ),
)
# fmt: on
