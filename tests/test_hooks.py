import os
import subprocess
import sys
from types import SimpleNamespace

import pytest

from imgsvc.hooks import listener_address, post_fork, settings, worker_timeout
from imgsvc.runtime.board.slot import Slot
from imgsvc.runtime.settings import RuntimeSettings


def test_gunicorn_gives_a_worker_up_only_after_all_of_a_request_s_own_budgets():
    found = RuntimeSettings(read_request_timeout=1, timeout=2, write_response_timeout=4)

    assert worker_timeout(found) > 1 + 2 + 4


def test_a_worker_gets_the_settings_of_the_process():
    worker = SimpleNamespace(pid=1, slot=Slot.private(), board=None)

    post_fork(SimpleNamespace(systemd=False), worker)

    assert worker.settings == settings()


def test_a_worker_knows_where_health_is_asked_for():
    code = (
        "from types import SimpleNamespace as N; from imgsvc import hooks; from imgsvc.runtime.board.slot import Slot;"
        "worker = N(pid=1, slot=Slot.private(), board=None); hooks.post_fork(N(systemd=False), worker);"
        "asks = lambda path: worker.health_checks.is_asked_by(b'GET ' + path + b' HTTP/1.1\\r\\n');"
        "print([path for path in (b'/health', b'/img/health', b'/img/ping', b'/ping') if asks(path)])"
    )
    environ = {**os.environ, "IMGSVC_PATH_PREFIX": "/img", "IMGSVC_HEALTH_CHECK_PATH": "/ping"}

    done = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True)

    assert done.stdout == "[b'/img/health', b'/img/ping']\n"


@pytest.mark.parametrize(
    ("name", "address"),
    [(("127.0.0.1", 80), "127.0.0.1:80"), (("::1", 80, 0, 0), "[::1]:80"), ("/run/s", "unix:/run/s")],
)
def test_a_listener_has_its_address_as_settings_write_it(name, address):
    listener = SimpleNamespace(sock=SimpleNamespace(getsockname=lambda: name))

    assert listener_address(listener) == address


def test_a_server_whose_observer_is_off_starts_none():
    code = "from types import SimpleNamespace as N; from imgsvc import hooks; hooks.observe(N(LISTENERS=[1], pid=1))"
    environ = {**os.environ, "IMGSVC_OBSERVER_BIND": ""}

    assert subprocess.run([sys.executable, "-c", code], env=environ, check=True).returncode == 0


def test_mistakes_are_left_for_the_application_to_tell():
    code = "from imgsvc import hooks; print(hooks.settings().workers)"
    environ = {**os.environ, "IMGSVC_WORKERS": "many"}

    done = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True)

    assert done.stdout == "0\n"


def test_an_env_file_that_cannot_be_read_is_left_for_the_application_to_tell(tmp_path):
    file = tmp_path / "env"
    file.write_text("no settings\n")
    code = "from imgsvc import hooks; print(hooks.settings().workers)"
    environ = {**os.environ, "IMGSVC_ENV_LOCAL_FILE_PATH": str(file)}

    done = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True)

    assert done.stdout == "0\n"


def test_the_arbiter_loads_no_room_that_makes_pictures_or_speaks_http():
    code = "import sys, imgsvc.hooks; print(sorted({'PIL', 'falcon', 'requests', 'imgsvc.config'} & set(sys.modules)))"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"


@pytest.mark.parametrize(("bind", "is_systemds", "said"), [(":99", True, 1), (":99", False, 0), (":8080", True, 0)])
def test_an_address_that_systemd_s_socket_makes_useless_is_said_to_be(bind, is_systemds, said):
    code = (
        "from types import SimpleNamespace as N; from imgsvc import hooks; log = N(warning=print);"
        f"log.info = lambda *_: None; hooks.when_ready(N(LISTENERS=[], systemd={is_systemds}, num_workers=1, log=log))"
    )
    environ = {**os.environ, "IMGSVC_BIND": bind}

    done = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True)

    assert done.stdout.count("BIND does nothing here") == said


def test_what_is_loaded_before_the_first_worker_is_shared_by_all():
    code = (
        "import gc; from types import SimpleNamespace as N; from imgsvc import hooks;"
        "hooks.on_starting(N(num_workers=1, pid=1, reload=None)); print(gc.get_freeze_count() > 1000)"
    )
    environ = {**os.environ, "IMGSVC_OBSERVER_BIND": ""}

    done = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True)

    assert done.stdout == "True\n"
