"""The command line of bench/run; standard library alone, so that --help needs nothing installed."""

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.tasks import ALONE, BUCKETS, BY_NAME, ORIGINS, OTHERS, TASKS, Task

INSTALLABLE = ("thumbor", "ipx", "oximg")
_GROUPS = {"others": OTHERS, "origins": ORIGINS, "buckets": BUCKETS}
_ROUNDS, _ROUNDS_AGAINST = 3, 9


def _meanings(tasks: Sequence[Task]) -> str:
    return "\n".join(f"  {task.name:4}{task.meaning}" for task in tasks)


_TEXT = f"""Measures imgsvc against other image servers on this machine.

nginx serves the source pictures on loopback, without any cache anywhere.
Each server gets the same short slice of the same task, in turn, several rounds long, so that whatever
else the machine does hits all alike: trust the ratios more than the figures.
Before a task is measured, each server's answer is fetched, and must have the right format and size.

tasks:
{_meanings(TASKS)}

others, with --tasks others or by their names:
{_meanings(OTHERS)}

where the source is what takes the time, with --tasks origins or by their names:
{_meanings(ORIGINS)}

and where that is a store, with --tasks buckets, for servers that read s3://:
{_meanings(BUCKETS)}

With --against COMMIT the tasks are those of above and

{_meanings([ALONE])}

nine rounds of each.
"""


@dataclass(frozen=True, slots=True)
class Options:
    """What to measure, how long, and where to write it."""

    tasks: tuple[str, ...]
    seconds: float
    rounds: int
    connections: int
    imgproxy: Path | None
    imgproxy_workers: int
    against: str
    installed: tuple[str, ...]
    checkouts: tuple[Path, ...]
    settings: tuple[tuple[str, str], ...]
    photo: Path | None
    json: Path | None
    markdown: bool
    write: bool


def parse(arguments: Sequence[str]) -> Options:
    """The options; wrong ones end the program with 2 and a sentence."""
    found = _parser().parse_args(arguments)
    usual = (*TASKS, ALONE) if found.against else TASKS
    return Options(
        tasks=found.tasks or tuple(task.name for task in usual),
        seconds=found.seconds,
        rounds=found.rounds or (_ROUNDS_AGAINST if found.against else _ROUNDS),
        connections=found.connections,
        imgproxy=found.imgproxy,
        imgproxy_workers=found.imgproxy_workers,
        against=found.against,
        installed=found.installed,
        checkouts=tuple(found.checkout),
        settings=tuple(found.set),
        photo=found.photo,
        json=found.json,
        markdown=found.markdown,
        write=found.write,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("bench/run", description=_TEXT, formatter_class=argparse.RawTextHelpFormatter)
    add = parser.add_argument
    add("--imgproxy", type=_file, metavar="PATH", help="imgproxy's binary; else the one on PATH, if there is one")
    add("--imgproxy-workers", type=_count(1024), default=0, metavar="N", help=(
        "a second imgproxy beside it, with IMGPROXY_WORKERS=N"))  # fmt: skip
    add("--against", default="", metavar="COMMIT", help=(
        "that commit, prepared below build/bench, or the folder of a prepared checkout; ratios are to it"))  # fmt: skip
    add("--with", dest="installed", type=_peers, default=(), metavar="PEERS", help=(
        f"of {','.join(INSTALLABLE)}: installed below build/bench at first use; oximg if not on PATH"))  # fmt: skip
    add("--checkout", type=_folder, action="append", default=[], metavar="FOLDER", help=(
        "another checkout of imgsvc, prepared by its ./serve; may be given again"))  # fmt: skip
    add("--set", type=_setting, action="append", default=[], metavar="NAME=VALUE", help=(
        "a setting of imgsvc (not of other checkouts): --set WORKERS=2; may be given again"))  # fmt: skip
    add("--tasks", type=_tasks, default=(), metavar="NAMES", help=(
        f"J1,P1,...; {' or '.join(_GROUPS)} for all of these; else all but them"))  # fmt: skip
    add("--seconds", type=_between(0.5, 60), default=3.0, metavar="N", help=(
        "a slice's length, longer where answers are slow; 3"))  # fmt: skip
    add("--rounds", type=_count(50), default=0, metavar="N", help=(
        f"slices for each server and task; {_ROUNDS}, with --against {_ROUNDS_AGAINST}"))  # fmt: skip
    add("--connections", type=_count(512), default=8, metavar="N", help=(
        "requests at once, where the task does not say; 8"))  # fmt: skip
    add(
        "--photo",
        type=_file,
        metavar="FILE",
        help="the picture that the sources are made from; else shared's or a drawn one",
    )
    add("--json", type=Path, metavar="FILE", help="write every slice there as well")
    add("--markdown", action="store_true", help="print the tables as Markdown")
    add(
        "--write",
        action="store_true",
        help=("docs/performance.md has these figures; not those of --tasks others"),
    )  # fmt: skip)
    return parser


def _tasks(text: str) -> tuple[str, ...]:
    for name, tasks in _GROUPS.items():
        text = text.replace(name, ",".join(task.name for task in tasks))
    return _of(text, tuple(BY_NAME))


def _peers(text: str) -> tuple[str, ...]:
    return _of(text, INSTALLABLE)


def _of(text: str, known: tuple[str, ...]) -> tuple[str, ...]:
    """The names in their usual order, each once."""
    wanted = [each.strip() for each in text.split(",") if each.strip()]
    if unknown := set(wanted) - set(known):
        raise argparse.ArgumentTypeError(f"{', '.join(sorted(unknown))}: choose of {','.join(known)}")
    return tuple(each for each in known if each in wanted)


def _setting(text: str) -> tuple[str, str]:
    name, separator, value = text.partition("=")
    if not separator or not name.isupper():
        raise argparse.ArgumentTypeError(f"{text} is not NAME=VALUE")
    return f"IMGSVC_{name.removeprefix('IMGSVC_')}", value


def _file(text: str) -> Path:
    path = Path(text).resolve()
    if not path.is_file():
        raise argparse.ArgumentTypeError(f"{text} is no file")
    return path


def _folder(text: str) -> Path:
    path = Path(text).resolve()
    if not (path / ".venv" / "bin" / "gunicorn").exists():
        raise argparse.ArgumentTypeError(f"{text} is no prepared checkout: ./serve --only-setup there")
    return path


def _between(lowest: float, highest: float) -> Callable[[str], float]:
    def number(text: str) -> float:
        value = float(text)
        if not lowest <= value <= highest:
            raise argparse.ArgumentTypeError(f"{text} is not between {lowest:g} and {highest:g}")
        return value

    return number


def _count(highest: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        value = int(text)
        if not 1 <= value <= highest:
            raise argparse.ArgumentTypeError(f"{text} is not between 1 and {highest}")
        return value

    return number


if __name__ == "__main__":
    parse(sys.argv[1:])
