"""The code of docs/guides/frameworks.md is run in its own language, and its URLs are asked of a server."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from imgsvc.settings import envfile
from tests.clients.libraries import KEY, SALT, Libraries
from tests.docs.guides import answered, pictures, piece
from tests.markup import candidates, elements
from tests.serving.server import Server

pytestmark = pytest.mark.slow

HOST = "https://img.example"
APPLICATION = {"IMGSVC_HOST": HOST, "IMGSVC_KEY": KEY, "IMGSVC_SALT": SALT}
NAMES = ["meadow.jpg", "my photo é 50%.jpg", "photo@2x.jpg", "a,b,.jpg"]
# A size of the list for each place in a page, as Next asks for them.
WIDTHS = [16, 384, 640, 1080]
HILLS = "200 image/jpeg 300x200"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return pictures(tmp_path_factory.mktemp("pictures"))


@pytest.fixture(scope="module")
def signed(folder: Path) -> Iterator[Server]:
    """A server that answers only what is signed."""
    settings = {"KEY": KEY, "SALT": SALT, "LOCAL_FILESYSTEM_ROOT": str(folder), "ALLOWED_SOURCES": "local:///"}
    with Server({f"IMGSVC_{name}": value for name, value in settings.items()}) as running:
        yield running


def printed(command: list[str], folder: Path, environ: Mapping[str, str] = APPLICATION) -> str:
    """What a program prints; skipped where there is none of that name."""
    if not shutil.which(command[0]):
        pytest.skip(f"{command[0]} is not installed")
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, **environ}, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def path(url: str) -> str:
    assert url.startswith(f"{HOST}/")
    return urlsplit(url).path


def test_the_loader_of_next_asks_for_sizes_that_the_server_allows(tmp_path: Path, folder: Path) -> None:
    (tmp_path / "imgsvc-loader.mjs").write_text(piece("frameworks", "imgsvc-loader.mjs"))
    (tmp_path / "next.config.mjs").write_text(piece("frameworks", "next.config.mjs"))
    program = f"""import config from "./next.config.mjs";
const {{ default: loader }} = await import(config.images.loaderFile);
const urls = {json.dumps(NAMES)}.flatMap((src) => {WIDTHS}.map((width) => loader({{ src, width, quality: 75 }})));
console.log(JSON.stringify(urls));"""
    found = json.loads(
        printed(["node", "--input-type=module", "-e", program], tmp_path, {"NEXT_PUBLIC_IMGSVC_HOST": HOST})
    )
    settings = envfile.read(piece("frameworks", "next.env"), {}) | {"IMGSVC_LOCAL_FILESYSTEM_ROOT": str(folder)}

    with Server(settings) as server:
        answers = [answered(server, path(url)) for url in found]
        other = answered(server, path(found[0]).replace("w:16", "w:17"))

    assert answers == [f"200 image/jpeg {width}x{round(width / 1.5)}" for width in WIDTHS] * len(NAMES)
    assert other == "403"


def test_a_program_in_node_signs_with_the_library_of_imgproxy(signed: Server, libraries: Libraries) -> None:
    (libraries.folder / "signed.mjs").write_text(piece("frameworks", "signed.mjs"))
    program = f"""import {{ imgsvcUrl }} from "./signed.mjs";
const options = {{ resizing_type: "fill", width: 300, height: 200, format: "webp" }};
console.log(JSON.stringify({json.dumps(NAMES)}.map((name) => imgsvcUrl(`local:///${{name}}`, options))));"""

    found = json.loads(printed(["node", "--input-type=module", "-e", program], libraries.folder))

    assert [answered(signed, path(url)) for url in found] == ["200 image/webp 300x200"] * len(NAMES)


def test_the_helper_for_rails_signs_and_lists_widths(signed: Server, tmp_path: Path) -> None:
    (tmp_path / "imgsvc_helper.rb").write_text(piece("frameworks", "imgsvc_helper.rb"))
    program = f"""require "./imgsvc_helper"; require "json"; include ImgsvcHelper
