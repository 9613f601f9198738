import os
import subprocess
import sys

from imgsvc.observer.guard import is_over


def test_a_process_that_runs_is_not_over():
    me = os.pidfd_open(os.getpid())

    assert not is_over(me, 0.01)
    os.close(me)


def test_a_process_that_has_ended_is_over():
    with subprocess.Popen([sys.executable, "-c", ""]) as other:
        descriptor = os.pidfd_open(other.pid)

        assert is_over(descriptor, 20)
        os.close(descriptor)


def test_a_guard_loads_nothing_that_only_the_observer_needs():
    told = "import sys, imgsvc.observer.guard; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True).stdout.split()

    assert not {"http.server", "prometheus_client", "imgsvc.observer.serving"} & set(loaded)
