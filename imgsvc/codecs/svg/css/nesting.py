"""Rules in rules: their selectors, with those around them in the place of `&`.

SECURITY: two `&` in each of thirty rules in rules are a billion; what selectors grow to is counted before it is made.
"""

from collections.abc import Sequence

from tinycss2.ast import FunctionBlock, LiteralToken, WhitespaceToken
from tinycss2.ast import Node as Token

from imgsvc.codecs.svg.css.bounds import Sheets
from imgsvc.codecs.svg.css.values.tokens import is_sign, significant

_COMBINATORS = (">", "+", "~")


def nested(prelude: Sequence[Token], outside: Sequence[Token], left: Sheets) -> list[Token]:
    """The selectors of a rule in a rule that has those outside, as if it stood alone."""
    parts = _split(prelude)
    left.grow(sum(_size(part) + max(1, _count(part)) * _size(outside) for part in parts))
    found = list[Token]()
    for part in parts:
        if found:
            found.append(_literal(","))
        found += _replaced(part, outside) if _count(part) else _below(part, outside)
    return found


def _split(tokens: Sequence[Token]) -> list[list[Token]]:
    """At commas, with blanks, which are a relation as well."""
    parts: list[list[Token]] = [[]]
    for token in tokens:
        if is_sign(token, ","):
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def _below(part: Sequence[Token], outside: Sequence[Token]) -> list[Token]:
    """Below what is outside, or in another relation to it that it begins with."""
    first = next(iter(significant(part)), None)
    is_related = first is not None and first.type == "literal" and first.value in _COMBINATORS
    return [*_those(outside), *([] if is_related else [_literal(" ")]), *part] if first else []


def _replaced(tokens: Sequence[Token], outside: Sequence[Token]) -> list[Token]:
    found = list[Token]()
    for token in tokens:
        if is_sign(token, "&"):
            found += _those(outside)
        elif token.type == "function":
            inside = _replaced(token.arguments, outside)
            found.append(FunctionBlock(token.source_line, token.source_column, token.name, inside))
        else:
            found.append(token)
    return found


def _those(outside: Sequence[Token]) -> list[Token]:
    return [_literal(":"), FunctionBlock(0, 0, "is", list(outside))]


def _literal(sign: str) -> Token:
    return WhitespaceToken(0, 0, sign) if sign == " " else LiteralToken(0, 0, sign)


def _count(tokens: Sequence[Token]) -> int:
    return sum(is_sign(token, "&") + (_count(token.arguments) if token.type == "function" else 0) for token in tokens)


def _size(tokens: Sequence[Token]) -> int:
    return sum(1 + (_size(token.arguments) if token.type == "function" else 0) for token in tokens)
