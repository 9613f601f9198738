"""What holds of every test on a real server."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.stores.amazon import amazon
from tests.stores.clouds import Cloud, azure, google, swift

HERE = Path(__file__).parent
# The first test of a module starts its server: Keystone makes its tables then, in minutes where all cores are taken.
START_SECONDS = 600


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Nothing of it is cut off for a machine that is busy."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.timeout(START_SECONDS))


@pytest.fixture(scope="module", name="found", params=["s3", "gs", "abs", "swift"])
def _found(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Cloud]]:
    folder: Path = tmp_path_factory.mktemp("cloud")
    made = {"s3": lambda: amazon(folder), "gs": google, "abs": azure, "swift": lambda: swift(folder)}
    with ExitStack() as held:
        yield request.param, held.enter_context(made[request.param]())
