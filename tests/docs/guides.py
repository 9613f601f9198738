"""What the pages of docs/guides/ show: their pieces of code by name, and their tables of what is asked and answered."""

import re
import shutil
from pathlib import Path

import requests

from tests.images import opened
from tests.serving.server import CHECKOUT, Server

GUIDES = CHECKOUT / "docs" / "guides"
SAMPLES = CHECKOUT / "samples"

_FENCE = re.compile(r"^```(\w+) ?([\w.-]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_ROW = re.compile(r"^\| .*?`(/[^`]*)`.* \| (\d{3}.*) \|$", re.MULTILINE)


def text(page: str) -> str:
    """A page of that name."""
    return (GUIDES / f"{page}.md").read_text("utf-8")


def names(page: str) -> list[str]:
    """Of its pieces of code."""
    return [name for _, name, _ in _FENCE.findall(text(page))]


def piece(page: str, name: str) -> str:
    """The piece of code behind ```language name."""
    [found] = [code for _, each, code in _FENCE.findall(text(page)) if each == name]
    return str(found)


def rows(page: str) -> list[tuple[str, str]]:
    """What is asked, and what is answered."""
    return [(asked, answer) for asked, answer in _ROW.findall(text(page))]


def answered(server: Server, path: str) -> str:
    """An answer as the tables say it."""
    return told(server.get(path))


def told(answer: requests.Response) -> str:
    """Status, and of a picture its media type and size."""
    if answer.status_code != 200:
        return str(answer.status_code)
    media_type = answer.headers["content-type"]
    if media_type == "image/svg+xml":
        return f"200 {media_type}"
    width, height = opened(answer.content).size
    return f"200 {media_type} {width}x{height}"


def pictures(folder: Path) -> Path:
    """The samples, and those whose names surprise."""
    shutil.copytree(SAMPLES, folder, dirs_exist_ok=True)
    for name in ("photo@2x.jpg", "my photo é 50%.jpg", "a,b,.jpg"):
        shutil.copy(SAMPLES / "meadow.jpg", folder / name)
    return folder
