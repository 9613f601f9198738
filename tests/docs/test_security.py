"""The configurations of docs/security.md: each starts, and answers as its table says."""

import base64
import hashlib
import hmac
import re
from pathlib import Path

import pytest

from tests.serving.server import CHECKOUT, Server

pytestmark = pytest.mark.slow

PAGE = (CHECKOUT / "docs" / "security.md").read_text("utf-8")
SECRET = "5e" * 32
PLACEHOLDER = re.compile(r"REPLACE-BY-[a-z0-9-]+")
TITLES = re.findall(r"^## (.*)$", PAGE, re.MULTILINE)


def section(title: str) -> str:
    return PAGE.partition(f"## {title}\n")[2].partition("\n## ")[0]


def settings(title: str, root: Path, secret: str = SECRET) -> dict[str, str]:
    """Those of the section's block, with its secrets and its pictures in place."""
    block = section(title).partition("```ini\n")[2].partition("```")[0]
    lines = (line.partition("=") for line in PLACEHOLDER.sub(secret, block).splitlines())
    return {name: str(root) if value == "/srv/pictures" else value for name, _, value in lines}


def signed(path: str) -> str:
    key = bytes.fromhex(SECRET)
    rest = path.removeprefix("/<signature>")
    digest = hmac.new(key, key + rest.encode(), hashlib.sha256).digest()
    return f"/{base64.urlsafe_b64encode(digest).decode().rstrip('=')}{rest}" if rest != path else path


def answered(server: Server, asked: str) -> str:
    """The status of what stands in a row of the table."""
    path = signed(asked.split("`")[1])
    secret = f"Authorization: Bearer {SECRET}\r\n" if "with the secret" in asked else ""
    head = server.ask(f"GET {path} HTTP/1.1\r\nHost: x\r\n{secret}Connection: close\r\n\r\n")
    return head.split(b" ")[1].decode()


@pytest.mark.parametrize("title", TITLES)
def test_a_configuration_answers_as_its_table_says(title: str) -> None:
    rows = re.findall(r"^\| (.*`.*) \| (\d+) \|$", section(title), re.MULTILINE)

    with Server(settings(title, CHECKOUT / "samples")) as server:
        found = [(asked, answered(server, asked)) for asked, _ in rows]

    assert len(rows) > 5
    assert found == rows


@pytest.mark.parametrize("title", [title for title in TITLES if "IMGSVC_KEY" in section(title)])
def test_no_server_starts_with_the_words_that_stand_for_a_key(title: str) -> None:
    untouched = settings(title, CHECKOUT / "samples", "REPLACE-BY-openssl-rand-hex-32")

    with Server(untouched, awaits_health=False) as server:
        assert server.process.wait(30) != 0
