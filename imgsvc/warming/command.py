"""`imgsvc warm`: its options."""

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from hashlib import sha256
from pathlib import Path

import click
from rich.console import Console

from imgsvc.app import create_parser
from imgsvc.codecs.sniff import sniff
from imgsvc.config import Config, from_environment
from imgsvc.errors import RenderingError
from imgsvc.exit_codes import ExitCode
from imgsvc.options.formats import Format
from imgsvc.runtime.scope import Scope
from imgsvc.runtime.settings import core_count
from imgsvc.schemes import create_sources
from imgsvc.sources.network.body import fetch
from imgsvc.sources.source import SourceRequest
from imgsvc.warming.catalogue.listing import catalogue, limited
from imgsvc.warming.manifest import AGAIN, Manifest, ManifestError
from imgsvc.warming.running import Engine, Run, write_reports
from imgsvc.warming.targets import STORE, Template
from imgsvc.warming.telling.page import MOST_BYTES, SHOWN, Look
from imgsvc.warming.telling.progress import shown
from imgsvc.warming.telling.report import report
from imgsvc.warming.units import Order, Outcome, Unit, Wish
from imgsvc.warming.wishes import accepted_by, browsers, read_wishes
from imgsvc.warming.workers import identity

_LOOK_SECONDS = 5.0
_LOOPBACK = ("tcp://127.0.0.1:", "tcp://[::1]:", "tcp://localhost:")


@click.command()
@click.option("--from", "source", required=True, help="Source URLs, one a line, in a file or - ; or a folder.")
@click.option("--presets", default="", help="Names of presets, each with its @format or without: card,hero@avif.")
@click.option("--options", multiple=True, help="Processing options as in a URL: rs:fit:300:200@webp; may be repeated.")
@click.option("--accept", "accepts", multiple=True, help="Formats that a client accepts: avif,webp; may be repeated.")
@click.option("--to", "target", default=STORE, show_default=True, help="store is RESULT_STORE; or a template of files: "
              "file:///srv/img/{path}/{preset}.{format}")  # fmt: skip
@click.option("--workers", type=click.IntRange(1), help="Worker processes on this machine. Default: one a core.")
@click.option("--memory", type=click.IntRange(128), default=1024, show_default=True, help="MB of data for each.")
@click.option("--timeout", type=click.FloatRange(0.1), default=60.0, show_default=True, help="Seconds for a source.")
@click.option("--rate", type=click.FloatRange(0.001), help="Requests a second to one origin, by all workers together.")
@click.option("--scheduler", help="Of a Dask cluster, tls://host:port, in place of workers on this machine.")
@click.option("--manifest", type=click.Path(dir_okay=False, path_type=Path), help="Where it is written down what is "
              "done. Default: warm-<a digest of --from, --to and what is made>.jsonl")  # fmt: skip
@click.option("--again", type=click.Choice(AGAIN), default=AGAIN[0], show_default=True, help="What of earlier runs is "
              "done again, beside what has changed in the listing.")  # fmt: skip
@click.option("--changed-only", is_flag=True, help="Ask the source of what was made whether it has changed since.")
@click.option("--limit", type=click.IntRange(1), help="No more sources than so many.")
@click.option(
    "--fail-over",
    type=click.FloatRange(0, 100),
    default=50.0,
    show_default=True,
    help="Stop when more than so many percent fail.",
)
@click.pass_obj
def warm(
    environ: dict[str, str],
    source: str,
    presets: str,
    options: tuple[str, ...],
    accepts: tuple[str, ...],
    target: str,
    workers: int | None,
    memory: int,
    timeout: float,
    rate: float | None,
    scheduler: str | None,
    manifest: Path | None,
    again: str,
    limit: int | None,
    fail_over: float,
    *,
    changed_only: bool,
) -> None:
    """Make the renditions of a whole catalogue before they are asked for; docs/warming.md.

    It is resumed by the same command, after whatever ended it. Exit codes: 0 all is there; 1 some failed, and are
    listed; 75 some were lost to their origin or the store; 130 it was interrupted: run it again.
    """
    config = from_environment(environ)
    wishes = _wishes(config, presets, options, accepts, target)
    width = workers or core_count()
    order = Order(wishes, target, identity(config), timeout, memory << 20, width / rate if rate else 0.0)
    start = _engine(order, width, environ, scheduler)
    name = _name(source, order)
    try:
        with Manifest(manifest or Path(f"warm-{name[:8]}.jsonl"), name, keeps_validators=changed_only) as written:
            units = partial(_due, source, config, limit, written, again, asks=changed_only)
            run = Run(written, shown(Console(stderr=True), _total(source, units)), fail_over / 100)
            run.go(units(), start)
            _tell(run, config)
    except ManifestError as error:
        raise click.ClickException(str(error)) from error
    sys.exit(run.exit_code)


