"""`imgsvc drill`: its options, and where it may be aimed."""

import asyncio
import ipaddress
import socket
import sys
from collections.abc import Callable
from urllib.parse import urlsplit

import click
from rich.console import Console

from imgsvc.config import Config, from_environment
from imgsvc.drill.client import Target
from imgsvc.drill.health import Question
from imgsvc.drill.outcome import Outcome
from imgsvc.drill.report import Report
from imgsvc.drill.running import DrillError, run
from imgsvc.drill.scenes import SCENES
from imgsvc.drill.stage import Stage
from imgsvc.exit_codes import ExitCode
from imgsvc.security.signature import signature

_WIDE = 150


@click.command()
@click.argument("server", metavar="ADDRESS:PORT", default="127.0.0.1:8080")
@click.option("--url", "picture", required=True, help="Path of a small picture that the server can make, signed.")
@click.option("--large-url", "large", help="Path of some megabytes, best with raw:1: what is leaked. Default: --url.")
@click.option("--health", default="/health", show_default=True, help="Path of the health check on the main port.")
@click.option("--ready", help="URL of the readiness check, such as http://127.0.0.1:8081/ready.")
@click.option("--seconds", type=click.FloatRange(2, 120), default=10.0, show_default=True, help="For each scene.")
@click.option("--only", type=click.Choice([scene.name for scene in SCENES]), multiple=True, help="Only these scenes.")
@click.option("--i-own-this-server", "is_owned", is_flag=True, help="Allow an address that is not loopback.")
@click.pass_obj
def drill(
    environ: dict[str, str],
    server: str,
    picture: str,
    large: str | None,
    health: str,
    ready: str | None,
    seconds: float,
    only: tuple[str, ...],
    *,
    is_owned: bool,
) -> None:
    """Stress a RUNNING server with the faults that end image servers, and see whether its promises hold.

    Good clients ask for the picture ten times a second throughout, so both pictures should be cheap to make: a
    thumbnail for --url, and for --large-url a large file that is passed on as it is, with the option raw:1.
    Where they cost too much, a warning says so, and what good clients miss then is unclear rather than broken.
    Bounded in time and number; it ends with exit code 1 if a promise was broken, and Ctrl-C ends it cleanly.
    """
    target, is_local = _target(server, is_owned=is_owned)
    questions = [Question(health, target, health)]
    if ready:
        parts = urlsplit(ready if "//" in ready else f"//{ready}")
        where, _ = _target(parts.netloc, is_owned=is_owned)
        questions.append(Question("/ready", where, parts.path or "/ready"))
    config = from_environment(environ)
    paths = (picture, large or picture)
    stage = Stage(target, *paths, seconds, tuple(questions), _signer(config), is_local, _options(config, picture))
    sys.exit(_play(stage, only))


def _play(stage: Stage, only: tuple[str, ...]) -> int:
    console = Console(width=None if sys.stdout.isatty() else _WIDE)
    report, outcomes = Report(console), list[Outcome]()
    try:
        asyncio.run(run(stage, only, report, outcomes))
    except DrillError as error:
        raise click.ClickException(str(error)) from error
    except KeyboardInterrupt:
        report.say("Interrupted; what was played so far:")
        report.table(outcomes)
        return ExitCode.INTERRUPTED
    report.table(outcomes)
    return ExitCode.NO if any(outcome.broken for outcome in outcomes) else ExitCode.OK


def _target(server: str, *, is_owned: bool) -> tuple[Target, bool]:
    """Where to aim, and whether that is this machine."""
    parts = urlsplit(f"//{server}")
    try:
        port = parts.port or 80
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except (OSError, ValueError) as error:
        raise click.UsageError(f"{server} is no ADDRESS:PORT: {error}") from error
    address = str(found[0][4][0])
    is_local = ipaddress.ip_address(address).is_loopback
    if not is_local and not is_owned:
        raise click.UsageError(f"{address} is not loopback: a drill is an attack; add --i-own-this-server if you do")
    return Target(address, port), is_local


def _options(config: Config, picture: str) -> tuple[str, ...]:
    """The drill's own, and where a server takes only some, those of the picture that it makes."""
    typed, plain, _ = picture.removeprefix(config.url.path_prefix).partition("/plain/")
    of_picture = "/".join(["", *typed.split("/")[2:]])
    return ("/rs:fit:16:16", of_picture) if plain else ("/rs:fit:16:16",)


def _signer(config: Config) -> Callable[[str], str]:
    """Signs with the keys of this environment, which should be the server's."""
    return lambda path: f"{config.url.path_prefix}/{signature(config.signature, path)}{path}"
