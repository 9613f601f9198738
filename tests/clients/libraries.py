"""What is asked of the client libraries, and what is expected of the server's answers to their URLs."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests

from tests.images import opened

KEY, SALT = "943b421c9eb07c830af81030552c8600", "520f986b998545b4785e0defbc4f3c12"
SOURCE = "local:///cat.png"
ENDPOINT = "http://images.test"
NOT_FOUND = 404

Wish = dict[str, Any]
Call = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Libraries:
    """The libraries in a folder of this machine."""

    folder: Path

    def paths(self, wishes: list[Wish]) -> list[str]:
        """The path, with its signature, of the URL for each wish; see urls.mjs for their form."""
        return [urlsplit(url).path for url in self._answer("node", "urls.mjs", given=json.dumps(wishes))]

    def methods(self) -> dict[str, list[str]]:
        """The names of the methods of each library that has a builder."""
        found: dict[str, list[str]] = self._answer("node", "urls.mjs", "methods")
        return found

    def read(self, path: str) -> str:
        """The text of an installed file."""
        return (self.folder / "node_modules" / path).read_text("utf-8")

    def _answer(self, *command: str, given: str = "") -> Any:
        done = subprocess.run(command, cwd=self.folder, input=given, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


@dataclass(frozen=True, slots=True)
class Picture:
    """An answer with a picture; `header` is one that it has to have besides, with a part of its value."""

    width: int = 400
    height: int = 200
    media_type: str = "image/png"
    header: tuple[str, str] = ("content-type", "")


Expected = Picture | int


def seen(answer: requests.Response, expected: Expected) -> Expected:
    """The answer in the terms of what is expected."""
    if answer.status_code != 200 or isinstance(expected, int):
        return answer.status_code
    name, part = expected.header
    header = (name, part if part in answer.headers.get(name, "") else answer.headers.get(name, ""))
    return Picture(*opened(answer.content).size, answer.headers["content-type"], header)
