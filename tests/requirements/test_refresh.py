"""The command that refreshes the locks, on locks of a test's own; pip-audit asks an OSV service on loopback."""

import json
import subprocess
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from requirements.refresh import Pin, _read_audit, audited_pins, changes, main, pins, reasons, step, told_audit
from tests.ports import free_port

ROOT = Path(__file__).parents[2]
WISHES = "# Routes.\nfalcon\n"
OLD = r"""falcon==4.0.0 \
    --hash=sha256:00
    # via -r runtime.in
idna==3.1 ; python_version < '3.12' \
    --hash=sha256:00
    # via requests
"""
NEW = OLD.replace("4.0.0", "4.1.0")


class Osv:
    """Answers for each (name, version) with these advisories; a context manager."""

    def __init__(self, known: Mapping[tuple[str, str], str]) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                name, version = asked["package"]["name"], asked["version"]
                found = [_advisory(name, known[name, version])] if (name, version) in known else None
                body = json.dumps({"vulns": found} if found else {}).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_request(self, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/v1/query"

    def __enter__(self) -> "Osv":
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def _advisory(name: str, fixed: str) -> dict[str, object]:
    ranges = [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": fixed}]}]
    affected = [{"package": {"name": name, "ecosystem": "PyPI"}, "ranges": ranges}]
    return {"id": f"GHSA-{name}", "aliases": ["CVE-2026-1"], "affected": affected, "summary": "bad"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Wishes, a lock, and a lock.sh that upgrades it."""
    (tmp_path / "runtime.in").write_text(WISHES)
    (tmp_path / "runtime.txt").write_text(OLD)
    (tmp_path / "new").write_text(NEW)
    (tmp_path / "lock.sh").write_text('#!/bin/sh\n[ "$1" = --upgrade ] && cd "$(dirname "$0")" && cp new runtime.txt\n')
    (tmp_path / "lock.sh").chmod(0o755)
    return tmp_path


@pytest.fixture
def nothing_known() -> Iterator[str]:
    with Osv({}) as osv:
        yield osv.url


def refreshed(folder: Path, url: str, *more: str) -> int:
    return main(["--folder", str(folder), "--service", "osv", "--osv-url", url, "--timeout", "5", *more])


def test_what_changed_is_shown_with_what_to_read(folder, nothing_known, capfd):
    code = refreshed(folder, nothing_known)
    lines = capfd.readouterr().out.splitlines()

    assert (code, lines[1]) == (0, "falcon   4.0.0  4.1.0  minor  Routes.")
    assert lines[3].startswith("minor: read")
    assert lines[-1] == "No advisory is known for what is locked now."


def test_an_advisory_that_the_change_mends_is_shown_as_mended(folder, capfd):
    with Osv({("falcon", "4.0.0"): "4.1.0"}) as osv:
        code = refreshed(folder, osv.url)

    assert code == 0
    assert "Mended by this:\npackage  version  advisory" in capfd.readouterr().out


def test_an_advisory_that_is_left_is_open(folder, capfd):
    with Osv({("idna", "3.1"): "3.7"}) as osv:
        code = refreshed(folder, osv.url)
    lines = capfd.readouterr().out.splitlines()

    assert code == 1
    assert lines[lines.index("OPEN:") + 2].split() == ["idna", "3.1", "CVE-2026-1,", "GHSA-idna", "idna", "3.7"]


def test_without_a_service_it_says_that_nothing_is_known(folder, capfd):
    code = refreshed(folder, f"http://127.0.0.1:{free_port()}/")

    assert code == 69
    assert "ADVISORIES WERE NOT LOOKED UP" in capfd.readouterr().out


def test_what_the_service_does_not_know_is_named():
    found = _read_audit([{"name": "falcon", "version": "4.0.0", "vulns": []}, {"name": "idna", "skip_reason": "none"}])

    assert list(told_audit(found, found))[-1] == "NOT KNOWN to the service, and so not looked up: idna."


def test_a_service_that_knows_nothing_has_not_answered():
    assert _read_audit([{"name": "idna", "skip_reason": "none"}]).fault


def test_only_the_audit_leaves_the_locks_alone(folder, nothing_known, capfd):
    code = refreshed(folder, nothing_known, "--only-audit")

    assert (code, capfd.readouterr().out) == (0, "No advisory is known for what is locked now.\n")
    assert (folder / "runtime.txt").read_text() == OLD


def test_a_lock_that_cannot_be_worked_out_is_a_failure_of_its_own(folder, nothing_known, capfd):
    (folder / "lock.sh").write_text("#!/bin/sh\nexit 2\n")

    assert refreshed(folder, nothing_known) == 75


def test_pillow_simd_is_asked_for_as_the_pillow_that_it_is():
    locked = frozenset({Pin("pillow-simd", "12.1.1.post0")})

    assert audited_pins(locked) == locked | {Pin("pillow", "12.1.1")}


@pytest.mark.parametrize(
    ("old", "new", "size"),
    [
        ("1.2.3", "2.0.0", "major"),
        ("0.2.3", "0.3.0", "major"),
        ("1.2.3", "1.3.0", "minor"),
        ("1.2.3", "1.2.3.post1", "patch"),
        ("1.2.3", "1.2.2", "back"),
        ("", "1.0", "new"),
        ("1.0", "", "gone"),
    ],
)
def test_a_step_is_as_large_as_its_first_number_that_changes(old, new, size):
    assert step(old, new) == size


def test_a_package_that_only_some_pythons_have_twice_changes_once():
    before = frozenset({Pin("numpy", "2.3.0"), Pin("numpy", "2.2.0")})

    assert changes(before, frozenset({Pin("numpy", "2.4.0")})) == [("numpy", "2.3.0", "2.4.0")]


def test_every_pin_of_the_project_has_a_reason():
    folder = ROOT / "requirements"
    why = reasons(folder)

    assert [each.name for each in pins(folder) if why.get(each.name, "for ") == "for "] == []


def test_the_command_explains_itself():
    answer = subprocess.run([ROOT / "requirements/refresh", "--help"], capture_output=True, text=True, check=True)

    assert answer.stdout.startswith("usage: requirements/refresh ")
