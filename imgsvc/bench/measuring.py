"""Measures: each stage in this process, and whole answers of a real server of one worker."""

import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import requests

from imgsvc.app import create_renderer
from imgsvc.bench.serving import BenchError, Served, ask, flame_prefix, origin
from imgsvc.bench.stopwatch import REST, Stopwatch
from imgsvc.config import from_environment
from imgsvc.errors import RenderingError
from imgsvc.rendering import Renderer
from imgsvc.rendition import RenderRequest, Rendition
from imgsvc.runtime.workers.memory import keep_heap
from imgsvc.settings.environment import ENV_FILE_VARIABLES

# A bench is of this machine, and asks its own server for its own pictures.
_SETTINGS = {
    "WORKERS": "1",
    "PROMETHEUS_BIND": "",
    "ALLOW_LOOPBACK_SOURCE_ADDRESSES": "true",
    "ALLOWED_SOURCES": "",
    "BASE_URL": "",
    "URL_REPLACEMENTS": "",
    "KEY": "",
    "SALT": "",
    "SECRET": "",
    "PATH_PREFIX": "",
    "MAX_REQUESTS": "0",
    "TIMEOUT": "60",
}
_TIMEOUT_SECONDS = 60
_FEWEST = 3
# One may be the first to touch something.
_WARMING = 2
_FLAME_RATE = 500


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked of every picture: options as in a URL, the result's format, and for how long."""

    options: str
    format: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Answers:
    """What the server did: how many, and for each the CPU seconds, those of sending, the seconds until it was there."""

    count: int
    cpu_seconds: float
    sending_seconds: float
    seconds: float
    worker_bytes: int


@dataclass(frozen=True, slots=True)
class Measured:
    """What one picture takes: CPU seconds by stage and step, and whole answers."""

    name: str
    source: str
    result: str
    stages: Mapping[str, float]
    answers: Answers

    @property
    def server_cpu_seconds(self) -> float:
        """What of an answer is in no stage: the connection, HTTP, options, headers, log, metrics."""
        return max(0.0, self.answers.cpu_seconds - self.answers.sending_seconds - sum(self.stages.values()))


def measure(
    environ: Mapping[str, str], pictures: Sequence[Path], wish: Wish, say: Callable[[str], None]
) -> list[Measured]:
    """All of them, one after the other; BenchError where one cannot be made."""
    environ = settings(environ)
    renderer = create_renderer(from_environment(environ))
    keep_heap()
    with tempfile.TemporaryDirectory(prefix="imgsvc-bench-") as folder:
        home = Path(folder)
        paths = laid_out(pictures, home / "pictures")
        found = []
        with (
            origin(home / "pictures", home / "origin.log", environ) as source,
            Served(environ, home / "server.log") as served,
            requests.Session() as session,
        ):
            session.trust_env = False
            for picture, path in zip(pictures, paths, strict=True):
                asked = target(wish, f"http://{source.address}/{path}")
                say(f"{picture.name}: the stages")
                shown, stages = _stages(renderer, asked, wish.seconds, picture.name)
                say(f"{picture.name}: whole answers")
                answers = _answers(session, f"http://{served.address}{asked}", served, wish.seconds)
                found.append(Measured(picture.name, *_told(shown), stages, answers))
        return found


