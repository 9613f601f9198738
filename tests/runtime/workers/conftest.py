"""What several tests of a worker's parts begin with."""

import pytest

from imgsvc.runtime.clients.passing import Passing
from tests.runtime.workers.house import House


@pytest.fixture
def house():
    made = House()
    yield made
    made.end()


@pytest.fixture
def passing():
    made = Passing()
    yield made
    made.close()
