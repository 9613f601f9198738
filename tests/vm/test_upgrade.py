"""An upgrade while clients ask: none of them fails."""

import pytest

from tests.vm.conftest import DIRECT, THROUGH_NGINX, configure
from tests.vm.machine import PYTHON, eventually, seen

NEXT, BACK = "apt-get install -y ./next.deb 2>&1", "apt-get install -y --allow-downgrades ./imgsvc.deb 2>&1"
CLIENTS = 8
SLOW_ORIGIN = """
import http.server, time
class Slow(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        time.sleep(4.5)
        self.send_error(404)
http.server.HTTPServer(("127.0.0.1", 8000), Slow).serve_forever()
"""


def while_asked(machine, url, command, seconds):
    load = machine.load(url, seconds, CLIENTS)
    machine(f"sleep 1; {command}")
    return seen(load)


@pytest.mark.parametrize("url", [DIRECT, THROUGH_NGINX], ids=["directly", "through nginx"])
def test_an_upgrade_fails_no_request(machine, url):
    before = machine("systemctl show -P MainPID imgsvc")
    found = while_asked(machine, url, NEXT, 20)
    after = machine("systemctl show -P MainPID imgsvc"), machine("dpkg-query -W -f '${Version}' imgsvc")
    machine(BACK)

    assert set(found["seen"]) == {"200"}
    assert after[0] != before
    assert after[1].endswith("+next")


def test_a_release_can_be_taken_back_under_load(machine):
    machine(NEXT)

    assert set(while_asked(machine, DIRECT, BACK, 20)["seen"]) == {"200"}


def test_changed_settings_outlive_an_upgrade(machine):
    before = machine("cat /etc/imgsvc/imgsvc.env; stat -c %a%G /etc/imgsvc/imgsvc.env")
    machine(f"{NEXT}; {BACK}")

    assert machine("cat /etc/imgsvc/imgsvc.env; stat -c %a%G /etc/imgsvc/imgsvc.env") == before


def test_instances_are_upgraded_one_after_the_other(machine):
    machine("systemctl enable --now imgsvc@8082.socket imgsvc@8082.service 2>&1")
    before = machine("systemctl show -P MainPID imgsvc@8082")
    found = while_asked(machine, THROUGH_NGINX, f"{NEXT}; {BACK}", 30)
    after = machine("systemctl show -P MainPID imgsvc@8082")
    observed = machine("curl -s http://127.0.0.1:18082/ready")
    machine("systemctl disable --now imgsvc@8082.socket imgsvc@8082.service 2>&1")

    assert set(found["seen"]) == {"200"}
    assert before != after
    assert observed == "ready"


def test_who_comes_while_a_request_in_work_delays_a_restart_is_served(machine):
    """It takes until TIMEOUT at most; who waits in the socket meanwhile has not waited for the new server."""
    machine.write("/root/slow.py", SLOW_ORIGIN)
    origin = machine.start(f"exec {PYTHON} /root/slow.py")
    configure(machine, "IMGSVC_ALLOW_LOOPBACK_SOURCE_ADDRESSES=true")
    machine("systemctl restart imgsvc")
    asked = machine.start("curl -so /dev/null -w '%{http_code}' http://127.0.0.1:8080/_/plain/http://127.0.0.1:8000/x")
    found = while_asked(machine, DIRECT, "systemctl restart imgsvc", 8)
    answered = asked.communicate()[0]
    machine("pkill -f '[s]low.py'; sed -i '$d' /etc/imgsvc/imgsvc.env; systemctl restart imgsvc")
    origin.communicate()

    assert answered == "404"
    assert set(found["seen"]) == {"200"}
    assert found["slowest"] > 2.5


def test_after_a_reboot_it_serves(machine):
    machine("systemctl enable imgsvc@8082.socket imgsvc@8082.service 2>&1")
    machine.power_off()
    machine.boot()

    for port in (80, 8080, 8082):
        ask = f"curl -so /dev/null -w '%{{http_code}}' '{DIRECT.replace('8080', str(port))}'"
        assert eventually(lambda ask=ask: machine(ask) == "200"), machine.failed()
    machine("systemctl disable --now imgsvc@8082.socket imgsvc@8082.service 2>&1")
