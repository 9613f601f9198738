import gc
import sys

import pytest

from imgsvc.codecs.tiff.libtiff import LibTiff
from imgsvc.codecs.tiff.memory import CALLS, forget, keep
from imgsvc.errors import UndecodableImageError
from tests.codecs.tiff.test_libtiff import FILE

READ, WRITE, SEEK, CLOSE, SIZE = CALLS[:5]


def test_libtiff_lets_go_of_a_file_that_it_has_closed() -> None:
    data = bytes(bytearray(FILE))
    before = sys.getrefcount(data)

    tiff = LibTiff(data)
    held = sys.getrefcount(data)
    del tiff
    gc.collect()

    assert (held, sys.getrefcount(data)) == (before + 1, before)


def test_what_it_cannot_open_is_let_go_at_once() -> None:
    data = b"no TIFF, " * 9
    before = sys.getrefcount(data)

    with pytest.raises(UndecodableImageError):
        LibTiff(data)

    gc.collect()
    assert sys.getrefcount(data) == before


@pytest.mark.parametrize(
    ("whence", "offset", "place"), [(0, 3, 3), (1, 2, 2), (2, 0, 5), (2, (1 << 64) - 2, 3), (1, (1 << 64) - 9, 0)]
)
def test_a_place_is_counted_from_where_it_says(whence: int, offset: int, place: int) -> None:
    name = keep(b"12345")

    assert SEEK(name, offset, whence) == place
    forget(name)


def test_nothing_is_written() -> None:
    name = keep(b"12345")

    assert (WRITE(name, 0, 3), SIZE(name), CLOSE(name)) == (-1, 5, 0)
