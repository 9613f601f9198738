"""imgsvc sign and imgsvc url: paths are built, and signed."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import click

from imgsvc.app import create_cipher, create_info_parser, create_parser, create_renderer
from imgsvc.commands.html import Wish, Writer
from imgsvc.commands.looking import Looker
from imgsvc.config import Config, from_environment
from imgsvc.errors import RenderingError
from imgsvc.info.journey import ROUTE
from imgsvc.options.formats import BY_WORD
from imgsvc.security.signature import signature
from imgsvc.url.build import as_received, write, write_out
from imgsvc.url.path import split_path
from imgsvc.web.settings import FallbackSettings, WatermarkSettings

Environ = dict[str, str]

_KEY_INDEX = click.option(
    "--key-index",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    help="With which of several keys and salts, counted from 0.",
)


class _List(click.ParamType[Any]):
    """Values behind commas, each of them of one kind."""

    def __init__(self, name: str, kind: click.ParamType[Any]) -> None:
        self.name, self._kind = name, kind

    def convert(self, value: Any, param: click.Parameter | None, context: click.Context | None) -> tuple[Any, ...]:
        """Of what was typed."""
        if not isinstance(value, str):
            return tuple(value)
        return tuple(self._kind.convert(each.strip(), param, context) for each in value.split(",") if each.strip())


WIDTHS = _List("widths", click.IntRange(1))
WORDS = _List("formats", click.Choice(["avif", "webp", "jxl"]))


@click.command()
@click.argument("path")
@_KEY_INDEX
@click.pass_obj
def sign(environ: Environ, path: str, key_index: int) -> None:
    """Print PATH (/options/plain/source, or /info/options/plain/source) with its signature in it.

    It is signed even if this server would refuse it, for another may be meant; a warning says so.
    """
    config = from_environment(environ)
    path = path if path.startswith("/") else f"/{path}"
    # The signature stands behind the route, and does not cover it.
    is_info = path.startswith(f"{ROUTE}/")
    route, path = (ROUTE, path.removeprefix(ROUTE)) if is_info else ("", path)
    rest = split_path(f"/_{as_received(path)}").rest
    if "?" in path or "#" in path:
        click.echo("warning: what is behind a ? or # is not signed, and no part of the source URL: %3F, %23", err=True)
    try:
        (create_info_parser if is_info else create_parser)(config).parse(rest)
    except RenderingError as error:
        click.echo(f"warning: a server with these settings refuses it: {error}", err=True)
    click.echo(f"{config.url.path_prefix}{route}/{_signature(config, f'/{rest}', key_index)}{path}")


@click.command()
@click.argument("source")
@click.option("--options", default="", help="Processing options as in a URL: rs:fill:300:300/g:sm/q:70.")
@click.option("--format", "word", type=click.Choice(sorted(BY_WORD)), help="Format of the result.")
@click.option("--base64", is_flag=True, help="Encode the source URL, for proxies that mangle plain ones.")
@click.option("--encrypt", is_flag=True, help="Encrypt the source URL, so that nobody reads it in this one.")
@click.option("--expand", is_flag=True, help="Write out what presets stand for now, so that a change does not count.")
@_KEY_INDEX
@click.option("--host", default="", help="Put before the path, such as https://img.example.com.")
@click.option("--html", is_flag=True, help="Print HTML that shows the picture; its source is looked at for its size.")
@click.option("--widths", type=WIDTHS, default=(), help="With --html: 320,640,1280, the widths to choose from.")
@click.option("--sizes", default="", help="With --widths: how wide it is shown, (max-width: 640px) 100vw, 640px.")
@click.option("--formats", type=WORDS, default="avif,webp", show_default=True, help="With --html: formats to prefer.")
@click.option("--alt", default="", help="With --html: what is read where the picture is not seen.")
@click.pass_obj
def url(
    environ: Environ,
    /,
    source: str,
    options: str,
    word: str | None,
    key_index: int,
    host: str,
    *,
    base64: bool,
    encrypt: bool,
    expand: bool,
    html: bool,
    **shown: Any,
) -> None:
    """Build the URL, signed if keys are set, that makes SOURCE into what the options say.

    The options are in it as they are typed; under ONLY_PRESETS they are names of presets.
    """
    config = from_environment(environ)
    if config.url.only_presets and (expand or html):
        flag = "--expand" if expand else "--html"
        raise click.UsageError(f"{flag} writes options, and ONLY_PRESETS is set: URLs hold none")
    if not html and (shown["widths"] or shown["sizes"] or shown["alt"]):
        raise click.UsageError("--widths, --sizes and --alt are for --html")
    write_url = _UrlWriter(config, source, key_index, host.rstrip("/"), base64, encrypt, expand)
    if html:
        _echo_html(config, write_url, Wish(options, word=word or "", **shown))
    else:
        click.echo(write_url(options, word or ""))


@dataclass(frozen=True, slots=True)
class _UrlWriter:
    """URLs of one source, as the flags say."""

    config: Config
    source: str
    key_index: int
    host: str
    base64: bool
    encrypt: bool
    expand: bool

    def __call__(self, options: str, word: str, *, base64: bool = False) -> str:
        """Of these options, in the format of this name."""
        parser, encrypts = create_parser(self.config), _encrypts(self.config) if self.encrypt else None
        is_coded = self.base64 or base64
        if self.expand:
            path = write_out(options, self.source, parser, format_=BY_WORD.get(word), base64=is_coded, encrypt=encrypts)
        else:
            path = write(options, self.source, parser, extension=word, base64=is_coded, encrypt=encrypts)
        return f"{self.host}{self.config.url.path_prefix}/{_signature(self.config, path, self.key_index)}{path}"

    def in_srcset(self, options: str, word: str) -> str:
        """As it may stand in `srcset`, where a comma at its end would be taken for the list's."""
        found = self(options, word)
        return self(options, word, base64=True) if found.endswith(",") else found


def _echo_html(config: Config, write_url: _UrlWriter, wish: Wish) -> None:
    # Neither watermark nor fallback changes what is looked at, and both may be far away.
    plain = replace(config, watermark=WatermarkSettings(), fallback=FallbackSettings())
    looker = Looker(lambda: create_renderer(plain), config.runtime.timeout)
    writer = Writer(
        write_url.in_srcset,
        lambda found: looker.look(as_received(found.removeprefix(write_url.host))),
        create_parser(config),
    )
    click.echo(writer.html(wish))
    if looker.fault:
        click.echo(f"warning: its size is not known, for the source cannot be looked at: {looker.fault}", err=True)
    elif left_out := ", ".join(writer.left_out(wish)):
        click.echo(f"note: the picture moves, and would not as {left_out}: that is left out", err=True)


def _signature(config: Config, path: str, key_index: int) -> str:
    try:
        return signature(config.signature, path, key_index)
    except ValueError as error:
        raise click.UsageError(str(error)) from error


def _encrypts(config: Config) -> Callable[[str], bytes]:
    cipher = create_cipher(config)
    if cipher is None:
        raise click.UsageError("--encrypt needs SOURCE_URL_ENCRYPTION_KEY, and it is not set")
    return cipher.encrypted
