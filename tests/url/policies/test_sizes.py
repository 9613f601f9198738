"""The list of sizes that URLs may ask for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgsvc.options.geometry import Size
from imgsvc.settings.env import ExplainedError
from imgsvc.url.policies.sizes import ALLOWED_SIZES, AllowedSizes, Steps


def allowed(text: str) -> AllowedSizes:
    return ALLOWED_SIZES.parse(text)


@pytest.mark.parametrize(
    ("listed", "size", "is_listed"),
    [
        ("300x200", Size(300, 200), True),
        ("300x200", Size(300, 0), False),
        ("300x200", Size(200, 300), False),
        ("300x", Size(300, 0), True),
        ("300x", Size(300, 1), False),
        ("x200", Size(0, 200), True),
        ("300", Size(300, 0), True),
        ("300", Size(0, 300), True),
        ("300", Size(300, 300), True),
        ("300", Size(0, 0), False),
        ("300,200", Size(300, 200), True),
        ("100-300/50", Size(250, 100), True),
        ("100-300/50", Size(275, 100), False),
        ("100-300/50x10", Size(300, 10), True),
        ("100-299/50", Size(299, 0), False),
        ("0x0", Size(0, 0), True),
        ("0x0", Size(1, 0), False),
        (" 300x200 , 7x ", Size(7, 0), True),
    ],
)
def test_a_size_is_listed_or_it_is_not(listed: str, size: Size, is_listed: bool) -> None:
    assert (allowed(listed).next(size, ()) == size) is is_listed


@pytest.mark.parametrize(
    ("listed", "size", "found"),
    [
        ("100,300,200", Size(150, 0), Size(200, 0)),
        ("100-300/50", Size(101, 290), Size(150, 300)),
        ("100x100,400x400,200x300", Size(150, 150), Size(200, 300)),
        ("100,300", Size(301, 0), None),
        ("300x", Size(200, 100), None),
        ("300x", Size(0, 0), None),
    ],
)
def test_the_next_one_is_the_smallest_that_is_no_smaller(listed: str, size: Size, found: Size | None) -> None:
    assert allowed(listed).next(size, ()) == found


def test_a_preset_grants_sizes_to_those_who_name_it() -> None:
    sizes = allowed("300;hero=1920x,0x0;wide=2000x")

    assert sizes.next(Size(1920, 0), ["hero", "other"]) == Size(1920, 0)
    assert sizes.next(Size(0, 0), ["hero"]) == Size(0, 0)
    assert sizes.next(Size(1920, 0), ["other"]) is None


@given(st.integers(1, 500), st.integers(0, 500), st.integers(1, 99), st.integers(0, 2000))
def test_steps_go_up_from_the_lowest(low: int, more: int, step: int, side: int) -> None:
    numbers = range(low, low + more + 1, step)

    assert Steps(low, low + more, step).next(side) == next((each for each in numbers if each >= side), None)


@pytest.mark.parametrize("text", ["300y200", "-5", "5-", "9-5/1", "1-9/0", "1-9", "0-9/1", "300x200x1", "a=b", "1e3"])
def test_what_is_no_size_is_told_with_what_is(text: str) -> None:
    with pytest.raises(ExplainedError, match="300x200, 300x or x200"):
        allowed(text)


def test_without_a_list_there_is_none() -> None:
    assert not allowed("")
    assert allowed("0x0")
    assert ALLOWED_SIZES.show(allowed("300;a=5x")) == "300;a=5x"
