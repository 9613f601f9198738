from resource import RLIMIT_NPROC

import pytest

from imgsvc.errors import ExhaustedError, SourceTimeoutError, SourceUnreachableError
from imgsvc.runtime.scope import Scope
from imgsvc.sources.budget import Budget
from imgsvc.sources.lookups import MAX_LOOKUPS, Lookups, system_addresses
from tests.exhausted import no_more, told_by
from tests.sources.test_dialing import _hangs


def asked(lookups, seconds=2.0):
    return lookups.addresses("name.test", 80, Budget(seconds, Scope(5)))


def fails_with(error):
    def resolve(host, port):
        raise error

    return Lookups(resolve)


def test_an_address_is_its_own():
    assert system_addresses("127.0.0.1", 80) == ["127.0.0.1"]


def test_what_the_resolver_says_is_the_answer():
    assert asked(Lookups(lambda host, port: [host, str(port)])) == ["name.test", "80"]


def test_hung_lookups_are_bounded():
    lookups = Lookups(_hangs)
    for _ in range(MAX_LOOKUPS):
        with pytest.raises(SourceTimeoutError, match="in full"):
            asked(lookups, 0.02)

    with pytest.raises(SourceTimeoutError, match="lookups have hung"):
        asked(lookups)


@pytest.mark.parametrize("error", [OSError("no"), ValueError("no"), RuntimeError("no")], ids=repr)
def test_a_lookup_that_fails_in_whatever_way_is_told_at_once(error):
    with pytest.raises(SourceUnreachableError):
        asked(fails_with(error))


@pytest.mark.parametrize("error", [OSError(24, "too many open files"), OSError(12, "no memory")], ids=repr)
def test_a_lookup_without_descriptors_or_memory_is_our_lack(error):
    with pytest.raises(ExhaustedError):
        asked(fails_with(error))


def test_a_thread_that_cannot_be_started_costs_no_later_lookup():
    def work():
        lookups, refused = Lookups(lambda host, port: ["found"]), 0
        with no_more(RLIMIT_NPROC):
            for _ in range(2 * MAX_LOOKUPS):
                try:
                    asked(lookups)
                except ExhaustedError:
                    refused += 1
        return refused, asked(lookups)

    assert told_by(work) == str((2 * MAX_LOOKUPS, ["found"]))