names = {json.dumps(NAMES)}.map {{ |name| "local:///#{{name}}" }}
puts JSON[[names.map {{ |name| imgsvc_url(name, "rs:fill:300:200", "q:70") }},
           imgsvc_srcset(names[3], [320, 640], format: "webp")]]"""

    urls, srcset = json.loads(printed(["ruby", "-e", program], tmp_path))

    assert [answered(signed, path(url)) for url in urls] == [HILLS] * len(NAMES)
    assert [(answered(signed, path(url)), descriptor) for url, descriptor in candidates(srcset)] == [
        ("200 image/webp 320x213", "320w"),
        ("200 image/webp 640x427", "640w"),
    ]


def test_the_tags_for_django_are_rendered_by_it(signed: Server, tmp_path: Path) -> None:
    (tmp_path / "shop" / "templatetags").mkdir(parents=True)
    for name in ("shop/__init__.py", "shop/templatetags/__init__.py"):
        (tmp_path / name).touch()
    (tmp_path / "shop" / "templatetags" / "pictures.py").write_text(piece("frameworks", "pictures.py"))
    (tmp_path / "picture.html").write_text(piece("frameworks", "picture.html"))
    program = f"""import django; from django.conf import settings; from django.template import loader
engine = {{"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": ["."]}}
keys = dict(IMGSVC_HOST={HOST!r}, IMGSVC_KEY={KEY!r}, IMGSVC_SALT={SALT!r})
settings.configure(INSTALLED_APPS=["shop"], TEMPLATES=[engine], **keys)
django.setup()
wishes = {{"photo": "local:///a,b,.jpg", "title": 'A "hill" & more', "widths": [320, 640]}}
print(loader.render_to_string("picture.html", wishes))"""

    shown = elements(printed([sys.executable, "-c", program], tmp_path))

    plain, _, avif, webp, image = shown
    assert plain.attributes["alt"] == 'A "hill" & more'
    assert answered(signed, path(plain.attributes["src"])) == "200 image/webp 300x200"
    assert [each.attributes["type"] for each in (avif, webp)] == ["image/avif", "image/webp"]
    assert {answered(signed, path(url)) for url, _ in candidates(webp.attributes["srcset"])} == {
        "200 image/webp 320x213",
        "200 image/webp 640x427",
    }
    assert answered(signed, path(image.attributes["src"])) == "200 image/jpeg 640x427"


def test_the_plugin_for_wordpress_takes_the_place_of_its_files(signed: Server, tmp_path: Path) -> None:
    (tmp_path / "imgsvc.php").write_text(piece("frameworks", "imgsvc.php"))
    # What a filter is given: an attachment's file, and sizes that WordPress knows of it.
    (tmp_path / "site.php").write_text("""<?php
$filters = [];
function add_filter($name, $call, $priority, $count) { global $filters; $filters[$name] = $call; }
function is_admin() { return false; }
function wp_get_attachment_url($attachment) { return 'local:///my photo é 50%.jpg'; }
require 'imgsvc.php';
$image = $filters['wp_get_attachment_image_src'](['https://shop/a-300x200.jpg', 300, 200, true], 7);
$none = $filters['wp_get_attachment_image_src'](false, 7);
$sources = [300 => ['url' => 'x', 'descriptor' => 'w', 'value' => 300], 600 => ['url' => 'y']];
$several = $filters['wp_calculate_image_srcset']($sources, [300, 200], 'x', [], 7);
echo json_encode([$image, $none, $several]);
""")

    image, none, several = json.loads(printed(["php", "site.php"], tmp_path))

    assert (answered(signed, path(image[0])), image[1:], none) == (HILLS, [300, 200, True], False)
    assert [answered(signed, path(several[width]["url"])) for width in ("300", "600")] == [
        HILLS,
        "200 image/jpeg 600x400",
    ]
    assert several["300"]["descriptor"] == "w"


def test_a_url_of_the_guide_without_the_key_is_refused(signed: Server) -> None:
    assert answered(signed, "/_/w:300/plain/local:///meadow.jpg") == "403"


def test_no_piece_of_code_holds_a_key() -> None:
    pieces = [piece("frameworks", name) for name in ("signed.mjs", "imgsvc_helper.rb", "pictures.py", "imgsvc.php")]

    assert [code for code in pieces if re.search(r"[0-9a-f]{16}", code)] == []
