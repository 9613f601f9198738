"""The tokens of a value, without what stands between them."""

from collections.abc import Sequence

from tinycss2.ast import Node as Token


def significant(tokens: Sequence[Token]) -> list[Token]:
    """Without blanks and comments."""
    return [token for token in tokens if token.type not in ("whitespace", "comment")]


def is_sign(token: Token, sign: str) -> bool:
    """Whether it is this one character, outside of words and numbers."""
    return bool(token == sign)


def is_word(token: Token, word: str) -> bool:
    """Whether it is this word, in whatever case."""
    return bool(token.type == "ident" and token.lower_value == word)


def split_at_commas(tokens: Sequence[Token]) -> list[list[Token]]:
    """What stands between commas, without blanks."""
    parts: list[list[Token]] = [[]]
    for token in significant(tokens):
        if is_sign(token, ","):
            parts.append([])
        else:
            parts[-1].append(token)
    return parts
