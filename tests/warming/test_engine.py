"""With real workers, in a process of their own: they and their threads would stay in the tests' own."""

import json
import subprocess
import sys

import pytest

from tests.serving.server import CHECKOUT
from tests.warming.poisoned import NAMES, POISON

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def outcomes() -> dict[str, list[str]]:
    """What became of twenty good units and four that end or stop their worker."""
    command = [sys.executable, "-m", "tests.warming.poisoned"]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_one_that_ends_its_worker_costs_itself_alone(outcomes):
    assert {name for name, each in outcomes.items() if each[0] == "made"} == set(NAMES)
    assert set(outcomes) == {*NAMES, *POISON}


def test_it_is_named_with_what_became_of_it(outcomes):
    assert {name: outcomes[name][:2] for name in POISON} == {
        "segfault": ["failed", "died"],
        "exit": ["failed", "died"],
        "hang": ["failed", "timeout"],
        "memory": ["failed", "memory"],
    }


def test_its_last_words_are_told(outcomes):
    assert "Segmentation fault" in outcomes["segfault"][2]
    assert "poisoned.py" in outcomes["hang"][2]
