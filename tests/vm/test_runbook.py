"""The commands of docs/runbook.md, typed as they stand there on a machine that serves, and its worked example."""

import re

import pytest

from tests.vm.conftest import CHECKOUT, DIRECT
from tests.vm.machine import eventually

RUNBOOK = (CHECKOUT / "docs/runbook.md").read_text("utf-8")
FIRST = ("curl", "imgsvc", "systemctl", "journalctl", "ss", "grep")
# What stands for something of the reader's, and what it is here.
PLACEHOLDERS = {
    # It goes on until it is interrupted.
    "imgsvc top": "imgsvc top --once",
    "IMGSVC_REQUEST_ID=...": "IMGSVC_REQUEST_ID=none",
    "imgsvc explain URL": "imgsvc explain /_/w:9/plain/local:///meadow.jpg",
    "SOURCE --options ...": "/srv/meadow.jpg --options w:9 -o /root/made.jpg",
    "%{http_code}\\n' SOURCE": f"%{{http_code}}\\n' {DIRECT}",
}
# To type these alone would mean something else: the drill has a test of its own, `stacks` needs nobody's help.
NOT_COMMANDS = {"imgsvc drill"}


def commands():
    """Every command in code quotes, with what it means here."""
    quoted = dict.fromkeys(re.findall(r"`([^`\n]+)`", RUNBOOK.partition("## Worked example")[0]))
    typed = [each for each in quoted if each.split()[0] in FIRST and " " in each and each not in NOT_COMMANDS]
    yield from map(filled_in, typed)


def filled_in(command):
    """The command with something real for each placeholder."""
    for placeholder, real in PLACEHOLDERS.items():
        command = command.replace(placeholder, real)
    return command


@pytest.mark.parametrize("command", list(commands()))
def test_a_command_of_the_runbook_does_what_it_says(machine, command):
    # 1: nothing was found, by a grep or by journalctl; a command that is wrong ends otherwise, or complains.
    done = machine.start(f"set -o pipefail; {command}")
    output, errors = done.communicate(timeout=60)

    assert done.returncode == 0 or (done.returncode == 1 and not output), f"{output}\n{errors}"
    assert "sage:" not in errors
    assert "No such" not in errors


def test_the_incident_is_seen_and_told_and_costs_the_others_nothing(machine):
    large = "/_/rs:fit:2000:1500/el:1/plain/local:///meadow.jpg@bmp"
    path = DIRECT.removeprefix("http://127.0.0.1:8080")
    drill = machine.start(
        f"imgsvc drill 127.0.0.1:8080 --only incident --seconds 12 --url '{path}' --large-url '{large}'"
        " --ready http://127.0.0.1:8081/ready"
    )
    is_seen = eventually(lambda: held(machine) > 20, 30)
    is_ready, sockets = (
        machine("curl -s http://127.0.0.1:8081/ready"),
        machine("ss -tn state established '( sport = :8080 )'"),
    )
    table = drill.communicate()[0]

    assert is_seen
    assert is_ready == "ready"
    assert any(int(row.split()[1]) > 100_000 for row in sockets.splitlines()[1:])
    assert drill.returncode == 0, table
    assert eventually(lambda: "did not take its answer in time" in machine("journalctl -u imgsvc -o cat -n 3000"))


def held(machine):
    """How many clients do not take their answers, by `/metrics`."""
    text = machine("curl -s http://127.0.0.1:8081/metrics")
    return float(re.findall(r'(?m)^imgsvc_slow_clients\{doing="sending"\} (\S+)', text)[0])
