"""One answer of each server before it is measured: is it what was asked for, how large is it, how good does it look."""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pillow_avif  # noqa: F401 (Pillow-SIMD reads AVIF by this plugin)
import requests
from PIL import Image, ImageOps

from bench.servers.ssim import ssim
from bench.tasks import Task

_TIMEOUT_SECONDS = 30


class AnswerError(Exception):
    """The answer is not what was asked for."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A server's picture for a task."""

    task: str
    server: str
    bytes: int
    width: int
    height: int
    ssim: float
    # Alone, without load.
    seconds: float


def ask(base: str, path: str) -> requests.Response:
    """Fetch without proxies; any status comes back."""
    with requests.Session() as session:
        session.trust_env = False
        return session.get(base + path, timeout=_TIMEOUT_SECONDS)


def judged(task: Task, server: str, base: str, path: str, source: Path) -> Answer:
    """Ask twice, the second time with warm caches of code, and look; AnswerError says what is wrong."""
    ask(base, path)
    response = ask(base, path)
    picture = checked(task, response.status_code, response.content)
    return Answer(
        task=task.name,
        server=server,
        bytes=len(response.content),
        width=picture.width,
        height=picture.height,
        ssim=ssim(picture, reference(task, source, picture.size)),
        seconds=response.elapsed.total_seconds(),
    )


def checked(task: Task, status: int, body: bytes) -> Image.Image:
    """The picture in an answer that is right in status, format and size."""
    if status != 200:
        raise AnswerError(f"status {status}: {body[:200]!r}")
    picture = Image.open(BytesIO(body))
    if (picture.format or "").lower() != task.format:
        raise AnswerError(f"{picture.format} instead of {task.format}")
    # Servers round the free side differently.
    if abs(picture.width - task.width) > 1 or (task.height and abs(picture.height - task.height) > 1):
        raise AnswerError(f"{picture.width}x{picture.height} instead of {task.width}x{task.height or '?'}")
    picture.load()
    return picture


def reference(task: Task, source: Path, size: tuple[int, int]) -> Image.Image:
    """The best there is: all of the source's pixels, Lanczos, and nothing lost to an encoder."""
    with Image.open(source) as image:
        image.load()
        if task.crops:
            return ImageOps.fit(image, size, Image.Resampling.LANCZOS)
        return image.resize(size, Image.Resampling.LANCZOS)
