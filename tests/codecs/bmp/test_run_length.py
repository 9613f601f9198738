import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgsvc.codecs.bmp.run_length import unpack
from imgsvc.errors import UndecodableImageError

END = bytes([0, 1])


def rows(stream: list[int], width: int = 4, height: int = 2, *, is_four_bit: bool = False) -> list[list[int]]:
    """Rows of indices, bottom row first as they are written."""
    pixels = unpack(bytes(stream) + END, width, height, is_four_bit=is_four_bit)
    return [list(pixels[y * width : (y + 1) * width]) for y in reversed(range(height))]


@pytest.mark.parametrize(
    ("stream", "wanted"),
    [
        pytest.param([4, 7, 0, 0, 4, 8], [[7] * 4, [8] * 4], id="runs"),
        pytest.param([0, 3, 1, 2, 3, 0], [[1, 2, 3, 0], [0] * 4], id="plain pixels, padded to even"),
        pytest.param([1, 5, 0, 2, 1, 1, 1, 6], [[5, 0, 0, 0], [0, 0, 6, 0]], id="a jump"),
        pytest.param([9, 7], [[7] * 4, [0] * 4], id="a run past the row's end"),
        pytest.param([0, 2, 9, 0, 3, 7], [[0] * 4, [0] * 4], id="a jump past the row's end"),
        pytest.param([0, 2, 0, 9, 3, 7], [[0] * 4, [0] * 4], id="a jump past the image"),
        pytest.param([], [[0] * 4, [0] * 4], id="nothing"),
    ],
)
def test_commands_do_what_the_format_says(stream: list[int], wanted: list[list[int]]) -> None:
    assert rows(stream) == wanted


@pytest.mark.parametrize(
    ("stream", "wanted"),
    [
        pytest.param([3, 0x12], [1, 2, 1, 0], id="a run of two indices in turn"),
        pytest.param([0, 3, 0x12, 0x30], [1, 2, 3, 0], id="plain pixels"),
    ],
)
def test_four_bit_indices_share_bytes(stream: list[int], wanted: list[int]) -> None:
    assert rows(stream, is_four_bit=True)[0] == wanted


def test_a_stream_that_ends_early_is_an_error() -> None:
    with pytest.raises(IndexError):
        unpack(b"\x04", 4, 2, is_four_bit=False)


@given(st.binary(max_size=60), st.booleans())
def test_any_stream_gives_all_pixels_or_an_error(stream: bytes, is_four_bit: bool) -> None:
    try:
        pixels = unpack(stream, 5, 3, is_four_bit=is_four_bit)
    except IndexError:
        return

    assert len(pixels) == 15


def test_runs_are_bounded() -> None:
    """Each ends a line that nothing is said about."""
    with pytest.raises(UndecodableImageError, match="bmp runs"):
        unpack(b"\0\0" * 1_100_000, 1, 1_200_000, is_four_bit=False)
