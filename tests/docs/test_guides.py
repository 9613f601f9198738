"""What docs/guides/ shows is so: commands are run, files are read, and what is asked is answered as it is said."""

import os
import re
import shlex
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import requests
from click.testing import CliRunner

from imgsvc.cli import main
from imgsvc.config import from_environment, unused_variables
from imgsvc.settings import envfile
from tests.docs.guides import GUIDES, SAMPLES, answered, names, pictures, piece, rows, text, told
from tests.nginx.running import Nginx, needs_nginx
from tests.serving.server import CHECKOUT, Server

SECRET = "5e" * 32
PLACEHOLDER = re.compile(r"REPLACE-BY-[a-z0-9-]+")
OPEN = {"IMGSVC_LOCAL_FILESYSTEM_ROOT": str(SAMPLES), "IMGSVC_MAX_ANIMATION_FRAMES": "64"}


def run(line: str, folder: Path = CHECKOUT, **environ: str) -> str:
    """What a command of ours prints."""
    program, *arguments = shlex.split(line)
    assert program == "imgsvc"
    result = CliRunner().invoke(main, arguments, env=environ)
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.mark.parametrize("page", sorted(GUIDES.glob("*.md")), ids=lambda page: page.stem)
def test_every_piece_of_code_of_a_guide_has_a_name_by_which_a_test_runs_it(page: Path) -> None:
    tests = "".join(path.read_text("utf-8") for path in (CHECKOUT / "tests").rglob("test_*.py"))
    untested = [name for name in names(page.stem) if f'piece("{page.stem}", "{name}")' not in tests]

    assert untested == []
    assert re.findall(r"^ {4}\S.*$", text(page.stem), re.MULTILINE) == re.findall(
        r"^ {4}\S.*$", "".join(piece(page.stem, name) for name in names(page.stem)), re.MULTILINE
    )


@pytest.mark.parametrize(
    ("command", "printed"),
    [
        (piece("html", "fluid"), piece("html", "fluid-printed")),
        (piece("html", "icon"), piece("html", "icon-printed")),
    ],
)
def test_the_html_is_what_the_command_prints(command: str, printed: str) -> None:
    assert run(command, **OPEN) == printed


@pytest.mark.slow
def test_what_surprises_is_answered_as_it_is_said(tmp_path: Path) -> None:
    asked = rows("html")
    with Server({**OPEN, "IMGSVC_LOCAL_FILESYSTEM_ROOT": str(pictures(tmp_path))}) as server:
        found = [(path, answered(server, path)) for path, _ in asked]

    assert len(asked) > 10
    assert found == asked


@pytest.mark.parametrize(
    ("file", "settings", "made"),
    [
        ("imgproxy.env", piece("imgproxy", "imgproxy.env"), piece("imgproxy", "imgsvc.env")),
        ("docker-compose.yml", piece("imgproxy", "docker-compose.yml"), piece("imgproxy", "compose-settings")),
        ("values.yaml", piece("imgproxy", "values.yaml"), piece("imgproxy", "values-settings")),
    ],
)
def test_settings_of_imgproxy_become_what_the_guide_says(tmp_path: Path, file: str, settings: str, made: str) -> None:
    (tmp_path / file).write_text(settings)
    (tmp_path / "imgsvc.env").write_text(made)

    assert run(f"imgsvc config --from {tmp_path / file}").rstrip() == made.rstrip()
    assert run(piece("imgproxy", "start").replace("imgsvc.env", str(tmp_path / "imgsvc.env"))) == (
        "The settings can be used.\n"
    )


def test_what_a_compose_file_does_not_say_is_named_as_the_guide_says(tmp_path: Path) -> None:
    (tmp_path / "docker-compose.yml").write_text(piece("imgproxy", "docker-compose.yml"))

    result = CliRunner().invoke(main, ["config", "--from", str(tmp_path / "docker-compose.yml")])

    assert result.stderr == piece("imgproxy", "compose-told")


def test_the_settings_of_a_running_imgproxy_are_read_from_what_it_prints() -> None:
    printing, _, command = piece("imgproxy", "running").partition(" | ")
    arguments = shlex.split(command.partition(" > ")[0])[1:]

    result = CliRunner().invoke(main, arguments, input="PATH=/bin\nIMGPROXY_TTL=3600\n")

    assert printing.endswith(" env")
    assert result.stdout == "# kept\nIMGSVC_TTL=3600\n\n"


