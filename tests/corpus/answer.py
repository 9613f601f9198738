"""What a reader makes of a file: the values that a row of the manifest has, and how two of them differ."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy
import numpy.typing

# So many on a side.
CELLS = 4
TOLERANCE = 4


@dataclass(frozen=True, slots=True)
class Answer:
    """A picture, upright and in sRGB; or the status of the refusal, and nothing else.

    `means` are the mean colors of 4x4 cells of the first frame, row by row, each as RRGGBBAA with the colors multiplied
    by alpha, so that what is invisible counts for nothing; `last` those of the last frame of an animation.
    None is what the reader does not say.
    """

    status: int = 200
    size: tuple[int, int] | None = None
    orientation: int | None = None
    frames: int | None = None
    alpha: bool | None = None
    means: str | None = None
    last: str | None = None


def means_of(rgba: numpy.typing.ArrayLike) -> str:
    """The mean colors of the cells of a picture in RGBA."""
    pixels = numpy.array(rgba, dtype=numpy.float64)
    pixels[..., :3] *= pixels[..., 3:] / 255
    height, width = pixels.shape[:2]
    cells = [pixels[rows, columns] for rows in _cells(height) for columns in _cells(width)]
    return " ".join(bytes(numpy.rint(cell.mean(axis=(0, 1))).astype(int).tolist()).hex() for cell in cells)


def _cells(length: int) -> Iterator[slice]:
    """The cells along a side; where it is shorter than they are many, several have the same pixel."""
    for number in range(CELLS):
        start = number * length // CELLS
        yield slice(start, max(start + 1, (number + 1) * length // CELLS))


def differences(wanted: Answer, found: Answer, tolerance: int = TOLERANCE) -> list[str]:
    """A sentence for each value that the first says and the second says otherwise."""
    if wanted.status != found.status:
        return [f"{found.status} instead of {wanted.status}"]
    names = ("size", "orientation", "frames", "alpha")
    pairs = [(name, getattr(wanted, name), getattr(found, name)) for name in names]
    told = [f"{name}: {is_} instead of {should}" for name, should, is_ in pairs if should not in (None, is_)]
    return told + [
        f"{name}: off by {off}, {getattr(found, name)}"
        for name in ("means", "last")
        if (off := _distance(getattr(wanted, name), getattr(found, name))) > tolerance
    ]


def _distance(wanted: str | None, found: str | None) -> int:
    """The largest difference of a mean, of any cell and channel."""
    if wanted is None:
        return 0
    one, other = (bytes.fromhex(text or "") for text in (wanted, found))
    return max(abs(a - b) for a, b in zip(one, other, strict=True)) if len(one) == len(other) else 255
