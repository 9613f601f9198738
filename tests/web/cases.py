"""The cases of tests/spec/http.toml, each under its name."""

import tomllib
from pathlib import Path

import pytest

_FILE = Path(__file__).parents[1] / "spec" / "http.toml"


def cases(table: str) -> list:
    """Every case of one table as a pytest parameter."""
    found = tomllib.loads(_FILE.read_text(encoding="utf-8"))[table]
    return [pytest.param(case, id=case["name"]) for case in found]
