import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgsvc.codecs.bmp.run_length import unpack
from imgsvc.errors import UndecodableImageError

END = bytes([0, 1])


def rows(stream: list[int], width: int = 4, height: int = 2, *, is_four_bit: bool = False) -> list[list[int]]:
    """Rows of indices, as they are written."""
    pixels, _ = unpack(bytes(stream) + END, width, height, bits=4 if is_four_bit else 8)
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


def test_a_stream_that_ends_early_is_an_error() -> None:
    with pytest.raises(IndexError):
        unpack(b"\x04", 4, 2, 8)


def test_the_mark_of_its_end_may_be_missing() -> None:
    assert unpack(bytes((2, 1, 0, 0, 2, 2)), 2, 2, 8) == (bytes((1, 1, 2, 2)), True)


@pytest.mark.parametrize(("stream", "is_whole"), [((2, 7, 0, 0, 2, 7, 0, 1), True), ((2, 7, 0, 1), False)])
def test_it_is_told_whether_all_pixels_were_said(stream: tuple[int, ...], is_whole: bool) -> None:
    assert unpack(bytes(stream), 2, 2, 8, fill=9) == (bytes((7, 7, 7, 7) if is_whole else (7, 7, 9, 9)), is_whole)


def test_colors_of_24_bits_are_three_bytes() -> None:
    stream = bytes((2, 1, 2, 3, 0, 2, 1, 0, 1, 7, 8, 9, 0, 1))

    assert unpack(stream, 4, 1, 24)[0] == bytes((1, 2, 3, 1, 2, 3, 0, 0, 0, 7, 8, 9))


@given(st.binary(max_size=60), st.sampled_from((4, 8, 24)))
def test_any_stream_gives_all_pixels_or_an_error(stream: bytes, bits: int) -> None:
    try:
        pixels, _ = unpack(stream, 5, 3, bits)
    except IndexError:
        return

    assert len(pixels) == 15 * max(1, bits // 8)


def test_runs_are_bounded() -> None:
    """Each ends a line that nothing is said about."""
    with pytest.raises(UndecodableImageError, match="bmp runs"):
        unpack(b"\0\0" * 1_100_000, 1, 1_200_000, 8)
