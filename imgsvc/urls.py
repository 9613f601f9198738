"""imgsvc sign and imgsvc url: paths are built, and signed."""

from collections.abc import Callable

import click

from imgsvc.app import create_cipher, create_info_parser, create_parser
from imgsvc.config import Config, from_environment
from imgsvc.errors import RenderingError
from imgsvc.info.journey import ROUTE
from imgsvc.options.formats import BY_WORD
from imgsvc.security.signature import signature
from imgsvc.url.build import as_received, write, write_out
from imgsvc.url.path import split_path

Environ = dict[str, str]

_KEY_INDEX = click.option(
    "--key-index",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    help="With which of several keys and salts, counted from 0.",
)


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
@click.pass_obj
def url(
    environ: Environ,
    source: str,
    options: str,
    word: str,
    key_index: int,
    host: str,
    *,
    base64: bool,
    encrypt: bool,
    expand: bool,
) -> None:
    """Build the URL, signed if keys are set, that makes SOURCE into what the options say.

    The options are in it as they are typed; under ONLY_PRESETS they are names of presets.
    """
    config = from_environment(environ)
    parser, encrypts = create_parser(config), _encrypts(config) if encrypt else None
    if expand:
        if config.url.only_presets:
            raise click.UsageError("--expand writes options, and ONLY_PRESETS is set: URLs hold none")
        path = write_out(options, source, parser, format_=BY_WORD.get(word), base64=base64, encrypt=encrypts)
    else:
        path = write(options, source, parser, extension=word or "", base64=base64, encrypt=encrypts)
    click.echo(f"{host.rstrip('/')}{config.url.path_prefix}/{_signature(config, path, key_index)}{path}")


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
