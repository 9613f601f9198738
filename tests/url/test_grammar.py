import pytest

from imgsvc.errors import SecurityOptionError
from imgsvc.options.processing import ProcessingOptions
from imgsvc.url.arguments import INTEGER, NATURAL
from imgsvc.url.grammar import Context, given, limit, nothing, one, part_of_resize, shortened, updated

CONTEXT = Context(lambda: 0.0)


def test_one_argument_fills_one_field() -> None:
    assert one("width", NATURAL).apply(["5"], ProcessingOptions(height=7), CONTEXT) == ProcessingOptions(
        width=5, height=7
    )


def test_one_field_is_written_where_it_differs() -> None:
    grammar = one("pixelate", NATURAL)

    assert grammar.build(ProcessingOptions()) == []
    assert grammar.build(ProcessingOptions(pixelate=0)) == [["0"]]


def test_a_limit_is_refused_before_its_argument_is_read() -> None:
    with pytest.raises(SecurityOptionError, match="ALLOW_SECURITY_OPTIONS"):
        limit("max_src_file_size", INTEGER).apply(["x"], ProcessingOptions(), CONTEXT)


def test_a_limit_is_set_where_urls_may() -> None:
    allowing = Context(lambda: 0.0, allows_security_options=True)

    assert limit("max_src_file_size", INTEGER).apply(["9"], ProcessingOptions(), allowing).max_src_file_size == 9


def test_what_another_option_writes_is_not_written_twice() -> None:
    assert part_of_resize("width", NATURAL).build is nothing
    assert nothing(ProcessingOptions(width=5)) == []


def test_an_argument_that_is_not_there_is_empty() -> None:
    assert [given(["a"], 0), given(["a"], 1)] == ["a", ""]


@pytest.mark.parametrize(("args", "value"), [(["", "5"], 5), (["", ""], 3), ([""], 3)])
def test_an_empty_argument_leaves_what_it_stands_for(args: list[str], value: int) -> None:
    assert updated(NATURAL, args, 1, 3) == value


def test_arguments_that_say_nothing_are_left_off_the_end() -> None:
    assert shortened(["0", "1", "0", ""], "0", "") == ["0", "1"]
    assert shortened(["0", "0"], "0") == ["0"]
