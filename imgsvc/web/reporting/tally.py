"""Tells the worker what kind of answer a request got, for it to count: formats, lifetime, time spent on pixels."""

import re

import falcon

from imgsvc.rendition import Rendition
from imgsvc.runtime.workers.current import CurrentRequest
from imgsvc.web.exchange import Exchange

_MAX_AGE = re.compile(r"max-age=(\d{1,18})")
# Stages of work on the picture itself; imgproxy's span "processing_image" is all of them.
PROCESSING = ("header", "decode", "transform", "encode")


def tally(exchange: Exchange, response: falcon.Response, in_work: CurrentRequest | None) -> None:
    """Count the answer; nothing is counted of a request that is for no picture, or under another server."""
    if in_work is None or exchange.job is None:
        return
    if exchange.lacks_fallback:
        in_work.lacked_fallback()
    if exchange.told:
        in_work.informed(exchange.told.origin_format.word)
    _tally_lookups(exchange, in_work)
    if exchange.made:
        _tally_made(exchange, exchange.made, in_work)
    if spent := processing_seconds(exchange):
        in_work.took("processing", spent)
    if cache_control := response.get_header("Cache-Control"):
        in_work.kept(lifetime(cache_control))


def _tally_lookups(exchange: Exchange, in_work: CurrentRequest) -> None:
    if exchange.lookup:
        in_work.looked_up(exchange.lookup.value)
    if exchange.source_lookup:
        in_work.looked_up_source(exchange.source_lookup.value)


def _tally_made(exchange: Exchange, made: Rendition, in_work: CurrentRequest) -> None:
    in_work.made(made.origin_format.word, made.format.word)
    if exchange.cost:
        in_work.cost(made.origin_format.word, exchange.cost)


def processing_seconds(exchange: Exchange) -> float:
    """What the request spent on pixels; 0 if it did not get so far."""
    stages = exchange.scope.stage_seconds if exchange.scope else {}
    return sum(stages.get(name, 0.0) for name in PROCESSING)


def lifetime(cache_control: str) -> int:
    """Seconds for which caches may keep an answer with this header."""
    found = _MAX_AGE.search(cache_control)
    return int(found[1]) if found else 0
