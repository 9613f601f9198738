import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from imgsvc.cli import main
from imgsvc.exit_codes import ExitCode
from imgsvc.warming.manifest import read
from tests.images import encoded, noise
from tests.waiting import eventually

COUNT = 60


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A catalogue of small pictures, one of them no picture."""
    folder = tmp_path / "root" / "shop"
    folder.mkdir(parents=True)
    body = encoded(noise(64, 48), "jpeg")
    for number in range(COUNT):
        (folder / f"{number}.jpg").write_bytes(body)
    (folder / "readme.txt").write_text("no picture")
    return folder


def settings(shop: Path) -> dict[str, str]:
    return {
        "IMGSVC_LOCAL_FILESYSTEM_ROOT": str(shop.parent),
        "IMGSVC_RESULT_STORE": (shop.parent.parent / "store").as_uri(),
        "IMGSVC_PRESETS": "card=rs:fit:30:20",
    }


def arguments(shop: Path, *more: str) -> list[str]:
    manifest = shop.parent.parent / "warm.jsonl"
    return ["warm", "--from", str(shop), "--presets", "card@png", "--workers", "1", "--manifest", str(manifest), *more]


def warm(shop: Path, *more: str) -> Result:
    return CliRunner().invoke(main, arguments(shop, *more), env=settings(shop))


def started(shop: Path, *more: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "imgsvc", *arguments(shop, *more)]
    return subprocess.Popen(
        command, env={**os.environ, **settings(shop)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def kept(shop: Path) -> set[Path]:
    return {path for path in (shop.parent.parent / "store").rglob("*") if path.is_file() and path.suffix != ".new"}


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (["--presets", ""], "--presets or --options"),
        (["--from", "/no/such/list"], "--from: expected a file"),
        (["--from", "/no/such/list"], "got '/no/such/list'"),
        (["--to", "file:///srv/{preset}.{format}"], "--to: expected {path} or {hash}"),
        (["--scheduler", "tcp://10.0.0.1:8786"], "--scheduler: expected tls://"),
        (["--again", "everything"], "--again"),
        (["--rate", "0"], "--rate"),
    ],
)
def test_what_is_asked_for_wrongly_is_wrong_usage(shop, more, says):
    result = warm(shop, *more)

    assert (result.exit_code, says in result.output) == (ExitCode.USAGE, True)


def test_a_catalogue_in_which_nothing_is_listed_is_said_to_be_one(shop):
    (shop.parent / "empty.txt").write_text("# nothing yet\n")

    result = warm(shop, "--from", str(shop.parent / "empty.txt"))

    assert (result.exit_code, "empty.txt names no source" in result.output) == (0, True)


def test_a_store_has_to_be_there_to_be_filled(shop):
    result = CliRunner().invoke(main, arguments(shop), env=settings(shop) | {"IMGSVC_RESULT_STORE": ""})

    assert (result.exit_code, "RESULT_STORE, which is not set" in result.output) == (ExitCode.USAGE, True)


def test_a_preset_that_there_is_not_ends_it_before_anything_is_listed(shop):
    result = warm(shop, "--presets", "cart")

    assert (result.exit_code, "UnknownPresetError" in result.output) == (ExitCode.NO, True)


def test_no_server_and_no_other_command_loads_the_engine():
    code = (
        "import sys, imgsvc.app, imgsvc.cli, imgsvc.hooks; print({'dask', 'distributed', 'tornado'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "set()\n"


@pytest.mark.slow
def test_a_catalogue_is_made_but_for_what_is_no_picture(shop):
    process = started(shop)
    output, _ = process.communicate()

    assert (process.returncode, f"{COUNT} made, 0 kept, 1 failed, 0 lost" in output) == (ExitCode.NO, True)
    assert len(kept(shop)) == COUNT
    assert "1 UnknownFormatError: local:///shop/readme.txt" in output
    assert json.loads((shop.parent.parent / "warm.report.json").read_text())["made"] == COUNT


@pytest.mark.slow
def test_one_that_is_killed_is_resumed_and_makes_nothing_twice(shop):
    manifest = shop.parent.parent / "warm.jsonl"
    # Slowly, so that there is a middle in which it can be killed.
    first = started(shop, "--rate", "20")
    assert eventually(lambda: manifest.exists() and len(list(read(manifest))) >= 5)
    first.send_signal(signal.SIGKILL)
    first.communicate()
    before = {path: path.stat().st_ino for path in kept(shop)}

    second = started(shop)
    output, _ = second.communicate()

    assert (second.returncode, len(kept(shop))) == (ExitCode.NO, COUNT)
    assert {path: path.stat().st_ino for path in before} == before
    assert "by earlier runs" in output
