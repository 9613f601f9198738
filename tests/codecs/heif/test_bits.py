import pytest

from imgsvc.codecs.heif.bits import Bits


def test_the_highest_bit_comes_first() -> None:
    bits = Bits(b"\xa5\x0f")

    assert [bits.take(1), bits.take(3), bits.take(12)] == [1, 0b010, 0x50F]


@pytest.mark.parametrize(("code", "number"), [(0b1000_0000, 0), (0b0100_0000, 1), (0b0110_0000, 2), (0b0010_1000, 4)])
def test_a_number_in_exponential_code_has_as_many_bits_as_zeros_before(code: int, number: int) -> None:
    assert Bits(bytes([code])).exponential() == number


def test_beyond_the_end_there_is_nothing() -> None:
    with pytest.raises(EOFError):
        Bits(b"\0").exponential()
