"""`./check urls`: URLs of random options on sixty sources, asked of a real server.

No answer is a 5xx, no worker is lost, and a picture has the size that was planned for it.
"""

import argparse
import random
import sys
import tempfile
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import requests

from imgsvc.app import create_renderer
from imgsvc.config import from_environment
from imgsvc.errors import RenderingError
from imgsvc.exit_codes import ExitCode
from imgsvc.options.formats import Format
from imgsvc.options.geometry import Size
from imgsvc.rendering import Renderer
from imgsvc.rendition import RenderRequest
from imgsvc.sources.source import Fetched
from imgsvc.web.headers.negotiation import accepted_formats
from tests.fuzz.__main__ import say
from tests.images import encoded, fading, opened
from tests.kinds import folder_of
from tests.serving.server import Server
from tests.urls.sources import sources
from tests.urls.wishes import extension, wish

_EVERY = 1000
_SECONDS = 60
_ACCEPT = {"Accept": "image/avif,image/webp,image/jxl"}
_BOOTED = "Booting worker"


def main(arguments: Sequence[str]) -> int:
    """Ask, and tell what was found."""
    chosen = _options(arguments)
    seed = random.SystemRandom().randrange(1 << 31) if chosen.seed is None else chosen.seed
    say(f"seed {seed}: ./check urls --seed {seed} asks for the same again")
    with tempfile.TemporaryDirectory() as folder:
        bodies = sources()
        root = folder_of(bodies, Path(folder))
        settings = _settings(root)
        with Server(settings) as server:
            dice = random.Random(seed)
            found = list(_asked(server, create_renderer(from_environment(settings)), bodies, dice, chosen.count))
            workers = server.log().count(_BOOTED)
    found += [f"{workers} workers were started for one"] * (workers != 1)
    say(f"{chosen.count} URLs, {len(found)} findings", *found)
    return ExitCode.NO if found else ExitCode.OK


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("./check urls", description=__doc__)
    parser.add_argument("--count", type=int, default=20_000, help="how many (20000)")
    parser.add_argument("--seed", type=int, help="to ask for the same again")
    return parser.parse_args(arguments)


def _settings(root: Path) -> Mapping[str, str]:
    mark = b64encode(encoded(fading(30, 20))).decode()
    return {
        "IMGSVC_LOCAL_FILESYSTEM_ROOT": str(root),
        "IMGSVC_MAX_ANIMATION_FRAMES": "4",
        "IMGSVC_WATERMARK_DATA": mark,
        "IMGSVC_ENABLE_PDF": "true",
        "IMGSVC_ENABLE_PSD": "true",
        "IMGSVC_AUTO_WEBP": "true",
        "IMGSVC_AUTO_AVIF": "true",
        "IMGSVC_TIMEOUT": str(_SECONDS),
    }


def _asked(
    server: Server, planning: Renderer, bodies: Mapping[str, bytes], dice: random.Random, count: int
) -> Iterator[str]:
    """What is wrong with each answer, if anything."""
    names, statuses = sorted(bodies), dict[int, int]()
    with requests.Session() as session:
        session.trust_env = False
        for number in range(1, count + 1):
            name = dice.choice(names)
            path = f"/_/{wish(dice)}/plain/local:///{name}{extension(dice)}"
            try:
                answer = session.get(f"http://127.0.0.1:{server.port}{path}", headers=_ACCEPT, timeout=2 * _SECONDS)
            except requests.RequestException as error:
                yield f"{path}: {type(error).__name__}"
                continue
            statuses[answer.status_code] = statuses.get(answer.status_code, 0) + 1
            if answer.status_code >= 500:
                yield f"{path}: {answer.status_code}"
            elif answer.status_code == 200 and (fault := _misfit(answer, _planned(planning, path, bodies[name]))):
                yield f"{path}: {fault}"
            if number % _EVERY == 0:
                say(f"{number}: {dict(sorted(statuses.items()))}")


def _planned(planning: Renderer, path: str, body: bytes) -> Size | None:
    """The size that is known from the source's header; none where a border is trimmed, or the source is passed on."""
    try:
        job = planning.prepare(RenderRequest(path, accepted=accepted_formats(_ACCEPT["Accept"])))
        plan = planning.decide(job, Fetched(200, {}, body))[1].plan
    except RenderingError:
        return None
    return plan.result_size if plan else None


def _misfit(answer: requests.Response, planned: Size | None) -> str:
    kind = answer.headers["Content-Type"]
    if planned is None or not kind.startswith("image/") or kind == Format.SVG.media_type:
        return ""
    size = opened(answer.content).size
    return "" if size == planned else f"{size} where {planned} is planned"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
