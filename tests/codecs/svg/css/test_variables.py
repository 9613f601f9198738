import pytest

from imgsvc.codecs.svg.css.bounds import Characters
from imgsvc.codecs.svg.css.variables import has_variable, substituted
from imgsvc.errors import BrokenSvgError

KNOWN = {"--a": "red", "--b": "var(--a)", "--loop": "var(--loop)", "--n": "1, 2"}


@pytest.mark.parametrize(
    ("value", "result"),
    [
        ("var(--a)", "red"),
        ("VAR( --a )", "red"),
        ("var(--x, blue)", "blue"),
        ("var(--b)", "red"),
        ("var(--x, var(--a))", "red"),
        ("rgb(var(--n), 3)", "rgb(1, 2, 3)"),
        ("var(--x)", None),
        ("var(--loop)", None),
        ("var(--loop, blue)", "blue"),
        ("var(a)", None),
        ("var(--x,)", ""),
    ],
)
def test_a_variable_is_what_it_stands_for(value: str, result: str | None) -> None:
    assert substituted(value, KNOWN, Characters()) == result


def test_variables_that_grow_are_refused() -> None:
    known = {f"--{i}": f"var(--{i + 1}) " * 10 for i in range(12)} | {"--12": "x"}

    with pytest.raises(BrokenSvgError):
        substituted("var(--0)", known, Characters())


def test_a_value_without_one_has_none() -> None:
    assert (has_variable("Var(--a)"), has_variable("url(#var)")) == (True, False)
