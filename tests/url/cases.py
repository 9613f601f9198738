"""The cases of tests/spec/url_*.toml, each under its rule, and how they write options down."""

import tomllib
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import Path
from typing import Any

import pytest

from imgsvc.options.color import Color
from imgsvc.options.filters import Ramp
from imgsvc.options.formats import Format
from imgsvc.options.geometry import Gravity, GravityType
from imgsvc.options.processing import ProcessingOptions
from imgsvc.options.saving import Placeholder
from imgsvc.url.parse import Parser
from imgsvc.url.settings import UrlSettings

NOW = 1_700_000_000.0
SPEC = Path(__file__).parents[1] / "spec"


def parser(**settings: Any) -> Parser:
    """A parser whose clock stands still."""
    return Parser(UrlSettings(**settings), now=lambda: NOW)


def cases(file: str) -> list[Any]:
    """All cases of a file, as pytest parameters."""
    topics = tomllib.loads((SPEC / file).read_text("utf-8"))
    return [pytest.param(case, id=f"{topic}: {case['rule']}") for topic, found in topics.items() for case in found]


def written(options: ProcessingOptions) -> dict[str, Any]:
    """The fields that differ from the defaults, as a spec file writes them."""
    plain = flat(ProcessingOptions())
    return {name: value for name, value in flat(options).items() if value != plain[name]}


def flat(value: Any, prefix: str = "") -> dict[str, Any]:
    """All fields as a spec file writes them, those of inner values behind a dot."""
    found: dict[str, Any] = {}
    for each in fields(value):
        inner = getattr(value, each.name)
        if hasattr(inner, "_asdict") and not isinstance(inner, Color):
            found |= {f"{prefix}{each.name}.{name}": _written(part) for name, part in inner._asdict().items()}
        elif is_dataclass(inner) and not isinstance(inner, Gravity):
            found |= flat(inner, f"{prefix}{each.name}.")
        else:
            found[prefix + each.name] = _written(inner)
    return found


def _written(value: Any) -> Any:
    if isinstance(value, Gravity):
        classes = "".join(f" {name}={weight:g}" for name, weight in value.classes)
        return f"{value.type.word} {value.x:g} {value.y:g}{classes}"
    if isinstance(value, Color):
        return value.hex()
    if isinstance(value, Ramp):
        return f"{value.degrees:g} {value.start:g} {value.stop:g}"
    if isinstance(value, Format | GravityType | Placeholder):
        return value.word
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple):
        return [_written(each) for each in value]
    if isinstance(value, dict):
        return {_written(key): each for key, each in value.items()}
    return value