@pytest.mark.slow
def test_a_url_of_thumbor_has_the_like_that_the_guide_says() -> None:
    asked = rows("thumbor")
    with Server(OPEN) as server:
        found = [(path, answered(server, path)) for path, _ in asked]

    assert len(asked) > 20
    assert found == asked


@pytest.mark.slow
def test_what_stands_in_for_libthumbor_signs_and_means_the_same() -> None:
    environ = {"IMGSVC_HOST": "", "IMGSVC_KEY": SECRET, "IMGSVC_SALT": SECRET}
    program = piece("thumbor", "thumbor_urls.py") + (
        "print(generate('local:///meadow.jpg', 200, 300, halign='left', valign='top', flip=True))\n"
        "print(generate('local:///meadow.jpg', 300, 300, fit_in=True, options=['q:40', 'f:webp']))\n"
        "print(generate('local:///meadow.jpg', 300, crop=((100, 100), (700, 500)), smart=True))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env={**os.environ, **environ}, capture_output=True, text=True, check=True
    )

    with Server(OPEN | environ) as server:
        found = [answered(server, path) for path in done.stdout.split()]

    assert found == ["200 image/jpeg 200x300", "200 image/webp 300x200", "200 image/jpeg 300x200"]


@pytest.mark.parametrize(
    "block",
    [
        piece("thumbor", "thumbor.env"),
        piece("s3", "s3.env"),
        piece("s3", "s3.env") + piece("s3", "s3-elsewhere.env"),
        piece("frameworks", "next.env"),
    ],
)
def test_the_settings_of_a_guide_can_be_used(block: str) -> None:
    settings = envfile.read(PLACEHOLDER.sub(SECRET, block).replace("/srv/pictures", str(SAMPLES)), {})

    assert list(unused_variables(settings)) == []
    assert from_environment(settings)


class Bucket(BaseHTTPRequestHandler):
    """A bucket of one picture; whoever signs may read it."""

    def do_GET(self) -> None:
        is_there = self.path.startswith("/shop/originals/shoes/1.jpg") and "Authorization" in self.headers
        body = (SAMPLES / "meadow.jpg").read_bytes() if is_there else b""
        self.send_response(200 if is_there else 404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        pass


@pytest.fixture
def bucket() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Bucket) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@needs_nginx
@pytest.mark.slow
def test_nginx_in_front_of_a_bucket_answers_as_the_guide_says(tmp_path: Path, bucket: str) -> None:
    settings = PLACEHOLDER.sub(SECRET, piece("s3", "s3.env") + piece("s3", "s3-elsewhere.env"))
    settings = settings.replace("https://minio.example.com", bucket)
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "imgsvc-s3.conf").write_text(PLACEHOLDER.sub(SECRET, piece("s3", "imgsvc-s3.conf")))
    asked = rows("s3")

    with Server(envfile.read(settings, {})) as server:
        changes = {"127.0.0.1:8080": f"127.0.0.1:{server.port}", "/var/cache/nginx": str(tmp_path)}
        with Nginx(tmp_path, "imgsvc-s3.conf", changes, files=tmp_path / "files") as nginx:
            found = [(path, told(fetched(nginx.port, path))) for path, _ in asked]
            webp = fetched(nginx.port, "/card/shoes/1.jpg", Accept="image/webp,*/*;q=0.8")
            kept = fetched(nginx.port, "/card/shoes/1.jpg", Accept="text/html, image/webp")
        direct = answered(server, "/_/card/plain/s3://shop/originals/shoes/1.jpg")

    assert len(asked) > 5
    assert found == asked
    assert (told(webp), webp.headers["X-Cache"], kept.headers["X-Cache"]) == ("200 image/webp 320x200", "MISS", "HIT")
    assert direct == "403"


def fetched(port: int, path: str, **headers: str) -> requests.Response:
    """As a client that leaves a path as it is."""
    request = requests.Request("GET", f"http://127.0.0.1:{port}", headers=headers).prepare()
    request.url = f"http://127.0.0.1:{port}{path}"
    with requests.Session() as session:
        session.trust_env = False
        return session.send(request, timeout=30)
