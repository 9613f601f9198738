import pytest

from imgsvc.keeping.envelope import seal, unseal

MAGIC = b"kind-1"
WHOLE = seal(MAGIC, {"key": "a"}, b"a body\nof two lines")


def test_what_is_sealed_is_read_back() -> None:
    assert unseal(MAGIC, WHOLE) == (b'{"key": "a"}', b"a body\nof two lines")


def test_its_bytes_stay_what_they_were() -> None:
    line, rest = WHOLE.split(b"\n", 1)

    assert line == b"kind-1 12 19 20282ad01bf49ebb680fbba5e9f15fcb"
    assert rest == b'{"key": "a"}a body\nof two lines'


@pytest.mark.parametrize("count", range(len(WHOLE)))
def test_what_is_cut_short_is_none(count: int) -> None:
    assert unseal(MAGIC, WHOLE[:count]) is None


@pytest.mark.parametrize("place", range(len(WHOLE)))
def test_nor_is_what_has_another_bit(place: int) -> None:
    assert unseal(MAGIC, WHOLE[:place] + bytes([WHOLE[place] ^ 1]) + WHOLE[place + 1 :]) is None


@pytest.mark.parametrize(
    "data", [WHOLE + b"x", seal(b"kind-2", {}, b""), b"kind-1 -1 1 x\n", b"kind-1 1\n", b"\n" * 99]
)
def test_nor_what_is_of_another_kind_or_longer(data: bytes) -> None:
    assert unseal(MAGIC, data) is None
