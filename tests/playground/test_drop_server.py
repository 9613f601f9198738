"""The server of dropped files has what makes pictures, and nothing that is secret."""

import os
from pathlib import Path

import pytest

from imgsvc.config import from_environment
from imgsvc.playground.drop_server import DropServer, environment_for_drops
from imgsvc.playground.upstream import UnreachableError
from tests import images

FILES, SOCKET = Path("/drops/files"), Path("/drops/socket")
SECRETS = {
    "IMGSVC_KEY": "6b6579",
    "IMGPROXY_SALT": "73616c74",
    "IMGSVC_SECRET": "hush",
    "IMGSVC_USE_S3": "1",
    "AWS_SECRET_ACCESS_KEY": "hush",
    "IMGSVC_SOURCE_URL_ENCRYPTION_KEY": "00" * 16,
    "IMGSVC_ENV_LOCAL_FILE_PATH": "/etc/imgsvc/imgsvc.env",
    "IMGSVC_BASE_URL": "http://origin/",
    "IMGSVC_WATERMARK_URL": "http://origin/mark.png",
    "IMGSVC_PLAYGROUND_BIND": "127.0.0.1:8082",
    "HTTPS_PROXY": "http://proxy:1",
}


def test_nothing_secret_and_no_way_out_is_handed_over():
    assert set(environment_for_drops(SECRETS, FILES, SOCKET)) & set(SECRETS) == set()


def test_it_may_read_the_folder_of_drops_and_nothing_else(tmp_path):
    config = from_environment(environment_for_drops({"IMGSVC_ALLOWED_SOURCES": "http://x/"}, tmp_path, SOCKET))

    assert [each.text for each in config.limits.allowed_sources] == ["local:///"]
    assert config.sources.local_filesystem_root == tmp_path
    assert (config.observer.address(), config.playground.address()) == (None, None)


def test_what_changes_pictures_is_as_in_the_server():
    environ = {"IMGSVC_QUALITY": "33", "IMGPROXY_PRESETS": "a=w:3", "PATH": "/bin", "IMGSVC_MAX_ANIMATION_FRAMES": "9"}

    assert environ.items() <= environment_for_drops(environ, FILES, SOCKET).items()


def test_a_dropped_file_is_looked_at_as_any_source_is(tmp_path):
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "q").write_bytes(images.encoded(images.quadrants(400, 200)))

    found = DropServer({}, tmp_path / "files", tmp_path / "socket").looker.look("/_/w:40/plain/local:///q", "")

    assert found["result"]["size"] == (40, 20)


@pytest.mark.slow
def test_one_that_does_not_start_is_said_not_to(tmp_path):
    server = DropServer({**os.environ, "IMGSVC_QUALITY": "many"}, tmp_path, tmp_path / "socket")

    with pytest.raises(UnreachableError, match="did not start"):
        _ = server.upstream
