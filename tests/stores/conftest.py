"""What holds of every test on a real server."""

from pathlib import Path

import pytest

HERE = Path(__file__).parent
# The first test of a module starts its server: Keystone makes its tables then, in minutes where all cores are taken.
START_SECONDS = 600


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Nothing of it is cut off for a machine that is busy."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.timeout(START_SECONDS))
