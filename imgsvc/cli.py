"""The command line: serve, render, sign, url, explain, config, health, doctor, and what other rooms add to it."""

import json
import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import click

from imgsvc import __version__
from imgsvc.app import create_parser, create_renderer, create_watchers
from imgsvc.bench.command import bench
from imgsvc.commands.diagnosis import Finding, diagnose, ways
from imgsvc.commands.env_file import env_file
from imgsvc.commands.explanation import explain as explanation
from imgsvc.commands.explanation import explain_as_json, question
from imgsvc.commands.group import Commands
from imgsvc.commands.moving import env_lines, moved, variables_in
from imgsvc.commands.purging import purge
from imgsvc.config import Config, cautions, from_environment, read, unused_variables
from imgsvc.drill.command import drill
from imgsvc.exit_codes import ExitCode
from imgsvc.live.command import health, stacks, top
from imgsvc.options.formats import BY_WORD
from imgsvc.options.info import InfoOptions
from imgsvc.rendering import Renderer
from imgsvc.rendition import InfoRendition, RenderRequest, Rendition
from imgsvc.runtime.launching import GunicornArgumentsError, NotInstalledError, check_arguments, server_command
from imgsvc.runtime.scope import Scope
from imgsvc.schemes import create_sources, may_be_read
from imgsvc.security.settings import SignatureSettings
from imgsvc.settings.env import PREFIXES, Mistake, SettingsError
from imgsvc.settings.environment import ENV_FILE_VARIABLES, environment, missing_env_file
from imgsvc.sources.local import LocalSource
from imgsvc.sources.network.body import fetch
from imgsvc.sources.source import SourceRequest
from imgsvc.url.build import as_received, write
from imgsvc.urls import sign, url
from imgsvc.warming.command import warm
from imgsvc.web.headers.negotiation import accepted_formats

Environ = dict[str, str]

# A picture made by hand may take its time; a server's deadline is a setting.
_PATIENCE_SECONDS = 600


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="imgsvc")
@click.option("--env-file", type=click.Path(exists=True, dir_okay=False), help="Read settings from this file as well.")
@click.pass_context
def main(context: click.Context, env_file: str | None) -> None:
    """imgsvc, an image processing server that speaks imgproxy's URLs.

    Settings are environment variables: IMGSVC_X, else IMGPROXY_X. See `imgsvc config --print`.
    """
    context.obj = environment({**os.environ, ENV_FILE_VARIABLES[0]: env_file} if env_file else None)


@main.command(context_settings={"ignore_unknown_options": True})
@click.option("--bind", help="Address and port, or unix:PATH; as IMGSVC_BIND.")
@click.option("--workers", type=int, help="Worker processes; as IMGSVC_WORKERS.")
@click.argument("gunicorn_arguments", nargs=-1, type=click.UNPROCESSED)
@click.pass_obj
def serve(environ: Environ, bind: str | None, workers: int | None, gunicorn_arguments: tuple[str, ...]) -> None:
    """Run the server (gunicorn) until it is told to stop; further arguments are gunicorn's."""
    options = {"BIND": bind, "WORKERS": workers}
    given = {PREFIXES[0] + name: str(value) for name, value in options.items() if value is not None}
    environ.update(given)
    # An env file that is there has been read; the server would lay it over what is given here.
    if given and not missing_env_file(environ):
        environ = {name: value for name, value in environ.items() if name not in ENV_FILE_VARIABLES}
    try:
        check_arguments(gunicorn_arguments)
        command = server_command(*gunicorn_arguments)
    except GunicornArgumentsError as error:
        raise click.UsageError(str(error)) from error
    except NotInstalledError as error:
        raise click.ClickException(str(error)) from error
    os.execve(command[0], command, environ)


@main.command()
@click.argument("target", metavar="URL-OR-PATH")
@click.option("-o", "--output", type=click.Path(dir_okay=False), required=True, help="Where to write; - is stdout.")
@click.option("--options", default="", help="For an image file: processing options as in a URL, rs:fit:300:200/q:70.")
@click.option("--accept", default="", help="The Accept header that a client would send.")
@click.pass_obj
def render(environ: Environ, target: str, output: str, options: str, accept: str) -> None:
    """Make one picture without a server.

    URL-OR-PATH is a URL of an imgsvc server, or the path in it; the bytes are those that the server would send.
    It may also be an image file: then --options say what to do, and the output's name which format to write.
    """
    renderer, request = _request(from_environment(environ), target, options, accept, output)
    rendition = _rendered(renderer, request)
    _write(output, rendition.body)
    if isinstance(rendition, InfoRendition):
        click.echo(f"{output}: what is told of a {rendition.origin_format.word}", err=True)
        return
    size = f"{rendition.result_size.width}x{rendition.result_size.height}"
    click.echo(f"{output}: {rendition.format.word} {size}, {len(rendition.body)} bytes", err=True)


@main.command()
@click.argument("target", metavar="URL-OR-PATH")
@click.option("--options", default="", help="For an image file: processing options as in a URL.")
@click.option("--accept", default="", help="The Accept header that a client would send.")
@click.option("--json", "as_json", is_flag=True, help="As JSON, with the boxes as shares of the picture's sides.")
@click.pass_obj
def explain(environ: Environ, target: str, options: str, accept: str, *, as_json: bool) -> None:
    """Show what a URL means: options, every size and box, the format; the source's header is read, no pixel."""
    renderer, request = _request(from_environment(environ), target, options, accept, "")
    job = renderer.prepare(request)
    if isinstance(job.options, InfoOptions):
        lines = question(job, job.options)
        click.echo(json.dumps({"lines": lines}) if as_json else "\n".join(f"{name:20}{text}" for name, text in lines))
        return
    limit = renderer.limits_of(job).file_size
    fetched = fetch(renderer.sources, SourceRequest(job.source), _scope(), limit)
    _, decision = renderer.decide(job, fetched)
    if as_json:
        click.echo(json.dumps(explain_as_json(job, decision, renderer.defaults), indent=1))
        return
    for subject, statement in explanation(job, decision, renderer.defaults):
        click.echo(f"{subject:20}{statement}")