def _wishes(
    config: Config, presets: str, options: tuple[str, ...], accepts: tuple[str, ...], target: str
) -> tuple[Wish, ...]:
    named = tuple(filter(None, map(str.strip, presets.split(","))))
    if not (named or options):
        raise click.UsageError("--presets or --options says what to make")
    default = list(browsers(config.formats)) if target == STORE else []
    wishes = tuple(
        read_wishes(named, options, map(accepted_by, accepts) if accepts else default, create_parser(config))
    )
    if target == STORE and config.results.result_store is None:
        raise click.UsageError("--to store is RESULT_STORE, which is not set")
    if target != STORE:
        try:
            Template(target).check(wishes)
        except ValueError as error:
            raise click.UsageError(f"--to: expected {error}") from error
    return wishes


def _engine(
    order: Order, width: int, environ: dict[str, str], scheduler: str | None
) -> Callable[[], AbstractContextManager[Engine]]:
    # SECURITY: who answers for a scheduler has code run here, and who listens sees what is handed out.
    if scheduler and not scheduler.startswith(("tls://", *_LOOPBACK)):
        raise click.UsageError("--scheduler: expected tls://host:port, or tcp:// on loopback, as the end of a tunnel")
    try:
        # PERF: half a second and 50 MB, which no other command needs.
        from imgsvc.warming import engine  # noqa: PLC0415
    except ImportError as error:
        raise _NotInstalled(
            f"imgsvc warm needs its extra, imgsvc[warm]: pip install -r requirements/warm.txt ({error})"
        ) from error
    if scheduler:
        return partial(engine.cluster_engine, order, scheduler)
    return partial(engine.local_engine, order, width, environ)


class _NotInstalled(click.ClickException):
    exit_code = ExitCode.UNAVAILABLE


def _name(source: str, order: Order) -> str:
    """Of what is to be made from what: with another one, nothing of it is done yet."""
    made = [(each.label, each.options) for each in order.wishes]
    return sha256(repr((source, order.target, made, order.identity)).encode("utf-8", "surrogateescape")).hexdigest()[
        :32
    ]


def _due(
    source: str, config: Config, limit: int | None, manifest: Manifest, again: str, *, asks: bool
) -> Iterator[Unit]:
    try:
        return manifest.due(limited(catalogue(source, config), limit), again, asks=asks)
    except ValueError as error:
        raise click.UsageError(f"--from: expected {error}") from error


def _total(source: str, units: Callable[[], Iterator[Unit]]) -> int | None:
    """How many are due, where they can be listed twice."""
    return None if source == "-" else sum(1 for _ in units())


def _tell(run: Run, config: Config) -> None:
    for line in report(run.summary, run.seconds, run.manifest.passed_over):
        click.echo(line)
    if not run.summary.units:
        return
    for path in write_reports(run, _look(config)):
        click.echo(f"report: {path}")


def _look(config: Config) -> Look:
    """Fetches what failed once more, as the server would, where it was there and is small; nothing is decoded."""
    sources = create_sources(config, [])
    parser = create_parser(config)

    def look(outcome: Outcome) -> tuple[Format, bytes] | None:
        if not outcome.source_bytes and outcome.error not in ("died", "timeout"):
            return None
        try:
            found = fetch(sources, SourceRequest(parser.rewritten(outcome.source)), Scope(_LOOK_SECONDS), MOST_BYTES)
            format_ = sniff(found.body)
        except RenderingError:
            return None
        return (format_, found.body) if format_ in SHOWN else None

    return look
