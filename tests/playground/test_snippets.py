"""Every snippet says the same picture, and can be run."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
import requests

from imgsvc.app import create_parser
from imgsvc.config import Config
from imgsvc.options.geometry import Size
from imgsvc.playground.snippets import Writer, scaled
from imgsvc.playground.urls import Urls, Wish
from imgsvc.security.settings import SignatureSettings
from imgsvc.settings.envfile import read
from imgsvc.url.settings import UrlSettings
from tests.nginx.running import NGINX, TEMPORARY, needs_nginx
from tests.playground.stub import PICTURE, Main, running
from tests.ports import free_port
from tests.waiting import eventually

HOST = "http://127.0.0.1:8080"
KEYS = SignatureSettings(key=(b"k",), salt=(b"s",))
WISH = Wish(("rs:fill:300:200", "q:80"), "http://x/it's a $\"<cat>&.jpg", "webp")
SIZES = {1.0: Size(300, 200), 2.0: Size(600, 400)}


def writer(*, signature: SignatureSettings = KEYS, asks: bool = False, url: UrlSettings = UrlSettings()) -> Writer:
    config = replace(Config(), signature=signature, url=url)
    return Writer(Urls.of(config, create_parser(config)), HOST, asks)


def snippets(found: Writer, wish: Wish = WISH, sizes: dict[float, Size] = SIZES) -> dict[str, str]:
    return {each.title: each.text for each in found.all(wish, sizes)}


def signed(wish: Wish = WISH) -> str:
    return HOST + writer().urls.signed(writer().urls.write(wish))


def printed(command: list[str], text: str) -> str:
    environ = {**os.environ, "IMGSVC_KEY": "6b", "IMGSVC_SALT": "73"}
    return subprocess.run(command, input=text, env=environ, capture_output=True, text=True, check=True).stdout.strip()


@contextmanager
def nginx(folder: Path, location: str) -> Iterator[str]:
    """An nginx with this location, and where it is."""
    port = free_port()
    temporary = "".join(f"{each}_temp_path {folder}/{each};" for each in TEMPORARY)
    user = "user root;" if os.getuid() == 0 else ""
    (folder / "nginx.conf").write_text(
        f"{user} pid {folder}/pid; error_log {folder}/error.log; daemon off; events {{}}\n"
        f"http {{ access_log off; {temporary} server {{ listen 127.0.0.1:{port};\n{location}\n}} }}"
    )
    command = [NGINX, "-e", f"{folder}/error.log", "-c", f"{folder}/nginx.conf"]
    process = subprocess.Popen(command)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=30).content == PICTURE
    except requests.ConnectionError:
        return False


class Tags(HTMLParser):
    """The attributes of every tag, as a browser reads them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attributes)))


def test_the_python_that_is_copied_prints_the_url():
    assert printed([sys.executable, "-"], snippets(writer())["Python"]) == signed()


@pytest.mark.skipif(not shutil.which("node"), reason="node is not installed")
def test_the_javascript_that_is_copied_prints_the_url():
    assert printed(["node", "--input-type=module", "-"], snippets(writer())["JavaScript"]) == signed()


@needs_nginx
@pytest.mark.slow
def test_a_location_of_nginx_that_is_copied_asks_for_the_picture(tmp_path):
    wish = replace(WISH, source="http://x/it's a <cat>;{}.jpg")
    with running(Main()) as main:
        location = snippets(replace(writer(), host=f"http://{main.listener}"), wish)["nginx"]
        with nginx(tmp_path, location) as url:
            assert eventually(lambda: answers(f"{url}/mine"))

    assert main.asked[0][0] == writer().urls.signed(writer().urls.write(wish))


@pytest.mark.parametrize("title", ["Python", "JavaScript"])
def test_code_that_is_copied_holds_no_key(title):
    keys = SignatureSettings(key=(b"hushhush",), salt=(b"saltsalt",))

    assert not re.search("hushhush|saltsalt|6875736868757368", snippets(writer(signature=keys))[title])


def test_a_shell_reads_the_url_as_it_is():
    words = shlex.split(snippets(writer())["curl"])

    assert words == ["curl", "-fsS", "-o", "mine.webp", signed()]


def test_where_a_secret_is_asked_for_curl_sends_it_from_the_environment():
    assert '-H "Authorization: Bearer $IMGSVC_SECRET"' in snippets(writer(asks=True))["curl"]


def test_a_browser_reads_the_picture_s_url_out_of_the_img():
    ((tag, attributes),) = Tags(snippets(writer())["<img>"]).found

    assert (tag, attributes["src"], attributes["alt"]) == ("img", signed(), "")
    assert attributes["srcset"] == f"{signed()} 300w, {signed(scaled(WISH, 2.0))} 600w"
    assert (attributes["width"], attributes["height"]) == ("300", "200")


def test_an_img_whose_size_is_not_known_goes_by_density():
    ((_, attributes),) = Tags(snippets(writer(), sizes={})["<img>"]).found

    assert attributes["srcset"] == f"{signed()} 1x, {signed(scaled(WISH, 2.0))} 2x"
    assert "sizes" not in attributes


def test_a_picture_has_a_source_for_each_better_format_and_a_jpeg_for_all():
    found = Tags(snippets(writer())["<picture>"]).found

    assert [attributes.get("type") for tag, attributes in found if tag == "source"] == ["image/avif", "image/webp"]
    assert found[-1][1]["src"] == signed(replace(WISH, extension="jpg"))


def test_a_preset_that_is_copied_is_one():
    line = snippets(writer())["Preset"]
    presets = read(line, {})["IMGSVC_PRESETS"]

    found = writer(url=UrlSettings(presets=presets)).urls
    assert found.meaning("/pr:mine/plain/x") == ["resize:fill:300:200", "format:webp", "quality:80"]


def test_a_trusted_signature_is_that_of_the_demo_alone():
    demo = SignatureSettings(key=(b"k",), salt=(b"s",), trusted_signatures=("demo",))

    assert snippets(writer(signature=demo))["URL"].startswith(f"{HOST}/demo/")
    assert "URL" not in snippets(writer())


def test_a_larger_one_has_so_many_times_the_dpr_that_is_asked_for():
    assert scaled(Wish(("dpr:2",)), 1.5).uses == ("dpr:2", "dpr:3")


def test_no_snippet_ends_before_its_time():
    """What a source URL holds stays text in every language."""
    hostile = replace(WISH, source="http://x/</script>`'\"\\;{}$(id) .jpg")
    found = snippets(writer(), hostile)

    assert json.loads(re.findall(r"signed\((\".*\")\)", found["Python"])[0]).startswith("/rs:fill")
    assert len(Tags(found["<img>"]).found) == 1
    assert len(shlex.split(found["curl"])) == 5
