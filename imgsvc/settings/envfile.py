"""Reads and writes env files: NAME=value lines with quotes, comments and references, as imgproxy's are."""

import io
import re
from collections.abc import Mapping

from dotenv.parser import Binding, parse_stream

# COMPAT: as imgproxy's reader (godotenv), names in capitals only, so that most passwords with a $ stay whole.
# Better: ${1} is nobody's name, and URL_REPLACEMENTS needs it.
_REFERENCE = re.compile(r"(\\?)\$(?:\{([A-Z_][A-Z0-9_]*)\}|([A-Z_][A-Z0-9_]*))")
_ESCAPED_DOLLAR = re.compile(r"\\\$")
_PLAIN = re.compile(r"[\w./:,;=@%+~^*?&!|-]*", re.ASCII)


class LinesError(ValueError):
    """Lines that are no NAME=value; the text names their numbers."""


def read(text: str, environ: Mapping[str, str]) -> dict[str, str]:
    """The values of an env file's `text`.

    `$NAME` and `${NAME}` are what stands for NAME above, else in `environ`, else nothing; not so in single quotes.
    """
    bindings = list(parse_stream(io.StringIO(text)))
    if bad := [str(_line(each)) for each in bindings if each.error or (each.key and each.value is None)]:
        raise LinesError(f"NAME=value on line {', '.join(bad)}")
    found: dict[str, str] = {}
    for each in bindings:
        if each.key and each.value is not None:
            found[each.key] = each.value if _is_literal(each) else _expanded(each.value, {**environ, **found})
    return found


def quoted(value: str) -> str:
    """`value` as an env file writes it: plain where that is safe, else in single quotes."""
    if _PLAIN.fullmatch(value):
        return value
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _line(binding: Binding) -> int:
    """The number of the line that the statement is on; blank lines before it belong to the binding."""
    text = binding.original.string
    return binding.original.line + text[: len(text) - len(text.lstrip())].count("\n")


def _is_literal(binding: Binding) -> bool:
    return binding.original.string.partition("=")[2].lstrip().startswith("'")


def _expanded(value: str, known: Mapping[str, str]) -> str:
    def meaning(match: re.Match[str]) -> str:
        return match[0] if match[1] else known.get(match[2] or match[3], "")

    return _ESCAPED_DOLLAR.sub("$", _REFERENCE.sub(meaning, value))
