"""Row F114: two servers behind nginx, without its cache and with it, share their stores while sources change."""

from collections.abc import Iterator

import pytest

from tests.faults.bounds import IS_FULL
from tests.faults.clients import counted
from tests.faults.sharing import happens, promise_of, shop
from tests.keeping.buckets import LOCATION, MemoryBucket, environ_of
from tests.misbehaving import Origin
from tests.nginx.running import needs_nginx

pytestmark = needs_nginx


# Where both stores are, and whether nginx has a cache of its own with what it may add to what is fresh, in seconds.
CASES = {
    "folder-no cache": ("folder", "without", 0),
    "bucket-a cache": ("bucket", "with", 1),
    "folder-a cache": ("folder", "with", 1),
    "bucket-no cache": ("bucket", "without", 0),
}
# PERF: half a minute each; these two have each of both.
SHORT = 2


@pytest.fixture
def stores(where, tmp_path) -> Iterator[dict[str, str]]:
    if where == "folder":
        yield {f"IMGSVC_{name}_STORE": (tmp_path / name).as_uri() for name in ("RESULT", "SOURCE")}
        return
    with Origin({"*": MemoryBucket()}) as bucket:
        yield environ_of(bucket) | {"IMGSVC_SOURCE_STORE": f"{LOCATION}-sources"}


@pytest.mark.parametrize(
    ("where", "cache", "fresh"),
    [*CASES.values()][: None if IS_FULL else SHORT],
    ids=[*CASES][: None if IS_FULL else SHORT],
)
def test_f114_two_servers_behind_nginx_share_stores_while_sources_change_go_and_fail(
    tmp_path, pictures, stores, record, cache, fresh
):
    with shop(tmp_path / "nginx", pictures, stores, cache, fresh) as own:
        with own.crowd() as crowd:
            happens(own, crowd)
        slowest = crowd.slowest()
        faults = crowd.faults(own.sources, promise_of(cache, fresh, slowest))
        log = own.log()

    answers = [asked.answer for asked in crowd.asked]
    record(statuses=counted(answers), slowest_s=round(slowest, 2), faults=len(faults))
    assert not faults, "\n".join(faults[:20])
    assert all(f'store="{word}"' in log for word in ("hit", "renewed", "stale", "miss"))
