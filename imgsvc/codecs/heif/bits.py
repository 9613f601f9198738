"""Reads numbers out of bits, highest bit first, as video codecs write them."""


class Bits:
    """A place in a row of bits; EOFError where it ends."""

    def __init__(self, data: bytes) -> None:
        self._value = int.from_bytes(data)
        self._left = 8 * len(data)

    def take(self, count: int) -> int:
        """The next so many bits, as a number."""
        if count > self._left:
            raise EOFError("a coded picture's header ends early")
        self._left -= count
        return self._value >> self._left & ((1 << count) - 1)

    def exponential(self) -> int:
        """A number in Exp-Golomb code: as many zeros as it has further bits."""
        zeros = 0
        while not self.take(1):
            zeros += 1
        return (1 << zeros) - 1 + self.take(zeros)
