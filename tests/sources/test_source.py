"""Twin of imgsvc/sources/source.py."""

import pytest

from imgsvc.sources.source import Fetched
from tests.sources.fakes import FakeStream


def test_a_stream_is_closed_where_its_block_ends() -> None:
    with FakeStream() as stream:
        assert not stream.is_closed

    assert stream.is_closed


def test_a_stream_is_closed_where_its_block_fails() -> None:
    stream = FakeStream()

    with pytest.raises(ZeroDivisionError), stream:
        raise ZeroDivisionError

    assert stream.is_closed


@pytest.mark.parametrize(("status", "expected"), [(200, False), (304, True)])
def test_only_304_is_not_modified(status: int, expected: bool) -> None:
    assert Fetched(status, {}, b"").is_not_modified is expected
