"""How the playground looks at a source."""

from pathlib import Path

import pytest

from imgsvc.config import from_environment
from imgsvc.errors import SourceAddressError, SourceNotAllowedError
from imgsvc.playground.looking import Looker
from tests import images

TARGET = "/_/rs:fill:50:50/plain/local:///q.png"


def looker(root: Path, **settings: str) -> Looker:
    """One of a server with these settings."""
    environ = {f"IMGSVC_{name.upper()}": value for name, value in settings.items()}
    return Looker(from_environment({"IMGSVC_LOCAL_FILESYSTEM_ROOT": str(root), **environ}))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder with a picture in it."""
    (tmp_path / "q.png").write_bytes(images.encoded(images.quadrants(400, 200)))
    return tmp_path


def test_it_says_what_explain_says(root):
    found = looker(root).look(TARGET, "image/webp")

    assert (found["result"]["size"], [each["name"] for each in found["on_source"]]) == ((50, 50), ["kept"])


def test_a_source_is_fetched_once_for_many_knobs(root):
    ours = looker(root)
    ours.look(TARGET, "")
    (root / "q.png").unlink()

    assert ours.look(TARGET.replace("50", "60"), "")["result"]["size"] == (60, 60)


def test_a_source_that_the_server_would_not_fetch_is_not_looked_at(root):
    with pytest.raises(SourceAddressError):
        looker(root).look("/_/w:3/plain/http://127.0.0.1:1/a.jpg", "")
    with pytest.raises(SourceNotAllowedError):
        looker(root, allowed_sources="http://x/").look(TARGET, "")


def test_a_source_that_is_passed_on_is_not_looked_at(root):
    assert looker(root).look("/_/raw:1/plain/local:///none", "")["on_source"] == []


def test_the_watermark_and_the_fallback_of_the_server_are_not_fetched_again(root):
    ours = looker(root, watermark_url="http://127.0.0.1:1/w.png", fallback_image_url="http://127.0.0.1:1/f.png")

    assert ours.look(TARGET, "")["result"]["size"] == (50, 50)
