"""What an operator does with a machine that serves."""

import re

import pytest

from tests.vm.conftest import DIRECT, THROUGH_NGINX, configure
from tests.vm.machine import eventually

HEALTH = "curl -so /dev/null -w '%{http_code}' http://127.0.0.1:8080/health"


def test_a_picture_comes_through_nginx(machine):
    shown = machine(f"curl -so /root/small.jpg -w '%{{http_code}} %{{content_type}}' '{THROUGH_NGINX}'")

    assert shown == "200 image/jpeg"
    assert (machine.root / "root/small.jpg").read_bytes().startswith(b"\xff\xd8")


def test_a_request_is_found_in_the_journal_by_the_id_of_its_answer(machine):
    head = machine(f"curl -sD - -o /dev/null '{THROUGH_NGINX}'")
    (name,) = re.findall(r"(?im)^x-request-id: (\S+)", head)

    assert eventually(lambda: "status=200" in machine(f"journalctl IMGSVC_REQUEST_ID={name} -o cat"))


def test_the_journal_has_an_outcome_as_a_field(machine):
    machine("curl -s http://127.0.0.1:8080/_/rs:fit:9:9/plain/local:///none.jpg")
    ask = "journalctl -u imgsvc IMGSVC_OUTCOME=SourceUnreachableError -o json-pretty -n 1"

    assert eventually(lambda: '"IMGSVC_STATUS" : "404"' in machine(ask)), machine("journalctl -n 5 -o verbose")


def test_a_reload_takes_settings_over(machine):
    configure(machine, "IMGSVC_QUALITY=7")
    before = len(machine(f"curl -s '{DIRECT}' | base64"))
    machine("systemctl reload imgsvc")

    assert eventually(lambda: len(machine(f"curl -s '{DIRECT}' | base64")) < before / 2)
    assert machine("systemctl is-active imgsvc") == "active"
    restore(machine)


@pytest.mark.parametrize("action", ["reload", "restart"])
def test_settings_that_cannot_be_used_are_told(machine, action):
    configure(machine, "IMGSVC_WORKERS=many")
    machine(f"systemctl {action} imgsvc", ok=(0, 1))
    told = eventually(lambda: "IMGSVC_WORKERS" in machine("journalctl -u imgsvc -o cat -n 30"))
    state = machine("systemctl show -p ActiveState -p ExecMainStatus imgsvc")
    restore(machine)

    assert told
    # 78: EX_CONFIG, after which systemd does not try again.
    status, active = ("0", "active") if action == "reload" else ("78", "failed")
    assert state == f"ExecMainStatus={status}\nActiveState={active}"


def restore(machine):
    """Take the last line of the settings away."""
    machine("sed -i '$d' /etc/imgsvc/imgsvc.env; systemctl reset-failed imgsvc.service imgsvc.socket")
    machine("systemctl restart imgsvc.socket imgsvc.service")
    assert eventually(lambda: machine(HEALTH) == "200")


def test_an_address_in_the_settings_does_nothing_and_that_is_said(machine):
    configure(machine, "IMGSVC_BIND=127.0.0.1:9999")
    machine("systemctl restart imgsvc")
    told = eventually(lambda: "BIND does nothing here" in machine("journalctl -u imgsvc -o cat -n 40"))
    restore(machine)

    assert told
