import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgsvc.codecs.bmp.run_length import Unpacked, unpack
from imgsvc.errors import UndecodableImageError

END = bytes([0, 1])


def rows(stream: list[int], width: int = 4, height: int = 2, *, is_four_bit: bool = False) -> list[list[int]]:
    """Rows of indices, as they are written."""
    pixels = unpack(bytes(stream) + END, width, height, bits=4 if is_four_bit else 8).pixels
    return [list(pixels[y * width : (y + 1) * width]) for y in range(height)]


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


@pytest.mark.parametrize(("length", "rows"), [(3, 0), (4, 1), (5, 1), (6, 1), (7, 1), (8, 2), (11, 2), (13, 2)])
def test_of_a_stream_that_ends_early_the_rows_that_it_ended_have_come(length: int, rows: int) -> None:
    stream = bytes((2, 1, 0, 0, 2, 2, 0, 0, 0, 4, 3, 3, 3, 3))

    assert unpack(stream[:length], 4, 3, 8).rows == rows


def test_the_mark_of_its_end_may_be_missing() -> None:
    assert unpack(bytes((2, 1, 0, 0, 2, 2)), 2, 2, 8) == Unpacked(bytes((1, 1, 2, 2)), is_all_said=True, rows=2)


@pytest.mark.parametrize(("stream", "is_whole"), [((2, 7, 0, 0, 2, 7, 0, 1), True), ((2, 7, 0, 1), False)])
def test_it_is_told_whether_all_pixels_were_said(stream: tuple[int, ...], is_whole: bool) -> None:
    found = unpack(bytes(stream), 2, 2, 8, fill=9)

    assert found == Unpacked(bytes((7, 7, 7, 7) if is_whole else (7, 7, 9, 9)), is_whole, rows=2)


def test_colors_of_24_bits_are_three_bytes() -> None:
    stream = bytes((2, 1, 2, 3, 0, 2, 1, 0, 1, 7, 8, 9, 0, 1))

    assert unpack(stream, 4, 1, 24).pixels == bytes((1, 2, 3, 1, 2, 3, 0, 0, 0, 7, 8, 9))


@given(st.binary(max_size=60), st.sampled_from((4, 8, 24)))
def test_any_stream_gives_all_pixels(stream: bytes, bits: int) -> None:
    assert len(unpack(stream, 5, 3, bits).pixels) == 15 * max(1, bits // 8)


def test_runs_are_bounded() -> None:
    """Each ends a line that nothing is said about."""
    with pytest.raises(UndecodableImageError, match="bmp runs"):
        unpack(b"\0\0" * 1_100_000, 1, 1_200_000, 8)
