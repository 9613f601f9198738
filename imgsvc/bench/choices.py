"""What a server could send in place of what it does: scalings, formats, tables and qualities to compare."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from imgsvc.options.formats import Format
from imgsvc.options.geometry import ScalingMethod


@dataclass(frozen=True, slots=True)
class Choice:
    """One row: a quality of 0 is the server's own, or none where the format has none; `options` are as in a URL."""

    format: Format
    encoder: str
    scaling: ScalingMethod | None
    quality: int
    options: str

    @property
    def is_own(self) -> bool:
        """Whether it is what the server sends by its settings."""
        return self.scaling is None


# Ways to write a format by options of a URL, beside the settings' own.
_WRITERS = {Format.JPEG: (("JPEG_QUANT_TABLE=9", "jpgo::::::9"),)}


def choices(formats: Sequence[Format], qualities: Sequence[int]) -> Iterator[Choice]:
    """For each format what the settings make of it, and then everything else."""
    for format_ in formats:
        yield Choice(format_, "", None, 0, "")
        for scaling in ScalingMethod:
            for word, options in ("", ""), *_WRITERS.get(format_, ()):
                for quality in qualities if format_.traits.quality else (0,):
                    wishes = (f"sc:{scaling}", options, f"q:{quality}" if quality else "")
                    yield Choice(format_, word, scaling, quality, "/".join(filter(None, wishes)))
