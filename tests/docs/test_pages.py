"""The docs say what the code does."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from docs import generate
from imgsvc.config import Config, read
from imgsvc.security.settings import SignatureSettings
from imgsvc.security.signature import Signature
from imgsvc.settings import envfile
from imgsvc.url.table import OPTIONS

ROOT = Path(__file__).parent.parent.parent
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md", *sorted((ROOT / "docs").rglob("*.md"))]

every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


def test_generated_pages_are_in_date() -> None:
    assert generate.outdated() == []


@pytest.mark.parametrize("row", OPTIONS, ids=lambda row: row.names[0])
def test_every_option_has_its_line_with_all_its_names(row: generate.OptionRow) -> None:
    lines = (ROOT / "docs" / "url.md").read_text("utf-8").splitlines()

    assert any(all(f"`{name}`" in line for name in row.names) for line in lines)


def test_every_setting_has_its_entry() -> None:
    text = (ROOT / "docs" / "configuration.md").read_text("utf-8")
    names = [each.name.upper() for section in fields(Config) for each in fields(section.type)]  # type: ignore[arg-type]

    assert [name for name in names if f"| `IMGSVC_{name}`<br>`IMGPROXY_{name}`" not in text] == []


def test_the_packaged_settings_set_nothing() -> None:
    lines = (ROOT / "systemd" / "imgsvc.env").read_text("utf-8").splitlines()

    assert [line for line in lines if line and not line.startswith("#")] == []


def test_a_packaged_setting_without_its_sign_is_its_default() -> None:
    text = (ROOT / "systemd" / "imgsvc.env").read_text("utf-8")
    settings = envfile.read(re.sub(r"^#(?=IMGSVC_)", "", text, flags=re.MULTILINE), {})

    assert read(settings) == read({})


@every_page
def test_every_link_leads_to_a_file(page: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text("utf-8"))
    targets = [link for link in links if "://" not in link]
    # A head is the beginning of a page of docs/.
    folder = ROOT / "docs" if page.parent.name == "heads" else page.parent

    assert [link for link in targets if not (folder / link).exists()] == []


@every_page
def test_every_path_in_code_quotes_exists(page: Path) -> None:
    quoted = re.findall(
        r"`((?:imgsvc|tests|docs|requirements|samples|systemd|changelog\.d)/[\w./-]*)`", page.read_text()
    )

    assert [path for path in quoted if not (ROOT / path).exists()] == []


@pytest.mark.parametrize(
    "page", [page for page in PAGES if page.name not in generate.PAGES], ids=lambda page: page.name
)
def test_a_line_holds_one_sentence(page: Path) -> None:
    prose = (line for line in page.read_text("utf-8").splitlines() if not re.match(r" {4}|\||```", line))

    assert [line for line in prose if re.search(r"[a-z)`]\. [A-Z]", line)] == []


def test_the_commands_of_the_readme_are_there() -> None:
    commands = re.findall(r"^    (\./\w+)", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)

    assert commands == ["./serve", "./check"]
    assert all((ROOT / command).exists() for command in commands)


def test_the_sample_pictures_that_docs_and_serve_name_are_there() -> None:
    text = "".join(path.read_text("utf-8") for path in [*PAGES, ROOT / "serve"])
    names = set(re.findall(r"local:///([\w.]+\.\w+)", text))

    assert names
    assert {name for name in names if not (ROOT / "samples" / name).exists()} == set()


def test_the_signature_that_the_docs_show_is_right() -> None:
    text = (ROOT / "docs" / "url.md").read_text("utf-8")
    key, salt, path, signature = re.findall(
        r"`([^`]+)`", next(line for line in text.splitlines() if "With the key" in line)
    )
    settings = SignatureSettings(key=(bytes.fromhex(key),), salt=(bytes.fromhex(salt),))

    assert Signature(settings).sign(path) == signature


def test_no_two_decisions_have_one_number() -> None:
    numbers = [path.name.partition("-")[0] for path in (ROOT / "docs" / "decisions").glob("[0-9]*.md")]

    assert sorted(set(numbers)) == sorted(numbers)
