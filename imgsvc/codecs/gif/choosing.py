"""Chooses how a frame is written: in which table's colors it takes the fewest bytes, what is lost being counted."""

from collections.abc import Iterable

from imgsvc.codecs.gif.blocks import Block, block_of
from imgsvc.codecs.gif.differences import Difference
from imgsvc.codecs.gif.tables import Drawing, Tables
from imgsvc.errors import InternalError

# What loses nothing is taken unless colors that are near take so much less, or its table is so much of it.
_LOSS_SHARE, _TABLE_SHARE = 0.5, 2


def cheapest(difference: Difference, tables: Tables, *, is_kept: bool) -> Block:
    """Without a loss, unless that takes many more bytes; `is_kept` says that its colors are those of the source."""
    near = _least(tables, difference, tables.fitting(difference))
    exact = _least(tables, difference, tables.exact(difference))
    if exact and near and len(near[1].codes) < _LOSS_SHARE * len(exact[1].codes):
        return near[1]
    if exact and (is_kept or _TABLE_SHARE * len(exact[1].table) <= len(exact[1].codes)):
        return exact[1]
    few = _least(tables, difference, (*tables.all_colors(difference), *tables.of_its_own(difference)))
    found = min((each for each in (exact, near, few) if each), key=_first, default=None)
    if found is None:
        raise InternalError("gif: there are no colors for a frame")
    return found[1]


def _least(tables: Tables, difference: Difference, drawings: Iterable[Drawing]) -> tuple[float, Block] | None:
    blocks = (block_of(difference, each) for each in drawings)
    return min(((_cost(tables, each), each) for each in blocks if each), key=_first, default=None)


def _first(pair: tuple[float, Block]) -> float:
    return pair[0]


def _cost(tables: Tables, block: Block) -> float:
    """In bytes, with those that the shared table grows by; what is lost counts as well."""
    grown = tables.growth(block.drawing) if block.drawing.is_shared else 0
    return len(block.codes) + len(block.table) + grown + tables.loss_bytes * block.drawing.loss
