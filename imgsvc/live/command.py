"""`imgsvc top`, `imgsvc stacks` and `imgsvc health`: what is asked of a running server."""

import sys
import time
from typing import Any

import click
import requests
from rich.console import Console
from rich.live import Live

from imgsvc.config import from_environment
from imgsvc.exit_codes import ExitCode
from imgsvc.live.asking import ObserverError, ask, observer_address
from imgsvc.live.stacks import shown
from imgsvc.live.top import view
from imgsvc.observer.settings import ObserverSettings
from imgsvc.settings.env import SettingsError

_WIDE = 180
_OBSERVER = click.option("--observer", help="ADDRESS:PORT of the observer. Default: as these settings say.")


@click.command()
@_OBSERVER
@click.option("--once", is_flag=True, help="Print it once, and end.")
@click.option("--every", type=click.FloatRange(0.2, 60), default=1.0, show_default=True, help="Seconds between looks.")
@click.pass_obj
def top(environ: dict[str, str], observer: str | None, *, once: bool, every: float) -> None:
    """Watch the workers of a running server: stages, fetches, ages, origins, queues, rates. Ctrl-C ends it."""
    address = _address(environ, observer)
    status = _asked(address, "/status")
    console = Console(width=None if sys.stdout.isatty() else _WIDE)
    if once:
        console.print(view(status))
        return
    with Live(view(status), console=console, screen=console.is_terminal, auto_refresh=False) as live:
        try:
            while True:
                time.sleep(every)
                before, status = status, _asked(address, "/status")
                live.update(view(status, before), refresh=True)
        except KeyboardInterrupt:
            return


@click.command()
@_OBSERVER
@click.option("--all-threads", is_flag=True, help="The threads beside the work too, as they were written.")
@click.pass_obj
def stacks(environ: dict[str, str], observer: str | None, *, all_threads: bool) -> None:
    """Show what every worker of a running server makes and fetches now, as Python stacks; busy, idle or stuck."""
    address = _address(environ, observer)
    workers = {str(each["pid"]): each for each in _asked(address, "/status")["workers"]}
    for line in shown(_asked(address, "/stacks"), workers, is_whole=all_threads):
        click.echo(line)


@click.command()
@click.option("--timeout", default=5.0, show_default=True, help="Seconds to wait.")
@click.pass_obj
def health(environ: dict[str, str], timeout: float) -> None:
    """Ask the server that these settings describe whether it is well; exit code 1 if not."""
    found = from_environment(environ)
    address = found.runtime.address()
    if address.startswith("unix:"):
        raise click.ClickException(f"health asks over TCP, and BIND is {address}: use curl --unix-socket")
    where = f"http://{address.replace('0.0.0.0', '127.0.0.1')}{found.url.path_prefix}/health"
    try:
        answer = requests.get(where, timeout=timeout)
    except requests.RequestException as error:
        raise click.ClickException(f"{where} does not answer: {error}") from error
    click.echo(f"{where}: {answer.status_code} {answer.text}")
    sys.exit(ExitCode.OK if answer.ok else ExitCode.NO)


def _address(environ: dict[str, str], given: str | None) -> str:
    try:
        settings = from_environment(environ).observer
    except SettingsError:
        settings = ObserverSettings()
    try:
        return given or observer_address(settings.address())
    except ObserverError as error:
        raise click.ClickException(str(error)) from error


def _asked(address: str, page: str) -> Any:
    try:
        return ask(address, page)
    except ObserverError as error:
        raise click.ClickException(str(error)) from error
