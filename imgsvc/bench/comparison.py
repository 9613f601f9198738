"""How a picture looks in each way that it could be sent, as a table to choose by."""

from collections.abc import Sequence
from itertools import groupby

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from imgsvc.bench.comparing import Compared, Look

_HEADS = ("format", "by", "scaling", "quality", "SSIMULACRA2", "SSIM", "bytes", "CPU ms", "to this server's own")


def comparison(found: Compared) -> RenderableType:
    """One table for each format, this server's own row first, and a sentence on what is better than that."""
    parts: list[RenderableType] = [Text.assemble((found.name, "bold"), f", in {found.result}")]
    for _, each in groupby(found.looks, lambda look: look.choice.format):
        parts += _of_format(list(each))
    return Group(*parts)


def _of_format(looks: Sequence[Look]) -> list[RenderableType]:
    own = next(each for each in looks if each.choice.is_own)
    table = Table(*_HEADS, box=None, header_style="bold", padding=(0, 2, 0, 0))
    for column in table.columns[3:]:
        column.justify = "right"
    for look in looks:
        table.add_row(*_row(look, own), style="bold" if look is own else None)
    return [table, Text(f"{_advice(looks, own)}\n")]


def _row(look: Look, own: Look) -> tuple[str, ...]:
    choice = look.choice
    scaling = choice.scaling or "as set"
    quality = f"{choice.quality}" if choice.quality else "as set" if choice.format.traits.quality else ""
    compared = "" if look is own else f"{look.score - own.score:+.1f}, bytes {look.size / own.size - 1:+.0%}"
    figures = f"{look.score:.1f}", f"{look.ssim:.3f}", f"{look.size}", f"{look.seconds * 1000:.1f}"
    return (choice.format.word, choice.encoder, scaling, quality, *figures, compared)


def _advice(looks: Sequence[Look], own: Look) -> str:
    """What is no worse and smaller, and what is no larger and better."""
    smaller = min((each for each in looks if each.score >= own.score), key=lambda each: each.size)
    better = max((each for each in looks if each.size <= own.size), key=lambda each: each.score)
    found = []
    if smaller is not own:
        found.append(f"No worse, in {smaller.size / own.size:.0%} of the bytes: {_named(smaller)}.")
    if better is not own:
        found.append(f"No larger, and {better.score - own.score:+.1f}: {_named(better)}.")
    return " ".join(found) or "Nothing here is as good in fewer bytes than what this server sends."


def _named(look: Look) -> str:
    choice = look.choice
    quality = f"quality {choice.quality}" if choice.quality else ""
    return ", ".join(filter(None, (f"SCALING={choice.scaling}", choice.encoder, quality)))
