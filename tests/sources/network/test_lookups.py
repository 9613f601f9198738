import itertools
import socket
import threading
from resource import RLIMIT_NPROC

import pytest

from imgsvc.errors import ClientClosedRequestError, ExhaustedError, SourceTimeoutError, SourceUnreachableError
from imgsvc.runtime.clients.disconnect import watcher
from imgsvc.runtime.scope import Scope
from imgsvc.sources.budget import Budget
from imgsvc.sources.network.lookups import MAX_LOOKUPS, Lookups, system_addresses
from tests.exhausted import no_more, told_by
from tests.interpreter import at_once
from tests.sources.network.test_dialing import _hangs


def asked(lookups, seconds=2.0, host="name.test", scope=None):
    return lookups.addresses(host, 80, Budget(seconds, scope or Scope(5)))


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
    for number in range(MAX_LOOKUPS):
        with pytest.raises(SourceTimeoutError, match="in full"):
            asked(lookups, 0.02, f"name{number}.test")

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


class Resolver:
    """One that answers when it is told to."""

    def __init__(self):
        self.asked = []
        self.may_answer = threading.Event()

    def __call__(self, host, port):
        self.asked.append(host)
        self.may_answer.wait(10)
        return [host]


@pytest.fixture
def resolver():
    found = Resolver()
    yield found
    found.may_answer.set()


class Waiting(Budget):
    """One that lets the resolver answer once so many wait for it."""

    def __init__(self, resolver, everybody):
        super().__init__(10, Scope(10))
        self.resolver, self.everybody = resolver, everybody

    def wait(self, *what):
        if next(self.everybody) == 32:
            self.resolver.may_answer.set()
        return super().wait(*what)


def test_threads_that_ask_for_the_same_name_at_once_share_a_lookup(resolver):
    lookups, everybody = Lookups(resolver), itertools.count(1)

    found = at_once(lambda _: lookups.addresses("name.test", 80, Waiting(resolver, everybody)), 32)

    assert ({tuple(each.result()) for each in found}, len(resolver.asked)) == ({("name.test",)}, 1)


def test_threads_that_ask_for_different_names_at_once_each_get_their_own(resolver):
    lookups = Lookups(resolver, 32)
    threading.Timer(0.2, resolver.may_answer.set).start()

    found = at_once(lambda number: asked(lookups, host=f"name{number}.test"), 32)

    assert [each.result() for each in found] == [[f"name{number}.test"] for number in range(32)]


def test_threads_at_once_get_no_more_lookups_than_there_may_be(resolver):
    lookups = Lookups(resolver)

    found = at_once(lambda number: asked(lookups, 0.5, f"name{number}.test"), 2 * MAX_LOOKUPS)

    assert all(isinstance(each.exception(), SourceTimeoutError) for each in found)
    assert len(resolver.asked) == MAX_LOOKUPS


def test_a_lookup_that_has_ended_is_no_answer_to_a_later_one():
    numbers = itertools.count()
    lookups = Lookups(lambda host, port: [str(next(numbers))])

    assert [asked(lookups) for _ in range(3)] == [["0"], ["1"], ["2"]]


def test_a_client_that_leaves_ends_the_wait_for_a_lookup(resolver):
    server, client = socket.socketpair()
    threading.Timer(0.1, client.close).start()

    with server, pytest.raises(ClientClosedRequestError):
        asked(Lookups(resolver), 30, scope=Scope(30, client_gone=watcher(server)))
