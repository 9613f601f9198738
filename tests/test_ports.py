import subprocess
import sys

from tests.ports import free_port

OTHER = "from tests.ports import free_port; print(*(free_port() for _ in range(200)), flush=True); input()"


def test_two_processes_are_never_given_the_same_port() -> None:
    with subprocess.Popen([sys.executable, "-c", OTHER], stdin=-1, stdout=-1, text=True) as other:
        theirs = set(map(int, other.stdout.readline().split()))
        ours = {free_port() for _ in range(200)}
        other.communicate("\n")

    assert len(ours) == len(theirs) == 200
    assert not ours & theirs
