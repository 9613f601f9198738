"""What clients see while the parts of a service are killed or stopped: through nginx, eight at a time."""

import pytest

from tests.vm.conftest import DIRECT, THROUGH_NGINX
from tests.vm.machine import PYTHON, eventually, seen

CLIENTS = 8
MAIN = "systemctl show -P MainPID imgsvc"
READ = "import json, sys; print(*(row['pid'] for row in json.load(sys.stdin)['workers']), sep='\\n')"
PIDS = f'curl -s http://127.0.0.1:8081/status | {PYTHON} -c "{READ}"'
WORKER = f"$({PIDS} | head -1)"
OBSERVER = "$(pgrep -f 'imgsvc[.]observer [0-9]' | head -1)"
GUARD = "$(pgrep -f 'imgsvc[.]observer[.]guard [0-9]' | head -1)"


def while_asked(machine, command, seconds=10.0, url=THROUGH_NGINX):
    """What clients saw while the command was run."""
    load = machine.load(url, seconds, CLIENTS)
    machine(f"sleep 1; {command}")
    return seen(load)


def is_whole(machine):
    """Whether the service says that it can serve."""
    return eventually(lambda: machine("curl -s http://127.0.0.1:8081/ready") == "ready")


@pytest.mark.parametrize("part", [OBSERVER, GUARD], ids=["observer", "guard"])
def test_without_its_observer_everybody_is_served(machine, part):
    found = while_asked(machine, f"kill -9 {part}")

    assert set(found["seen"]) == {"200"}
    assert is_whole(machine)


def test_a_killed_worker_costs_no_more_than_it_had_in_hand(machine):
    """Even where nginx's other instance is not there."""
    found = while_asked(machine, f"kill -9 {WORKER}")

    assert sum(found["seen"].values()) - found["seen"]["200"] <= CLIENTS
    assert is_whole(machine)


def test_a_killed_arbiter_costs_what_was_in_work_and_is_back(machine):
    found = while_asked(machine, f"kill -9 $({MAIN})", url=DIRECT)

    assert sum(found["seen"].values()) - found["seen"]["200"] <= CLIENTS
    assert found["slowest"] < 10
    assert is_whole(machine)


def test_a_stopped_arbiter_is_replaced_by_the_watchdog(machine):
    before = machine(MAIN)
    found = while_asked(machine, f"kill -STOP {before}", seconds=20)

    assert sum(found["seen"].values()) - found["seen"]["200"] <= CLIENTS
    assert machine(MAIN) != before
    assert is_whole(machine)


def test_stopped_workers_are_replaced(machine):
    machine(f"kill -STOP $({PIDS})")

    assert eventually(lambda: machine("curl -s http://127.0.0.1:8081/ready") != "ready", 15)
    assert eventually(lambda: machine("curl -s http://127.0.0.1:8081/ready") == "ready", 60)
