import json
import subprocess
import sys

import pytest

START = """
import logging, sys, threading, warnings
from imgsvc.telemetry.logs import configure_logging
from imgsvc.telemetry.settings import LogSettings
from imgsvc.telemetry.voices import speak_through_the_log
configure_logging(LogSettings(log_format="json"))
speak_through_the_log()
"""


def said(code):
    """What a process that speaks through its log writes to standard error."""
    done = subprocess.run([sys.executable, "-c", START + code], capture_output=True, text=True, check=False)
    return [json.loads(line) for line in done.stderr.splitlines()]


@pytest.mark.parametrize(
    "code",
    [
        "print('odd', file=sys.stderr)",
        "sys.stderr.write('odd'); sys.stderr.write('\\n\\n')",
        "warnings.warn('odd')",
        "raise ValueError('odd')",
        "thread = threading.Thread(target=lambda: int('odd')); thread.start(); thread.join()",
        "class Odd:\n    def __del__(self): raise ValueError('odd')\nOdd(); print('', file=sys.stderr)",
    ],
    ids=["print", "write", "warning", "exception", "exception in a thread", "exception in a destructor"],
)
def test_whatever_is_said_is_one_line_of_the_log(code):
    lines = said(code)

    assert len(lines) == 1
    assert "odd" in lines[0]["msg"]


def test_an_exception_that_nobody_caught_has_its_stack():
    assert "ZeroDivisionError" in said("1 / 0")[0]["stack"]


def test_a_log_that_fails_says_so_without_an_end():
    broken = "logging.getLogger('a').error('%d', 'text')"
    done = subprocess.run([sys.executable, "-c", START + broken], capture_output=True, text=True, check=False)

    assert "Logging error" in done.stderr
    assert done.returncode == 0


def test_who_writes_past_python_finds_the_descriptor():
    assert said("assert sys.stderr.fileno() == 2") == []


def test_set_twice_it_speaks_once():
    assert len(said("speak_through_the_log(); print('odd', file=sys.stderr)")) == 1
