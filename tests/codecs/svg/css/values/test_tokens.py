import tinycss2

from imgsvc.codecs.svg.css.values.tokens import is_sign, is_word, significant, split_at_commas


def test_blanks_and_comments_do_not_count() -> None:
    tokens = tinycss2.parse_component_value_list("a /* b */ c, d")

    assert [token.type for token in significant(tokens)] == ["ident", "ident", "literal", "ident"]
    assert [[token.value for token in part] for part in split_at_commas(tokens)] == [["a", "c"], ["d"]]


def test_a_sign_is_no_word() -> None:
    comma, word = significant(tinycss2.parse_component_value_list(", AND"))

    assert (is_sign(comma, ","), is_sign(word, ","), is_word(word, "and"), is_word(comma, "and")) == (True, False) * 2
