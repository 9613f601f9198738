import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.corpus.answer import Answer
from tests.corpus.cache import Cache, default_folder
from tests.corpus.manifest import Origin, Row

ORIGINS = {name: Origin(name, "npm", name, "1") for name in ("a", "b")}


def row(origin: str, body: bytes) -> Row:
    return Row(origin, "x.png", hashlib.sha256(body).hexdigest(), "CC0-1.0", "png", Answer(), "Chromium")


def quiet(_: str) -> None:
    pass


class Packages:
    """What is in them, and how often each was asked for."""

    def __init__(self, **contents: list[bytes]) -> None:
        self._contents, self.asked = contents, [""][:0]

    def __call__(self, origin: Origin, folder: Path) -> Iterator[tuple[str, bytes]]:
        self.asked.append(origin.name)
        if origin.name not in self._contents:
            raise OSError("no such package")
        yield from ((f"{number}.png", body) for number, body in enumerate(self._contents[origin.name]))


def test_a_file_is_taken_for_its_hash_and_not_for_its_name(tmp_path: Path) -> None:
    cache = Cache(tmp_path)

    failed = cache.fetch([row("a", b"wanted")], ORIGINS, Packages(a=[b"other", b"wanted"]), quiet)

    assert (failed, cache.body(row("a", b"wanted"))) == ([], b"wanted")


def test_what_is_there_is_not_fetched_again(tmp_path: Path) -> None:
    packages = Packages(a=[b"one"], b=[b"two"])
    rows = [row("a", b"one"), row("b", b"two")]

    Cache(tmp_path).fetch(rows[:1], ORIGINS, packages, quiet)
    Cache(tmp_path).fetch(rows, ORIGINS, packages, quiet)

    assert packages.asked == ["a", "b"]


def test_a_file_that_was_altered_is_not_there(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.fetch([row("a", b"one")], ORIGINS, Packages(a=[b"one"]), quiet)

    [path] = [each for each in tmp_path.rglob("*") if each.is_file()]
    path.write_bytes(b"another")

    assert cache.body(row("a", b"one")) is None


def test_a_package_that_cannot_be_had_is_told_and_does_not_end_the_rest(tmp_path: Path) -> None:
    cache = Cache(tmp_path)

    failed = cache.fetch([row("a", b"one"), row("b", b"two")], ORIGINS, Packages(b=[b"two"]), quiet)

    assert failed == ["a: no such package"]
    assert cache.body(row("b", b"two")) == b"two"


def test_a_file_that_is_not_as_it_was_is_told(tmp_path: Path) -> None:
    failed = Cache(tmp_path).fetch([row("a", b"one")], ORIGINS, Packages(a=[b"changed"]), quiet)

    assert failed == ["a: 1 files are not in it, or not as they were"]


@pytest.mark.parametrize("environ", [{"XDG_CACHE_HOME": "/x"}, {}])
def test_the_cache_is_where_caches_are(environ: dict[str, str]) -> None:
    parent = Path("/x") if environ else Path.home() / ".cache"

    assert default_folder(environ) == parent / "imgsvc" / "corpus"
