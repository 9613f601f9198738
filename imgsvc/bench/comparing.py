"""Makes one picture in every way that it could be sent, and compares how that looks, its bytes and its time."""

import io
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from imgsvc.app import create_renderer
from imgsvc.bench.choices import Choice
from imgsvc.bench.measuring import Wish, laid_out, made, settings, target
from imgsvc.bench.serving import origin
from imgsvc.bench.ssimulacra2 import Reference
from imgsvc.bench.stopwatch import Stopwatch
from imgsvc.codecs.decode import open_image
from imgsvc.codecs.quality import dssim
from imgsvc.codecs.settings import DecodeSettings
from imgsvc.config import from_environment
from imgsvc.options.formats import Format
from imgsvc.rendering import Renderer
from imgsvc.rendition import Rendition

_TIMEOUT_SECONDS = 60
_FEWEST = 3
# Which options a URL may have is no matter of how pictures look.
_FREE = {"ALLOWED_PROCESSING_OPTIONS": "", "ONLY_PRESETS": "false"}
# What is compared with has lost nothing but pixels.
_WHOLE = {
    **_FREE,
    "PRESETS": "",
    "PNG_QUANTIZE": "false",
    "AUTO_ROTATE": "true",
    "MAX_RESULT_DIMENSION": "0",
    "USE_THUMBNAILS": "false",
}


@dataclass(frozen=True, slots=True)
class Look:
    """Of one choice: SSIMULACRA2, SSIM, bytes, and CPU seconds without the fetch, those of every thread."""

    choice: Choice
    score: float
    ssim: float
    size: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Compared:
    """One picture, what is made of it in words, and how that looks."""

    name: str
    result: str
    looks: Sequence[Look]


def compare(
    environ: Mapping[str, str],
    pictures: Sequence[Path],
    wish: Wish,
    choices: Sequence[Choice],
    say: Callable[[str], None],
) -> Iterator[Compared]:
    """All pictures, one after the other; BenchError where one cannot be made."""
    given = settings(environ)
    renderers = {
        each: create_renderer(from_environment(_with(given, _FREE | dict(each))))
        for each in {each.settings for each in choices}
    }
    whole = create_renderer(from_environment(_with(given, _WHOLE)))
    with tempfile.TemporaryDirectory(prefix="imgsvc-bench-") as folder:
        home = Path(folder)
        shown = home / "pictures"
        paths = laid_out(pictures, shown)
        with origin(shown, home / "origin.log", environ) as source:
            for picture, path in zip(pictures, paths, strict=True):
                say(f"{picture.name}: {len(choices)} ways")
                url = f"http://{source.address}/{path}"
                (shown / f"{path}.whole").write_bytes(_made(whole, Wish("", "png", 0), url, picture.name)[0].body)
                finest = Wish(f"{wish.options}/sc:fine", "png", 0)
                reference = _image(_made(whole, finest, f"{url}.whole", picture.name)[0])
                yield _compared(renderers, reference, wish, choices, (url, picture.name))


def _with(environ: Mapping[str, str], own: Mapping[str, str]) -> dict[str, str]:
    return {**environ, **{f"IMGSVC_{name}": value for name, value in own.items()}}


def _compared(
    renderers: Mapping[tuple[tuple[str, str], ...], Renderer],
    reference: Image.Image,
    wish: Wish,
    choices: Sequence[Choice],
    source: tuple[str, str],
) -> Compared:
    """In rounds, so that what else the machine does is everybody's."""
    url, name = source
    ways = [
        (renderers[each.settings], Wish(f"{wish.options}/{each.options}".strip("/"), each.format.word, 0))
        for each in choices
    ]
    end = time.monotonic() + wish.seconds
    rounds: list[list[tuple[Rendition, float]]] = []
    while len(rounds) <= _FEWEST or time.monotonic() < end:
        rounds.append([_made(renderer, each, url, name) for renderer, each in ways])
    took = [statistics.median(seconds for _, seconds in each) for each in zip(*rounds[1:], strict=True)]
    results = [rendition for rendition, _ in rounds[0]]
    score, unlike = Reference(reference).score, dssim.Reference.of(reference).dssim
    images = map(_image, results)
    looks = [
        Look(choice, score(image), 1 - 2 * unlike(image), len(rendition.body), seconds)
        for choice, image, rendition, seconds in zip(choices, images, results, took, strict=True)
    ]
    size = results[0].result_size
    return Compared(name, f"{size.width}x{size.height}", looks)


def _made(renderer: Renderer, wish: Wish, url: str, name: str) -> tuple[Rendition, float]:
    scope = Stopwatch(_TIMEOUT_SECONDS, time.process_time)
    rendition = made(renderer, target(wish, url), scope, name)
    return rendition, sum(seconds for step, seconds in scope.spent.items() if step != "fetch")


def _image(rendition: Rendition) -> Image.Image:
    if not isinstance(rendition.format, Format):
        return Image.open(io.BytesIO(rendition.body))
    return open_image(rendition.body, rendition.format, DecodeSettings()).decode().frames[0]
