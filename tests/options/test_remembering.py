"""Twin of imgsvc/options/remembering.py."""

from dataclasses import replace

from imgsvc.options.processing import ProcessingOptions
from imgsvc.options.remembering import remembered

OPTIONS = ProcessingOptions(width=1)


def counting(most: int = 2):
    """A function that is remembered, and what it was asked."""
    asked = []

    @remembered(most)
    def named(options: ProcessingOptions, *more: str) -> str:
        asked.append((options.width, *more))
        return f"{options.width}{more}"

    return named, asked


def test_what_was_made_of_an_object_is_not_made_again() -> None:
    named, asked = counting()

    assert named(OPTIONS, "a") == named(OPTIONS, "a") == "1('a',)"
    assert asked == [(1, "a")]


def test_with_something_else_beside_it_is() -> None:
    named, asked = counting()

    assert named(OPTIONS, "a") != named(OPTIONS, "b")
    assert asked == [(1, "a"), (1, "b")]


def test_no_other_object_is_taken_for_one_that_has_gone() -> None:
    named, _ = counting(most=10_000)

    for width in range(1000):
        assert named(replace(OPTIONS, width=width)) == f"{width}()"


def test_no_more_are_remembered_than_it_says() -> None:
    named, asked = counting(most=2)
    for each in [replace(OPTIONS, width=width) for width in range(3)]:
        named(each)
    named(OPTIONS)

    assert len(asked) == 4
