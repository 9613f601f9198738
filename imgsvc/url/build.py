"""Options and a source URL become a path: the inverse of `Parser.parse`."""

from collections.abc import Iterator
from dataclasses import replace

from imgsvc.client import CHANGED_ON_THE_WAY, DOTS, escaped
from imgsvc.errors import PathError, SourceUnreachableError, SourceUrlError, UrlError
from imgsvc.options.formats import Format
from imgsvc.options.processing import ProcessingOptions
from imgsvc.source_url import SourceUrl
from imgsvc.url.arguments import encoded_base64, unpadded_base64
from imgsvc.url.encrypted import MARK, Encrypt
from imgsvc.url.parse import Parsed, Parser
from imgsvc.url.path import split_path
from imgsvc.url.pipelines import SEPARATOR
from imgsvc.url.settings import UrlSettings
from imgsvc.url.table import OPTIONS


def build(options: ProcessingOptions, source_url: str, *, separator: str = ":", base64: bool = False) -> str:
    """The path, from the slash after the signature on, that is parsed as `options` and `source_url`.

    It names only what differs from the defaults. ValueError: there is no such path, as for a negative width.
    """
    source = encoded_base64(source_url) if base64 else _plain(source_url)
    path = "/".join(["", *map(separator.join, spelled(options)), source])
    _check(path, options, source_url, separator)
    return path


def spelled(options: ProcessingOptions) -> Iterator[tuple[str, ...]]:
    """Each option that differs from its default, its shortest name and its arguments; of a chain, what parts it."""
    for each in options.pipelines:
        if each is not options:
            yield (SEPARATOR,)
        for row in OPTIONS:
            yield from ((row.shortest, *arguments) for arguments in row.build(each))


def write(
    options: str,
    source_url: str,
    parser: Parser,
    *,
    extension: str = "",
    base64: bool = False,
    encrypt: Encrypt | None = None,
) -> str:
    """The path, from the slash after the signature on, with `options` as they are typed.

    UrlError: `parser` would refuse it, or would not read these options and this source in it.
    """
    coded = _encrypted(source_url, encrypt) if encrypt else encoded_base64(source_url) if base64 else ""
    typed = options.strip("/")
    if found := CHANGED_ON_THE_WAY.search(typed):
        raise PathError(f"clients change {found[0]!r} on its way, and options are not decoded: it cannot stand in them")
    if not coded and DOTS.match(f"/{source_url}"):
        raise SourceUrlError(f"clients take the dots at the beginning of {source_url!r} away: encode it in base64")
    source, mark = (coded, ".") if coded else (_plain(source_url), "@")
    path = "/".join(filter(None, (typed, f"{source}{mark}{extension}" if extension else source)))
    if parser.settings.only_presets and not typed:
        raise PathError(f"ONLY_PRESETS is set, so that options are names of presets: {_listed(parser.preset_names)}")
    understood = parser.parse(_rest(f"/{path}"))
    if understood.source != parser.rewritten(source_url):
        raise PathError(f"{typed!r} are not options alone: {str(understood.source)!r} would be read as the source URL")
    return f"/{path}"


def write_out(
    options: str,
    source_url: str,
    parser: Parser,
    *,
    format_: Format | None,
    base64: bool = False,
    encrypt: Encrypt | None = None,
) -> str:
    """As `write`, with presets and defaults replaced by what they stand for now."""
    meant = parser.parse(_rest(write(options, source_url, parser)))
    if format_:
        meant = replace(meant, options=replace(meant.options, format=format_))
    try:
        is_coded = base64 or encrypt is not None
        path = build(meant.options, source_url, separator=parser.settings.arguments_separator, base64=is_coded)
    except ValueError as error:
        raise PathError(str(error)) from error
    if encrypt:
        path = f"{path.rpartition('/')[0]}/{_encrypted(source_url, encrypt)}"
    understood = parser.parse(_rest(path))
    if _comparable(understood) != _comparable(meant):
        raise PathError(f"{path!r} says something else here: the preset `default` is applied before what a URL says")
    return path


def as_received(path: str) -> str:
    """A typed path as WSGI hands it over, its bytes as Latin-1 (PEP 3333)."""
    return path.encode("utf-8", "surrogateescape").decode("latin-1")


def _rest(path: str) -> str:
    return split_path(f"/_{as_received(path)}").rest


def _comparable(parsed: Parsed) -> Parsed:
    # Each use of this option adds to it, those of a preset as well.
    formats = tuple(sorted(set(parsed.options.skip_processing), key=lambda each: each.word))
    return replace(parsed, options=replace(parsed.options, skip_processing=formats))


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names) or "there are none"


def _encrypted(source_url: str, encrypt: Encrypt) -> str:
    return f"{MARK}/{unpadded_base64(encrypt(source_url))}"


def _plain(source_url: str) -> str:
    return f"plain/{escaped(source_url)}"


def _check(path: str, options: ProcessingOptions, source_url: str, separator: str) -> None:
    """Refuse a path that says something else: no grammar can write every value that the types allow."""
    settings = UrlSettings(
        arguments_separator=separator, allow_security_options=True, allow_bypass_cache=True, max_chained_pipelines=0
    )
    parser = Parser(settings, now=lambda: 0.0)
    try:
        meant = Parsed(options, SourceUrl.parse(source_url))
        understood = parser.parse(split_path(f"/_{path}").rest)
    except (UrlError, SourceUnreachableError) as error:
        raise ValueError(f"no URL can say this: {error}") from error
    if understood != meant:
        raise ValueError(f"no URL can say this: {path!r} is understood as {understood}")
