import os
import subprocess
import sys
from types import SimpleNamespace

from imgsvc.hooks import post_fork, settings, worker_timeout
from imgsvc.runtime.settings import RuntimeSettings


def test_gunicorn_gives_a_worker_up_only_after_all_of_a_request_s_own_budgets():
    found = RuntimeSettings(read_request_timeout=1, timeout=2, write_response_timeout=4)

    assert worker_timeout(found) > 1 + 2 + 4


def test_a_worker_gets_the_settings_of_the_process():
    worker = SimpleNamespace()

    post_fork(None, worker)

    assert worker.settings == settings()


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
