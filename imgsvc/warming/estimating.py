"""What a run would come to, from a few of its units: how many, how long, how large, and what the requests cost."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from random import Random

from imgsvc.warming.telling.report import duration, size
from imgsvc.warming.units import Outcome, Status, Unit

# Dollars for a thousand: of S3 Standard in us-east-1, GET; PUT and LIST. https://aws.amazon.com/s3/pricing, 2026-11.
READ_PRICE, WRITE_PRICE = 0.0004, 0.005
_LISTED_AT_ONCE = 1000
_PRICED = "s3://"


@dataclass(frozen=True, slots=True)
class Sample:
    """So many units, and some of them."""

    count: int
    units: tuple[Unit, ...]


def sampled(units: Iterable[Unit], most: int, seed: int = 1) -> Sample:
    """Every unit is as likely as any other to be among them, however many there are."""
    random, found, count = Random(seed), list[Unit](), 0  # noqa: S311 (nothing is kept secret by it)
    for count, unit in enumerate(units, 1):
        if len(found) < most:
            found.append(unit)
        elif (place := random.randrange(count)) < most:
            found[place] = unit
    return Sample(count, tuple(found))


def estimate(sample: Sample, outcomes: Sequence[Outcome], *, width: int, target: str, source: str) -> Iterator[str]:
    """What is known from what became of a sample, line by line; `target` and `source` are where to and where from."""
    made = [each for each in outcomes if each.status is Status.MADE]
    yield f"{sample.count} sources are due, of which {len(outcomes)} were tried and {len(outcomes) - len(made)} failed"
    if not made:
        return
    each = sample.count / len(outcomes)
    renditions = round(each * sum(len(outcome.made) for outcome in made))
    seconds = each * sum(outcome.seconds for outcome in outcomes) / width
    taken = size(each * sum(outcome.source_bytes for outcome in made))
    given = size(each * sum(sum(outcome.made.values()) for outcome in made))
    yield f"{renditions} renditions, {duration(seconds)} by {width} workers like these; {taken} in, {given} out"
    reads, writes = sample.count, renditions
    lists = -(-sample.count // _LISTED_AT_ONCE) if source.startswith(_PRICED) else 0
    yield f"requests: {reads} reads, {writes} writes, {lists} lists"
    dollars = (
        _price(READ_PRICE, reads, source) + _price(WRITE_PRICE, lists, source) + _price(WRITE_PRICE, writes, target)
    )
    # A look into the store comes before each rendition.
    dollars += _price(READ_PRICE, renditions, target)
    yield f"at S3's list prices (us-east-1, Standard) {dollars:.2f} dollars for requests, without traffic and storage"


def _price(price: float, count: int, place: str) -> float:
    return price * count / 1000 if place.startswith(_PRICED) else 0.0
