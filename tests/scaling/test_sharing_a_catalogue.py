"""Two machines with a worker each, in network namespaces, share the work of one manifest."""

import importlib.util
from pathlib import Path

import pytest

from bench.machines import MachinesError, shared, what_is_missing
from tests.images import encoded, noise

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.skipif(not importlib.util.find_spec("distributed"), reason="the extra imgsvc[warm] is not installed"),
    pytest.mark.skipif(bool(what_is_missing()), reason=what_is_missing() or "nothing is missing"),
]
COUNT = 120


def test_two_machines_share_a_catalogue_and_nothing_is_made_twice(tmp_path: Path) -> None:
    try:
        told = shared(tmp_path / "warm", 2, COUNT, 0.02, encoded(noise(120, 90), "jpg"))
    except MachinesError as error:
        if "ermi" in str(error):
            pytest.skip(f"this user may not make network namespaces: {error}")
        raise

    assert told.statuses == {"made": COUNT}
    assert sorted(path for _, path in told.fetched) == sorted(f"/{number}.jpg" for number in range(COUNT))
    assert told.renditions == 2 * COUNT
    assert len(told.by_machine) == 2
    assert min(told.by_machine.values()) >= COUNT // 10
