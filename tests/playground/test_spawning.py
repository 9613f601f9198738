"""The arbiter's part."""

import subprocess
import sys

CODE = """
import os, sys
from imgsvc.playground import spawning
spawning.begin(os.getpid(), "127.0.0.1:1")
first = spawning._guard
spawning.begin(os.getpid(), "127.0.0.1:1")
first.wait(60)
spawning.end()
spawning.end()
print(sorted({"PIL", "falcon", "requests", "imgsvc.config"} & set(sys.modules)))
"""


def test_another_begin_ends_the_first_and_loads_nothing_that_makes_pictures():
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, timeout=100, check=False)

    assert (done.stdout, done.returncode) == ("[]\n", 0)
