"""What a server could send in place of what it does: scalings, formats, tables and qualities to compare."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from imgsvc.options.formats import Format
from imgsvc.options.geometry import ScalingMethod


@dataclass(frozen=True, slots=True)
class Choice:
    """One row: a quality of 0 is the server's own, or none where the format has none.

    `options` are as in a URL; `settings` are other than the server's.
    """

    format: Format
    encoder: str
    scaling: ScalingMethod | None
    quality: int
    options: str
    settings: tuple[tuple[str, str], ...] = ()

    @property
    def is_own(self) -> bool:
        """Whether it is what the server sends by its settings."""
        return self.scaling is None


_TURBO, _JPEGLI = (("JPEG_ENCODER", "libjpeg-turbo"),), (("JPEG_ENCODER", "jpegli"),)
# Ways to write a format: what they are called, options of a URL, settings.
_WRITERS: Mapping[Format, Sequence[tuple[str, str, tuple[tuple[str, str], ...]]]] = {
    Format.JPEG: (
        # By name, for without one it is the second where what is sent is scaled finely.
        ("JPEG_QUANT_TABLE=0", "jpgo::::::0", _TURBO),
        ("JPEG_QUANT_TABLE=9", "jpgo::::::9", _TURBO),
        ("JPEG_ENCODER=jpegli", "", _JPEGLI),
    )
}


def choices(formats: Sequence[Format], qualities: Sequence[int], *, has_jpegli: bool) -> Iterator[Choice]:
    """For each format what the settings make of it, and then everything else."""
    for format_ in formats:
        yield Choice(format_, "", None, 0, "")
        for scaling in ScalingMethod:
            for word, options, changed in _WRITERS.get(format_, [("", "", ())]):
                if changed is _JPEGLI and not has_jpegli:
                    continue
                for quality in qualities if format_.traits.quality else (0,):
                    wishes = (f"sc:{scaling}", options, f"q:{quality}" if quality else "")
                    yield Choice(format_, word, scaling, quality, "/".join(filter(None, wishes)), changed)
