import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgsvc.settings.envfile import LinesError, quoted, read


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("X=plain", "plain"),
        ("export X=plain", "plain"),
        ("X = spaced out ", "spaced out"),
        ("X=a # comment", "a"),
        ("X=a#b", "a#b"),
        ("X=", ""),
        ("X='single # $HOME \"'", 'single # $HOME "'),
        (r"X='${HOME}'", "${HOME}"),
        (r'X="a\nb \"c\" \\d"', 'a\nb "c" \\d'),
        ('X="two\nlines"', "two\nlines"),
        ("X=${HOME}/a", "/root/a"),
        ("X=$HOME/a", "/root/a"),
        ('X="$HOME and ${HOME}"', "/root and /root"),
        (r"X=\$HOME", "$HOME"),
        (r"X=\${HOME}", "${HOME}"),
        ("X=[$NOWHERE]", "[]"),
        ("X=pa$$word $lower ${lower} $", "pa$$word $lower ${lower} $"),
        ("X=/*/=s3://${1}", "/*/=s3://${1}"),
        ("\ufeffX=after a mark", "after a mark"),
        ("# X=1\r\n\r\nX=2\r\n", "2"),
    ],
)
def test_a_value_is_read_as_imgproxy_reads_it(text: str, value: str) -> None:
    assert read(text, {"HOME": "/root"})["X"] == value


def test_a_reference_finds_what_stands_above_it_before_the_environment() -> None:
    assert read("A=1\nB=$A$C\n", {"A": "0", "C": "3"})["B"] == "13"


def test_lines_that_say_nothing_are_named_by_number() -> None:
    with pytest.raises(LinesError, match=r"on line 3, 5$"):
        read("A=1\n\nB\nC=1\nD='open\n", {})


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r")))
def test_what_is_written_is_read_back(value: str) -> None:
    assert read(f"X={quoted(value)}\nY=2", {"HOME": "/root"}) == {"X": value, "Y": "2"}


def test_what_needs_no_quotes_has_none() -> None:
    assert quoted("https://example.com/a?b=c") == "https://example.com/a?b=c"
