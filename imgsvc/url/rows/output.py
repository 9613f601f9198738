"""Grammars of the options that say in which form the result is sent."""

import re
from dataclasses import replace

from imgsvc.errors import ExpiredUrlError
from imgsvc.url.arguments import BOOLEAN, ENCODED_TEXT, FORMAT, INTEGER, QUALITY
from imgsvc.url.grammar import UNLIMITED, Args, Context, Grammar, Options, given, one

_SAFE_FILENAME = re.compile(r"[A-Za-z0-9._-]+")


def _format_quality(args: Args, options: Options, _context: Context) -> Options:
    if len(args) % 2:
        raise ValueError(f"{args[-1]!r} has no quality behind it")
    asked = zip(map(FORMAT.read, args[::2]), map(QUALITY.read, args[1::2]), strict=True)
    return replace(options, format_quality={**options.format_quality, **dict(asked)})


def _write_format_quality(options: Options) -> list[list[str]]:
    pairs = [text for format_, value in options.format_quality.items() for text in (format_.word, QUALITY.write(value))]
    return [pairs] if pairs else []


def _skip_processing(args: Args, options: Options, _context: Context) -> Options:
    return replace(options, skip_processing=options.skip_processing + tuple(map(FORMAT.read, args)))


def _write_skip_processing(options: Options) -> list[list[str]]:
    return [[format_.word for format_ in options.skip_processing]] if options.skip_processing else []


def check_expiry(moment: int, now: float) -> None:
    """Refuse a URL that was good until `moment`; both in Unix seconds, 0 is for ever."""
    if 0 < moment < now:
        raise ExpiredUrlError(f"the URL expired at {moment}, in Unix seconds")


def _expires(args: Args, options: Options, context: Context) -> Options:
    moment = INTEGER.read(args[0])
    check_expiry(moment, context.now())
    return replace(options, expires=moment)


def _filename(args: Args, options: Options, _context: Context) -> Options:
    is_encoded = BOOLEAN.read(given(args, 1))
    return replace(options, filename=ENCODED_TEXT.read(args[0]) if is_encoded else args[0])


def _write_filename(options: Options) -> list[list[str]]:
    name = options.filename
    if _SAFE_FILENAME.fullmatch(name):
        return [[name]]
    return [[ENCODED_TEXT.write(name), BOOLEAN.write(True)]] if name else []


FORMAT_QUALITY = Grammar(_format_quality, _write_format_quality, most=UNLIMITED)
SKIP_PROCESSING = Grammar(_skip_processing, _write_skip_processing, most=UNLIMITED)
EXPIRES = Grammar(_expires, one("expires", INTEGER).build)
FILENAME = Grammar(_filename, _write_filename, most=2)
