"""`imgsvc warm`: its options."""

import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from imgsvc.app import create_parser
from imgsvc.codecs.sniff import sniff
from imgsvc.config import Config, from_environment, result_location
from imgsvc.errors import RenderingError
from imgsvc.exit_codes import ExitCode
from imgsvc.options.formats import Format
from imgsvc.runtime.scope import Scope
from imgsvc.schemes import create_sources
from imgsvc.sources.network.body import fetch
from imgsvc.sources.source import SourceRequest
from imgsvc.warming.asked import Asked, Start, engine_of, name_of, order_of
from imgsvc.warming.backlog import Backlog
from imgsvc.warming.catalogue.listing import catalogue, limited
from imgsvc.warming.catalogue.sitemap import SitemapError
from imgsvc.warming.estimating import estimate, sampled
from imgsvc.warming.manifest import AGAIN, Manifest, ManifestError
from imgsvc.warming.running import EngineError, Run, write_reports
from imgsvc.warming.targets import STORE
from imgsvc.warming.telling.page import MOST_BYTES, SHOWN, Look
from imgsvc.warming.telling.progress import shown
from imgsvc.warming.telling.report import report
from imgsvc.warming.units import Outcome, Unit

_LOOK_SECONDS = 5.0
# A request for each thousand names, and a file for each: what is listed twice to be counted.
_NOT_COUNTED = ("-", "s3://", "gs://", "abs://", "swift://", "http://", "https://")


@click.command()
@click.option("--from", "source", required=True, help="A file with a source URL a line, or - ; a folder; a sitemap "
              "(.xml, .xml.gz); s3://bucket/prefix/, or gs, abs, swift.")  # fmt: skip
@click.option("--presets", default="", help="Names of presets, each with its @format or without: card,hero@avif.")
@click.option("--options", multiple=True, help="Processing options as in a URL: rs:fit:300:200@webp; may be repeated.")
@click.option("--accept", "accepts", multiple=True, help="Formats that a client accepts: avif,webp; may be repeated.")
@click.option("--to", "target", default=STORE, show_default=True, help="store is RESULT_STORE; or a template of files: "
              "file:///srv/img/{path}/{preset}.{format}")  # fmt: skip
@click.option("--through", help="Of a server or CDN that is asked for each rendition, in place of making it here.")
@click.option("--workers", type=click.IntRange(1), help="Worker processes here. Default: one a core.")
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
@click.option("--fail-over", type=click.FloatRange(0, 100), default=50.0, show_default=True, help="Stop when more than "
              "so many percent fail.")  # fmt: skip
@click.option(
    "--dry-run", is_flag=True, help="Make a few, keep none, and tell how many there are, how long, how large."
)
@click.option("--sample", type=click.IntRange(1), default=20, show_default=True, help="How many --dry-run makes.")
@click.pass_obj
def warm(environ: dict[str, str], /, **given: Any) -> None:
    """Make the renditions of a whole catalogue before they are asked for; docs/warming.md.

    It is resumed by the same command, after whatever ended it. Exit codes: 0 all is there; 1 some failed, and are
    listed; 75 some were lost to their origin or the store; 130 it was interrupted: run it again.
    """
    asked, config = Asked(**given), from_environment(environ)
    order = order_of(asked, config)
    start = engine_of(asked, config, order, environ)
    try:
        if asked.dry_run:
            _estimate(asked, config, start)
            return
        name = name_of(asked, order)
        path = asked.manifest or Path(f"warm-{name[:8]}.jsonl")
        with Manifest(path, name, keeps_validators=asked.changed_only) as manifest:
            run = _run(asked, config, manifest, start)
    except (ManifestError, EngineError, SitemapError) as error:
        raise click.ClickException(str(error)) from error
    sys.exit(run.exit_code)


def _run(asked: Asked, config: Config, manifest: Manifest, start: Start) -> Run:
    due = partial(manifest.due, again=asked.again, asks=asked.changed_only)
    # PERF: listed twice, so that it can be said how much is left.
    is_counted = not asked.source.startswith(_NOT_COUNTED)
    total = sum(1 for _ in due(_listed(asked, config))) if is_counted else None
    run = Run(manifest, shown(Console(stderr=True), total), asked.fail_over / 100)
    run.go(due(_listed(asked, config)), start)
    if not (run.summary.units or manifest.passed_over or run.is_interrupted):
        click.echo(f"nothing is listed: {asked.source} names no source")
        return run
    for line in report(run.summary, run.seconds, manifest.passed_over):
        click.echo(line)
    if text := run.advice:
        click.echo(text)
    if run.summary.units:
        _write_reports(run, config)
    return run


def _write_reports(run: Run, config: Config) -> None:
    try:
        for path in write_reports(run, _look(config)):
            click.echo(f"report: {path}")
    except OSError as error:
        # All that it would say has been said, less the pictures.
        click.echo(f"no report is written: {error.filename or run.manifest.path.parent}: {error.strerror}", err=True)


def _estimate(asked: Asked, config: Config, start: Start) -> None:
    sample, outcomes = sampled(_listed(asked, config), asked.sample), list[Outcome]()
    if sample.units:
        with start() as engine:
            engine.run(Backlog(iter(sample.units), most_units=1), outcomes.append, lambda: None)
    target = str(result_location(config) or "") if asked.target == STORE else asked.target
    for line in estimate(sample, outcomes, width=asked.width, target=target, source=asked.source):
        click.echo(line)
    if not any(each.made for each in outcomes):
        sys.exit(ExitCode.NO)


def _listed(asked: Asked, config: Config) -> Iterator[Unit]:
    try:
        return limited(catalogue(asked.source, config), asked.limit)
    except ValueError as error:
        raise click.UsageError(f"--from: expected {error}, got {asked.source!r}") from error


def _look(config: Config) -> Look:
    """Fetches what failed once more, as the server would, where it was there and is small; nothing is decoded."""
    sources, parser = create_sources(config, []), create_parser(config)

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
