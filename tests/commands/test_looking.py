"""Twin of imgsvc/commands/looking.py."""

from collections.abc import Callable
from pathlib import Path

import pytest

from imgsvc.app import create_renderer
from imgsvc.commands.looking import Looker
from imgsvc.config import from_environment
from imgsvc.rendering import Renderer
from tests.images import encoded, quadrants


@pytest.fixture
def create(tmp_path: Path) -> Callable[[], Renderer]:
    (tmp_path / "a.png").write_bytes(encoded(quadrants(40, 20)))
    return lambda: create_renderer(from_environment({"IMGSVC_LOCAL_FILESYSTEM_ROOT": str(tmp_path)}))


def test_a_source_is_read_once_for_all_its_urls(create: Callable[[], Renderer], tmp_path: Path) -> None:
    looker = Looker(create, 10)
    first = looker.look("/_/w:10/plain/local:///a.png")
    (tmp_path / "a.png").unlink()

    second = looker.look("/_/w:20/plain/local:///a.png")

    assert first
    assert second
    assert [each.plans[-1].result_size for each in (first, second)] == [(10, 5), (20, 10)]


def test_a_fault_is_kept_and_nothing_is_asked_again(create: Callable[[], Renderer], tmp_path: Path) -> None:
    looker = Looker(create, 10)

    found = [looker.look(f"/_/plain/local:///{name}.png") for name in ("none", "a")]

    assert found == [None, None]
    assert "none.png" in str(looker.fault)
