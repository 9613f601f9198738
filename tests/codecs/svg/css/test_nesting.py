from functools import reduce

import pytest
import tinycss2

from imgsvc.codecs.svg.css.bounds import Sheets
from imgsvc.codecs.svg.css.nesting import nested
from imgsvc.errors import BrokenSvgError


def written(prelude: str, outside: str) -> str:
    inside, around = (tinycss2.parse_component_value_list(each) for each in (prelude, outside))
    return str(tinycss2.serialize(nested(inside, around, Sheets())))


@pytest.mark.parametrize(
    ("prelude", "alone"),
    [
        ("b", ":is(a,.x) b"),
        ("> b", ":is(a,.x)> b"),
        ("+ b, c", ":is(a,.x)+ b,:is(a,.x)  c"),
        ("&.y", ":is(a,.x).y"),
        ("&", ":is(a,.x)"),
        ("g &", "g :is(a,.x)"),
        (":not(&)", ":not(:is(a,.x))"),
        ("& &", ":is(a,.x) :is(a,.x)"),
        ("", ""),
    ],
)
def test_the_rule_outside_is_where_its_sign_is_or_before(prelude: str, alone: str) -> None:
    assert written(prelude, "a,.x") == alone


def test_what_selectors_grow_to_is_bounded() -> None:
    left, both = Sheets(), tinycss2.parse_component_value_list("& &")

    with pytest.raises(BrokenSvgError, match="nested rules"):
        reduce(lambda outside, prelude: nested(prelude, outside, left), [both] * 30)
