"""Two servers behind nginx share buckets of real servers while sources change, and while it is purged."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from imgsvc.cli import main
from imgsvc.config import from_environment
from imgsvc.results.naming import TAGS
from imgsvc.schemes import create_result_storage
from tests.faults.changing import NAMES, REFUSED, SIZES
from tests.faults.sharing import each, happens, is_newest, promise_of, shop
from tests.nginx.running import needs_nginx
from tests.stores.clouds import Cloud
from tests.stores.kept import environ_of
from tests.waiting import eventually

pytestmark = [pytest.mark.slow, needs_nginx]
LOOPBACK = {"IMGSVC_ALLOW_LOOPBACK_SOURCE_ADDRESSES": "true"}
AN_HOUR = 3600


def test_two_servers_behind_nginx_share_buckets_while_sources_change_go_and_fail(
    found: tuple[str, Cloud], tmp_path: Path
) -> None:
    sources = {"IMGSVC_SOURCE_STORE": environ_of(*found, "shared-sources/")["IMGSVC_RESULT_STORE"]}
    with shop(tmp_path / "nginx", tmp_path, environ_of(*found, "shared/") | sources) as own:
        with own.crowd() as crowd:
            happens(own, crowd)
        faults, log = crowd.faults(own.sources, promise_of("without", 0, crowd.slowest())), own.log()
    # A store is not waited for longer than 0.3 s, which some of these take on a busy machine; then nothing stands in.
    refused = [fault for fault in faults if REFUSED in fault]

    assert faults == refused, "\n".join(faults[:20])
    assert len(refused) <= log.count('store="failed"')


def recipes(environ: dict[str, str]) -> list[str]:
    """What has been made by which settings."""
    storage = create_result_storage(from_environment(environ))
    assert storage
    return [name for name in storage.folders() if name != TAGS]


def purged(environ: dict[str, str], *words: str) -> str:
    """What `imgsvc purge` says."""
    told = CliRunner().invoke(main, ["purge", *words], env=environ)
    assert told.exit_code == 0, told.output
    return told.output


@pytest.mark.parametrize("by", ["--source", "--tag", "--recipe"])
def test_what_is_purged_under_load_is_made_of_what_is_there(found: tuple[str, Cloud], by: str, tmp_path: Path) -> None:
    environ, name = environ_of(*found, f"purged{by}/") | LOOPBACK, "plain-0"
    with shop(tmp_path / "nginx", tmp_path, environ, fresh=AN_HOUR) as own, own.crowd() as crowd:
        crowd.await_answers(10 * len(NAMES))
        words = {"--source": [own.origin.url(f"/{name}.png")], "--tag": [name], "--recipe": recipes(environ)}[by]
        each(own.sources.change, NAMES)
        first = purged(environ, by, *words)

        def is_gone() -> bool:
            # What was being made, or written, of the old one comes behind it.
            purged(environ, by, *words)
            return all(is_newest(own, name, size) for size in SIZES for _ in range(4))

        is_made_anew = eventually(is_gone)
    faults = crowd.faults(own.sources, promise_of("without", AN_HOUR, crowd.slowest()))

    assert (is_made_anew, int(first.split()[0]) > 0) == (True, True)
    assert not faults, "\n".join(faults[:20])
