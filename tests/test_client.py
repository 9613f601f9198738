"""Twin of imgsvc/client.py: what it builds, the server's own parser reads."""

import re
import subprocess
import sys
from contextlib import suppress
from html import unescape
from inspect import getfullargspec
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgsvc import client as module
from imgsvc.client import Client, Html, add_to_django, add_to_jinja, escaped
from imgsvc.errors import SourceUnreachableError, UrlError
from imgsvc.security.settings import SignatureSettings
from imgsvc.security.signature import Signature
from imgsvc.source_url import SourceUrl
from imgsvc.url.info.rows import INFO
from imgsvc.url.parse import Parsed, Parser
from imgsvc.url.path import split_path
from imgsvc.url.settings import UrlSettings
from imgsvc.url.table import OPTIONS

KEY, SALT = "736563726574", "68656c6c6f"
HOST = "https://img.example.com/p"
SOURCE = "local:///meadow.jpg"
SETTINGS = UrlSettings(allow_security_options=True, allow_bypass_cache=True, presets="thumb=w:1,sharp=sh:1")
SIGNED = Client(HOST, KEY, SALT)

sources = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40)
examples = st.lists(st.sampled_from([row.example for row in OPTIONS if "_" not in row.example]), max_size=4)


def read(url: str, parser: Parser | None = None, prefix: str = "/p") -> Parsed:
    """What a server understands of a URL, once its signature is right."""
    path = split_path(url.removeprefix("https://img.example.com"), prefix)
    pair = SignatureSettings(key=(bytes.fromhex(KEY),), salt=(bytes.fromhex(SALT),))
    Signature(pair).verify(path.signature, path.rest)
    return (parser or Parser(SETTINGS, now=lambda: 0.0)).parse(path.rest)


@given(sources, examples, st.booleans(), st.sampled_from(["", "webp", "png"]))
def test_what_is_built_is_signed_and_understood(source: str, options: list[str], base64: bool, word: str) -> None:
    try:
        meant = SourceUrl.parse(source)
    except SourceUnreachableError:
        return
    built = Client(HOST, KEY, SALT, base64=base64).build(source, *options, format=word)
    plain = Parser(SETTINGS, now=lambda: 0.0)

    with suppress(UrlError):
        expected = plain.parse("/".join([*options, f"plain/{escaped(SOURCE)}" + (f"@{word}" if word else "")]))
        assert read(built) == Parsed(expected.options, meant)


def test_a_signature_is_that_of_the_documentation() -> None:
    assert SIGNED.sign("/rs:fill:300:400/plain/local:///meadow.jpg") == "Y9pVvjgtrFesMbCxPX49j6zUga_YYCQSYw80eTF08zQ"


def test_a_signature_may_be_shorter() -> None:
    assert len(Client(HOST, KEY, SALT, signature_size=8).sign("/plain/a")) == 11


@pytest.mark.parametrize(
    ("named", "written"),
    [
        ({"resize": ("fill", 300, None, True)}, "resize:fill:300::1"),
        ({"width": 300, "height": None}, "width:300"),
        ({"min_width": 10}, "min-width:10"),
        ({"blur": 0.5}, "blur:0.5"),
        ({"keep_copyright": False}, "keep_copyright:0"),
    ],
)
def test_options_may_be_given_by_their_names(named: dict[str, Any], written: str) -> None:
    assert Client().build(SOURCE, **named) == f"/unsafe/{written}/plain/{SOURCE}"


@pytest.mark.parametrize("option", ["thumb", "w:1/h:1", "fn:a b", "bg:#fff", "fn:ä"])
def test_what_cannot_stand_in_a_url_is_refused(option: str) -> None:
    with pytest.raises(ValueError, match=re.escape(option) if "/" not in option else "slash"):
        Client().build(SOURCE, option)


def test_a_url_without_a_source_is_none() -> None:
    with pytest.raises(ValueError, match="empty"):
        Client().build("")


@pytest.mark.parametrize(("key", "salt"), [(KEY, ""), ("", SALT), ("no hex", "zz")])
def test_keys_that_cannot_be_are_refused_at_once(key: str, salt: str) -> None:
    with pytest.raises(ValueError, match=r"belong together|non-hexadecimal"):
        Client(HOST, key, salt)


def test_what_is_asked_about_a_source_is_signed_behind_its_route() -> None:
    parser = Parser(UrlSettings(), now=lambda: 0.0, table=INFO)

    found = read(SIGNED.info(SOURCE, "exif:0", blurhash=(4, 3)), parser, "/p/info")

    assert found == parser.parse(f"exif:0/bh:4:3/plain/{SOURCE}")


def test_a_srcset_has_a_url_for_each_width() -> None:
    found = SIGNED.srcset("https://x.example/a, b,", "q:70", widths=(100, 200), format="webp").split(", ")

    assert [each.split(" ")[1] for each in found] == ["100w", "200w"]
    assert [read(each.split(" ")[0]).options.width for each in found] == [100, 200]


def test_or_for_each_density() -> None:
    found = SIGNED.srcset(SOURCE, densities=(1, 1.5), width=100).split(", ")

    assert [each.split(" ")[1] for each in found] == ["1x", "1.5x"]
    assert read(found[1].split(" ")[0]).options.dpr == 1.5


def test_a_picture_has_a_source_for_each_format_and_an_image_for_who_knows_none() -> None:
    html = SIGNED.picture(SOURCE, widths=(100, 200), sizes="50vw", attributes={"alt": 'a "cat"', "width": 200})

    assert re.findall(r'type="([^"]*)"', html) == ["image/avif", "image/webp"]
    assert 'alt="a &quot;cat&quot;"' in html
    for url in re.findall(r"https://[^ \"]*", unescape(html)):
        assert read(url).source == SourceUrl.parse(SOURCE)


def test_html_is_left_as_it_is_by_who_escapes_texts() -> None:
    assert Html("<a>").__html__() == "<a>"


def test_templates_of_jinja_call_it_by_name() -> None:
    environment = SimpleNamespace(globals={})

    add_to_jinja(environment, Client())

    assert environment.globals["img_url"](SOURCE, width=1) == f"/unsafe/width:1/plain/{SOURCE}"


def test_templates_of_django_have_it_as_tags() -> None:
    tags: dict[str, Any] = {}

    class Library:
        def simple_tag(self, helper: Any, name: str) -> None:
            tags[name] = helper

    add_to_django(Library(), Client())

    # As Django counts what a template has to give.
    assert getfullargspec(tags["img_srcset"]).args == ["source"]
    assert tags["img_srcset"](SOURCE, widths=(1,)) == f"/unsafe/width:1/plain/{SOURCE} 1w"


def test_it_needs_nothing_but_python() -> None:
    # Without the folder that packages are in, and without the rest of this one.
    program = "import sys; sys.path.insert(0, sys.argv[1]); import client; print(client.Client().build('a', width=1))"

    run = subprocess.run(
        [sys.executable, "-I", "-S", "-c", program, str(Path(module.__file__).parent)],
        capture_output=True,
        text=True,
        check=True,
    )

    assert run.stdout.strip() == "/unsafe/width:1/plain/a"