@main.command()
@click.option("--check", is_flag=True, help="Only say whether the settings can be used.")
@click.option("--strict", is_flag=True, help="Warnings are mistakes as well, as for a test before a deployment.")
@click.option("--print", "shows", is_flag=True, help="Print every setting, as an env file; defaults are comments.")
@click.option(
    "--from",
    "source",
    type=click.Path(exists=True, allow_dash=True),
    help="Print what of an imgproxy's settings counts.",
)
@click.pass_obj
def config(environ: Environ, *, check: bool, strict: bool, shows: bool, source: str | None) -> None:
    """Check the settings, or print them; secrets are masked.

    Exit code 78 and a list of all mistakes if they cannot be used; warnings name what does nothing here.
    --from takes an imgproxy's env file, compose file, values of a chart or, as -, what `env` prints where it runs: the
    env file of what counts here is printed, secrets and all, and what becomes of each variable is said beside it.
    """
    if source:
        _move(source, environ)
        return
    found, mistakes = read(environ)
    if shows:
        click.echo("\n".join(env_file(found, environ)))
    warnings = [*unused_variables(environ), *cautions(found, mistakes)]
    for warning in warnings:
        click.echo(f"warning: {warning}", err=True)
    create_watchers(found, mistakes)
    if check or strict or not shows:
        create_renderer(found, mistakes)
        if strict and warnings:
            click.echo("The settings can be used, but for --strict: there are warnings.", err=True)
            sys.exit(ExitCode.CONFIG)
        click.echo("The settings can be used.")
    elif mistakes:
        raise SettingsError(mistakes)


def _move(source: str, environ: Environ) -> None:
    text = sys.stdin.read() if source == "-" else Path(source).read_text("utf-8", "surrogateescape")
    found, untold = variables_in(text, environ, is_file=source != "-")
    for each in moved(found):
        click.echo(f"{each.name:44}{each.fate}{': ' if each.reason else ''}{each.reason}", err=True)
    for name in untold:
        click.echo(f"{name:44}to be set by hand: its value is not in the file itself", err=True)
    click.echo("\n".join(env_lines(found)))


@main.command()
@click.option("--source", "url", default="", help="Look instead for what stands between here and this source URL.")
@click.pass_obj
def doctor(environ: Environ, url: str) -> None:
    """Show what this installation can do: library, SIMD level, formats; and how to get what is missing.

    With --source, such as s3://bucket/key: each step to it, how long it takes, and what to do where it fails.
    """
    findings, is_well = _ways(from_environment(environ), url) if url else iter(diagnose()), True
    for finding in findings:
        click.echo(f"{'ok ' if finding.is_well else '!! '} {finding.subject:22}{finding.statement}")
        is_well &= finding.is_well
    sys.exit(ExitCode.OK if is_well else ExitCode.NO)


def _ways(config: Config, url: str) -> Iterator[Finding]:
    mistakes: list[Mistake] = []
    sources = create_sources(config, mistakes)
    if mistakes:
        raise SettingsError(mistakes)
    return ways(sources, url, partial(may_be_read, config), _scope())


for command in (sign, url, bench, drill, top, stacks, health, purge, warm):
    main.add_command(command)


def _request(config: Config, target: str, options: str, accept: str, output: str) -> tuple[Renderer, RenderRequest]:
    """A renderer and what to ask of it: as the server would be asked, or for a file of this machine."""
    accepted = accepted_formats(accept)
    if not os.path.isfile(target):  # noqa: PTH113 (Path's raises where a URL is too long for a name)
        if options:
            raise click.UsageError(f"--options is for image files, and {target} is none")
        return create_renderer(config), RenderRequest(_path_of(target), accepted=accepted)
    file = Path(target).resolve()
    word = Path(output).suffix.lstrip(".").lower()
    extension = word if word in BY_WORD and output != "-" else ""
    config = _for_files(config)
    path = write(options, f"local:///{file.name}", create_parser(config), extension=extension)
    renderer = replace(create_renderer(config), sources=LocalSource(file.parent, ""))
    return renderer, RenderRequest(f"/file{path}", accepted=accepted)


def _for_files(config: Config) -> Config:
    """The settings, less what they say of whose pictures may be made, and where those are."""
    return replace(
        config,
        signature=SignatureSettings(),
        url=replace(config.url, path_prefix="", base_url="", url_replacements=()),
        limits=replace(config.limits, allowed_sources=()),
    )


def _path_of(target: str) -> str:
    """The request target in a URL, as a server receives it."""
    if not target.startswith("/"):
        if urlsplit(target).scheme not in ("http", "https"):
            raise click.UsageError(f"{target} is no file, no path that begins with a slash, and no http URL")
        target = "/" + target.partition("//")[2].partition("/")[2]
    return as_received(target)


def _rendered(renderer: Renderer, request: RenderRequest) -> Rendition | InfoRendition:
    made = renderer.render(renderer.prepare(request), _scope())
    if not isinstance(made, Rendition | InfoRendition):
        raise click.ClickException("a raw URL passes its source on as it is: fetch the source itself")
    return made


def _scope() -> Scope:
    return Scope(_PATIENCE_SECONDS)


def _write(output: str, body: bytes) -> None:
    if output == "-":
        sys.stdout.buffer.write(body)
        return
    try:
        Path(output).write_bytes(body)
    except OSError as error:
        raise click.ClickException(f"{output} cannot be written: {error.strerror}") from error
