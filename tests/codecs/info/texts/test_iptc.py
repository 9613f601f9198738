import pytest

from imgsvc.codecs.info.texts.iptc import iptc_texts


def data_set(record: int, number: int, content: bytes) -> bytes:
    return bytes((0x1C, record, number)) + len(content).to_bytes(2) + content


def test_a_data_set_is_told_by_its_title() -> None:
    assert iptc_texts(data_set(2, 90, b"Paris")) == {"City": "Paris"}


def test_what_may_be_there_several_times_is_a_list() -> None:
    block = data_set(2, 25, b"one") + data_set(2, 25, b"two")

    assert iptc_texts(block) == {"Keywords": ["one", "two"]}


def test_of_what_may_be_there_once_the_first_counts() -> None:
    assert iptc_texts(data_set(2, 90, b"Paris") + data_set(2, 90, b"Rome")) == {"City": "Paris"}


@pytest.mark.parametrize(("number", "names"), [(5, {"Object Name", "Name"}), (120, {"Caption/Abstract", "Caption"})])
def test_two_have_a_second_name(number: int, names: set[str]) -> None:
    assert iptc_texts(data_set(2, number, b"x")) == dict.fromkeys(names, "x")


def test_numbers_are_numbers_and_binaries_base64() -> None:
    block = data_set(2, 0, b"\0\4") + data_set(1, 90, b"\x1b%G")

    assert iptc_texts(block) == {"Record Version": 4, "Coded Character Set": "GyVH"}


@pytest.mark.parametrize(
    "block", [data_set(2, 90, b"x" * 33), data_set(2, 55, b"2020"), data_set(2, 99, b"x"), data_set(2, 0, b"\1")]
)
def test_what_the_standard_does_not_know_or_let_be_so_long_is_dropped(block: bytes) -> None:
    assert iptc_texts(block) == {}


def test_bytes_that_are_no_utf_8_are_shown_as_such() -> None:
    assert iptc_texts(data_set(2, 90, b"Z\xfcrich")) == {"City": "Z\N{REPLACEMENT CHARACTER}rich"}


def test_a_long_data_set_says_its_length_behind_its_head() -> None:
    block = b"\x1c\2\x78\x80\4" + (3).to_bytes(4) + b"abc"

    assert iptc_texts(block)["Caption"] == "abc"


@pytest.mark.parametrize("rest", [b"\x1c\2\x5a\0\x09abc", b"\x1c\2\x5a\xff\xffabc", b"\0\0\0\0\0", b"\x1c\2"])
def test_what_is_damaged_ends_it(rest: bytes) -> None:
    assert iptc_texts(data_set(2, 90, b"Paris") + rest) == {"City": "Paris"}


def test_more_data_sets_than_anybody_writes_are_not_read() -> None:
    found = iptc_texts(data_set(2, 25, b"x") * 20_000)

    assert found == {"Keywords": ["x"] * 10_000}