def draw_flames(
    environ: Mapping[str, str], pictures: Sequence[Path], wish: Wish, drawing: Path, say: Callable[[str], None]
) -> None:
    """Let py-spy draw a server that makes the pictures in turn."""
    python, path = Path(sys.executable).parent, environ.get("PATH", "")
    with tempfile.TemporaryDirectory(prefix="imgsvc-bench-") as folder:
        home = Path(folder)
        drawn = home / "flame.svg"
        prefix = flame_prefix(drawn, _FLAME_RATE, python, path)
        paths = laid_out(pictures, home / "pictures")
        say(f"{drawing}: the flame graph")
        with (
            origin(home / "pictures", home / "origin.log", environ) as source,
            Served(settings(environ), home / "server.log", prefix) as served,
            requests.Session() as session,
        ):
            session.trust_env = False
            end = time.monotonic() + wish.seconds * len(pictures)
            while time.monotonic() < end:
                for each in paths:
                    ask(session, f"http://{served.address}{target(wish, f'http://{source.address}/{each}')}")
        if not drawn.exists():
            raise BenchError(f"py-spy has not drawn {drawing}; it may need root, or kernel.yama.ptrace_scope=0")
        try:
            shutil.copyfile(drawn, drawing)
        except OSError as error:
            raise BenchError(f"{drawing} cannot be written: {error.strerror}") from error


def settings(environ: Mapping[str, str]) -> dict[str, str]:
    """The settings of this machine, but for what a bench has to have its own way; no file is laid over them."""
    kept = {name: value for name, value in environ.items() if name not in ENV_FILE_VARIABLES}
    return kept | {f"IMGSVC_{name}": value for name, value in _SETTINGS.items()}


def laid_out(pictures: Sequence[Path], folder: Path) -> list[str]:
    """The pictures under names that no web server stumbles over; what a URL calls them."""
    folder.mkdir()
    names = [f"{number}{picture.suffix}" for number, picture in enumerate(pictures)]
    for picture, name in zip(pictures, names, strict=True):
        shutil.copyfile(picture, folder / name)
    return [quote(name) for name in names]


def target(wish: Wish, url: str) -> str:
    """What is asked of the server for a source at `url`."""
    options = f"{wish.options.strip('/')}/" if wish.options.strip("/") else ""
    return f"/unsafe/{options}plain/{url}{f'@{wish.format}' if wish.format else ''}"


def _stages(renderer: Renderer, asked: str, seconds: float, name: str) -> tuple[Rendition, dict[str, float]]:
    """The picture, and the median of each stage's CPU seconds."""
    runs: list[dict[str, float]] = []
    end = time.monotonic() + seconds
    while len(runs) < _FEWEST + _WARMING or time.monotonic() < end:
        scope = Stopwatch(_TIMEOUT_SECONDS)
        shown = made(renderer, asked, scope, name)
        runs.append(scope.spent)
    kept = runs[_WARMING:]
    return shown, {name: statistics.median(run.get(name, 0.0) for run in kept) for name in kept[0] if name != REST}


def made(renderer: Renderer, asked: str, scope: Stopwatch, name: str) -> Rendition:
    """The picture of that name, in this process; BenchError where it cannot be made."""
    try:
        rendition = renderer.render(renderer.prepare(RenderRequest(asked)), scope)
    except RenderingError as error:
        raise BenchError(f"{name} cannot be made into that: {error}") from error
    if isinstance(rendition, Rendition):
        return rendition
    raise BenchError(f"{name} is passed on as it is: take the option raw away")


def _answers(session: requests.Session, url: str, served: Served, seconds: float) -> Answers:
    for _ in range(_WARMING):
        ask(session, url)
    took: list[float] = []
    before, end = served.spent(), time.monotonic() + seconds
    while len(took) < _FEWEST or time.monotonic() < end:
        began = time.perf_counter()
        ask(session, url)
        took.append(time.perf_counter() - began)
    after, count = served.spent(), len(took)
    return Answers(
        count=count,
        cpu_seconds=(after.cpu_seconds - before.cpu_seconds) / count,
        sending_seconds=(after.sending_seconds - before.sending_seconds) / count,
        seconds=statistics.median(took),
        worker_bytes=after.most_bytes,
    )


def _told(made: Rendition) -> tuple[str, str]:
    """Source and result in words."""
    before, after = made.origin_size, made.result_size
    return (
        f"{made.origin_format.word} {before.width}x{before.height}, {made.origin_bytes} bytes",
        f"{made.format.word} {after.width}x{after.height}, {len(made.body)} bytes",
    )
