"""Fits the colors of imgsvc/codecs/color/cmyk.py to imgproxy: `python -m tests.codecs.color.fitting IMGPROXY`.

It asks that program for a picture of all mixtures of 17 steps an ink, and finds the 81 colors whose means by area are
nearest to what it answers, in the sense of least squares; where it answers with as little or as much as there is, what
is beyond that is as good.
"""

import io
import sys
import tempfile
from itertools import product
from pathlib import Path

import numpy
import numpy.typing
from PIL import Image

from imgsvc.codecs.color.cmyk import without_profile
from tests.codecs.against import imgproxy

Table = numpy.typing.NDArray[numpy.float64]

_STEPS = 17
_WHITE = 255.0
_ROUNDS = 20


def mixtures(steps: int = _STEPS) -> Image.Image:
    """Every one, a pixel each."""
    inks = numpy.rint(numpy.linspace(0, 255, steps)).astype(numpy.uint8)
    return Image.fromarray(_mixed(inks).reshape(steps**2, steps**2, 4), "CMYK")


def shares(image: Image.Image) -> Table:
    """How much of each pixel is which color: black first, then yellow, magenta and cyan, each none, half, or all."""
    inks = numpy.asarray(image).reshape(-1, 4) / 127.5
    parts = numpy.clip(1 - abs(inks[:, :, None] - numpy.arange(3)), 0, None)
    return numpy.einsum("nk,ny,nm,nc->nkymc", *(parts[:, ink] for ink in (3, 2, 1, 0))).reshape(len(inks), 81)


def fitted(weights: Table, answers: Table) -> Table:
    """The colors of which those mixtures are made; paper is white."""
    paper, wanted = weights[:, :1] * _WHITE, answers
    for _ in range(_ROUNDS):
        inks = numpy.linalg.lstsq(weights[:, 1:], wanted - paper)[0]
        found = weights[:, 1:] @ inks + paper
        is_cut = ((answers <= 0) & (found < 0)) | ((answers >= _WHITE) & (found > _WHITE))
        wanted = numpy.where(is_cut, found, answers)
    return numpy.vstack((numpy.full((1, 3), _WHITE), inks))


def _mixed(inks: numpy.typing.NDArray[numpy.uint8]) -> numpy.typing.NDArray[numpy.uint8]:
    return numpy.array(list(product(inks, repeat=4)), numpy.uint8)


def _answered(binary: Path, image: Image.Image) -> Image.Image:
    with tempfile.TemporaryDirectory() as place:
        image.save(Path(place) / "inks.tiff")
        with imgproxy(binary, Path(place)) as ask:
            return Image.open(io.BytesIO(ask("/_/plain/local:///inks.tiff@png"))).convert("RGB")


def _say(binary: Path) -> None:
    image = mixtures()
    answers = numpy.asarray(_answered(binary, image), numpy.float64).reshape(-1, 3)
    colors = numpy.rint(fitted(shares(image), answers)).astype(int).reshape(3, 3, 27)
    for name, rows in zip(("_PAPER", "_GRAY", "_BLACK"), colors, strict=True):
        lines = ("  ".join(" ".join(f"{each:3}" for each in row[at : at + 9]) for at in (0, 9, 18)) for row in rows)
        sys.stdout.write(f"{name}\n" + "\n".join(lines) + "\n")
    error = abs(numpy.asarray(without_profile(image), numpy.float64).reshape(-1, 3) - answers)
    within = numpy.percentile(error, 95)
    sys.stdout.write(
        f"those in use: {error.mean():.2f} on average, 95 of 100 within {within:.0f}, all within {error.max():.0f}\n"
    )


if __name__ == "__main__":
    _say(Path(sys.argv[1]).resolve())
