"""Twin of imgsvc/sources/network/dialing.py: what is never connected to, over the system's own resolver."""

import socket
import time
from collections.abc import Callable, Iterator
from resource import RLIMIT_NOFILE

import pytest

from imgsvc.errors import (
    RenderingError,
    SourceAddressError,
    SourceError,
    SourceTimeoutError,
    SourceUnreachableError,
)
from imgsvc.runtime.scope import Scope
from imgsvc.security.addresses import refusal
from imgsvc.security.settings import AddressSettings
from imgsvc.source_url import SourceUrl
from imgsvc.sources.budget import Budget, current, spending
from imgsvc.sources.http import HttpSource
from imgsvc.sources.network.body import fetch
from imgsvc.sources.network.dialing import Dialer
from imgsvc.sources.network.lookups import Resolve, system_addresses
from imgsvc.sources.network.sockets import PatientSocket
from imgsvc.sources.settings import SourceSettings
from imgsvc.sources.source import Fetched, SourceRequest
from tests.exhausted import no_more, told_by
from tests.misbehaving import Origin, redirects, says
from tests.ports import free_port

CLOSED = AddressSettings(allow_private_source_addresses=False)
# The one address that stands for the public network.
PUBLIC = "127.0.0.9"

LOOPBACK_HOSTS = [
    "127.0.0.1", "127.1", "127.0.1", "127.0.0.2", "127.255.255.254", "2130706433", "2130706434", "0x7f000001",
    "0x7f.1", "0x7F.0x0.0x0.0x1", "0177.0.0.1", "0177.0.0.01", "00000177.1", "017700000001", "127.0.0.1.", "0",
    "0.0.0.0", "0x0", "00", "0.0", "0.0.0.1", "localhost", "LOCALHOST", "LocalHost.", "\uff4c\uff4f\uff43alhost",
    "\u2460\u2461\u2466.0.0.1", "\uff11\uff12\uff17.\uff10.\uff10.\uff11", "127\u30020\u30020\u30021",
    "%31%32%37.0.0.1", "127.0.0.1%2e", "[::1]", "[0:0:0:0:0:0:0:1]", "[0000::0001]", "[::]", "[::127.0.0.1]",
    "[::7f00:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:127.0.0.1]", "[::FFFF:7F00:0001]",
    "[::ffff:0:127.0.0.1]", "[::ffff:0.0.0.0]", "[64:ff9b::127.0.0.1]", "[64:ff9b::7f00:1]",
    "[64:ff9b:1:7f00:0:100::]", "[64:ff9b:1::7f00:1]", "[2002:7f00:1::]", "[2002:7f00:1::1]",
    "[2001:0:1:2:3:4:80ff:fffe]", "[fe80::5efe:127.0.0.1]", "[2600::200:5efe:7f00:1]", "user@127.0.0.1",
    "example.com@127.0.0.1", "u:p@[::1]",
]  # fmt: skip
OTHER_HOSTS = [
    "169.254.169.254", "2852039166", "0xa9fea9fe", "0251.0376.0251.0376", "169.254.43518",
    "[::ffff:169.254.169.254]", "[::ffff:a9fe:a9fe]", "[fe80::1]", "[fe80::1%25lo]", "[fe80::1%lo]",
    "[fd00:ec2::254]", "[64:ff9b:1:a9fe:a9:fe00::]", "10.0.0.1", "167772161", "012.1", "0xa.1", "172.16.0.1",
    "192.168.1.1", "192.168.257", "3232235777", "100.64.0.1", "[fc00::1]", "[fd12:3456::1]", "[::ffff:10.0.0.1]",
    "[2002:c0a8:101::]", "[64:ff9b:1:a00:0:100::]", "255.255.255.255", "224.0.0.1", "239.255.255.250", "240.0.0.1",
    "[ff02::1]", "[ff05::1]", "100.100.100.200", "168.63.129.16",
]  # fmt: skip


def guard(address: str) -> str | None:
    return None if address == PUBLIC else refusal(address, CLOSED)


def outside(host: str, port: int) -> list[str]:
    """A name server of the public network."""
    return [PUBLIC] if host.endswith(".test") else system_addresses(host, port)


def fetched(url: str, resolve: Resolve = system_addresses, *, lists_sources: bool = False) -> Fetched:
    settings = SourceSettings(download_timeout=2)
    http = HttpSource(settings, guard, lambda url: True, lists_sources=lists_sources, resolve=resolve)
    try:
        return fetch(http, SourceRequest(SourceUrl.parse(url)), Scope(10), 0)
    finally:
        http.close()


@pytest.fixture(name="canary", scope="module")
def _canary() -> Iterator[Origin]:
    """Hears every loopback address of both families; nothing may ever reach it."""
    with Origin({"*": says(b"secret")}, family=socket.AF_INET6, host="::") as origin:
        yield origin


@pytest.mark.parametrize("host", LOOPBACK_HOSTS)
def test_no_spelling_of_loopback_is_connected_to(canary: Origin, host: str) -> None:
    with pytest.raises(RenderingError) as caught:
        fetched(canary.url("/a", host=host))

    assert caught.value.status == 404
    assert canary.connections == 0


@pytest.mark.parametrize("host", LOOPBACK_HOSTS)
def test_no_redirect_to_loopback_is_connected_to(canary: Origin, host: str) -> None:
    hop = Origin({"/a": redirects(canary.url("/b", host=host))}, host=PUBLIC)

    with hop as origin, pytest.raises(SourceError) as caught:
        fetched(origin.url("/a"))

    assert (caught.value.status, origin.targets) == (404, ["/a"])
    assert canary.connections == 0


@pytest.mark.parametrize("host", OTHER_HOSTS)
def test_no_spelling_of_another_refused_address_is_connected_to(host: str) -> None:
    with pytest.raises((SourceAddressError, SourceUnreachableError)):
        fetched(f"http://{host}:9/a")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LOCALHOST", "[::1]", "[::ffff:127.0.0.1]"])
def test_the_canary_would_hear_them_if_loopback_were_allowed(host: str) -> None:
    """Without this, the tests above could pass because nothing ever gets through."""
    http = HttpSource(SourceSettings(), lambda address: None, lambda url: True)
    with Origin({"*": says(b"heard")}, family=socket.AF_INET6, host="::") as origin:
        assert fetch(http, SourceRequest(SourceUrl.parse(origin.url("/a", host=host))), Scope(5), 0).body == b"heard"


@pytest.mark.parametrize("host", ["127.1", "2130706433", "0x7f.1", "0177.0.0.1", "\uff11\uff12\uff17.1", "127.0.0.1."])
def test_no_spelling_that_the_system_reads_gets_past_the_guard(canary: Origin, host: str) -> None:
    """SourceUrl refuses them all; the guard would too."""
    with spending(Budget(2, Scope(5))), pytest.raises(SourceError):
        _dialed(Dialer(guard), host, canary.port)

    assert canary.connections == 0


def test_no_host_is_dialed_but_the_one_that_was_checked(canary: Origin) -> None:
    with spending(Budget(2, Scope(5))), pytest.raises(SourceAddressError, match="not what was checked"):
        Dialer(lambda address: None).dial("127.0.0.1", canary.port)

    assert canary.connections == 0


def test_the_refusal_names_the_class_and_its_setting(canary: Origin) -> None:
    with pytest.raises(SourceAddressError, match="ALLOW_LOOPBACK_SOURCE_ADDRESSES") as caught:
        fetched(canary.url(host="127.0.0.1"))

    assert caught.value.public == "Invalid source URL"


class TestNames:
    def test_a_name_that_is_rebound_between_two_requests_is_refused(self, canary: Origin) -> None:
        answers = iter([[PUBLIC], ["127.0.0.1"]])
        hop = redirects(f"http://rebound.test:{canary.port}/b", Connection="close")

        with Origin({"/a": hop}, host=PUBLIC) as origin, pytest.raises(SourceAddressError):
            fetched(origin.url("/a", host="rebound.test"), lambda host, port: next(answers))

        assert canary.connections == 0

    def test_of_a_mixed_answer_the_private_addresses_are_never_connected(self) -> None:
        mixed = ["127.0.0.1", "::1", "10.0.0.1", PUBLIC, "169.254.169.254"] * 10
        port = free_port()
        with _listener("127.0.0.1", port) as canary, Origin({"/a": says(b"public")}, host=PUBLIC, at=port) as origin:
            assert fetched(origin.url("/a", host="mixed.test"), lambda host, port: mixed).body == b"public"
            with pytest.raises(BlockingIOError):
                canary.accept()

    def test_the_name_is_looked_up_once_for_a_connection(self) -> None:
        asked = []

        def resolve(host: str, port: int) -> list[str]:
            asked.append((host, port))
            return [PUBLIC]

        with Origin({"/a": says(b"x")}, host=PUBLIC) as origin:
            fetched(origin.url("/a", host="once.test"), resolve)

            assert asked == [("once.test", origin.port)]

    @pytest.mark.parametrize("failure", [socket.gaierror(-3, "try again"), UnicodeError("too long"), OSError("no")])
    def test_a_failed_lookup_is_unreachable(self, failure: Exception) -> None:
        def resolve(host: str, port: int) -> list[str]:
            raise failure

        with pytest.raises(SourceUnreachableError, match="cannot be looked up"):
            fetched("http://name.test/", resolve)

    def test_a_name_without_addresses_is_unreachable(self) -> None:
        with pytest.raises(SourceUnreachableError, match="no address"):
            fetched("http://name.test/", lambda host, port: [])

    def test_the_next_address_is_tried_when_one_refuses(self) -> None:
        with Origin({"/a": says(b"x")}, host=PUBLIC) as origin:
            dialer = Dialer(lambda address: None, lambda host, port: ["127.0.0.8", PUBLIC])
            with spending(Budget(2, Scope(5))), _dialed(dialer, "name.test", origin.port) as sock:
                assert sock.getpeername()[0] == PUBLIC

    def test_what_is_got_is_checked_as_well_as_what_was_asked_for(self) -> None:
        """0.0.0.0 is connected to as 127.0.0.1."""
        seen: list[str] = []

        def remembering(address: str) -> str | None:
            seen.append(address)
            return "refused" if len(seen) > 1 else None

        with Origin({}) as origin, spending(Budget(2, Scope(5))), pytest.raises(SourceAddressError):
            _dialed(Dialer(remembering), "0.0.0.0", origin.port)

        assert seen == ["0.0.0.0", "127.0.0.1"]

    def test_without_descriptors_it_is_our_lack(self) -> None:
        def work() -> object:
            with no_more(RLIMIT_NOFILE), spending(Budget(2, Scope(5))):
                return _dialed(Dialer(lambda address: None, lambda host, port: [PUBLIC]), "name.test", 80)

        assert told_by(work).startswith("ExhaustedError")


def _dialed(dialer: Dialer, host: str, port: int) -> PatientSocket:
    """As a fetch of this host would."""
    current().peer = host, port
    return dialer.dial(host, port)


def _listener(host: str, port: int) -> socket.socket:
    listener = socket.create_server((host, port))
    listener.setblocking(False)
    return listener


def _peer(sock: socket.socket) -> str:
    with sock:
        return str(sock.getpeername()[0])


def _unknown(host: str, port: int) -> list[str]:
    """A name server that knows nothing of the world outside."""
    if host.endswith(".test"):
        raise socket.gaierror(socket.EAI_NONAME, "unknown")
    return system_addresses(host, port)


def _hangs(host: str, port: int) -> list[str]:
    time.sleep(2)
    return []


@pytest.mark.slow
class TestConnecting:
    @pytest.fixture(name="full_port")
    def _full_port(self) -> Iterator[int]:
        """A listener whose queue is full: further connections get no answer at all."""
        with socket.create_server((PUBLIC, free_port()), backlog=0) as listener:
            waiting = [socket.socket() for _ in range(4)]
            for sock in waiting:
                sock.setblocking(False)
                sock.connect_ex(listener.getsockname())
            yield listener.getsockname()[1]
            for sock in waiting:
                sock.close()

    def test_a_connection_that_is_not_accepted_ends_at_the_budget(self, full_port: int) -> None:
        began = time.monotonic()
        with spending(Budget(0.5, Scope(5))), pytest.raises(SourceTimeoutError):
            _dialed(Dialer(guard), PUBLIC, full_port)

        assert time.monotonic() - began < 30

    def test_no_answer_from_the_only_permitted_address_is_a_timeout(self, full_port: int) -> None:
        dialer = Dialer(guard, lambda host, port: [PUBLIC, "127.0.0.1"])

        with spending(Budget(3, Scope(5))), pytest.raises(SourceTimeoutError, match="does not answer"):
            _dialed(dialer, "name.test", full_port)

    def test_an_address_that_does_not_answer_leaves_time_for_the_next(self, full_port: int) -> None:
        dialer = Dialer(lambda address: None, lambda host, port: [PUBLIC, "127.0.0.8"])

        with _listener("127.0.0.8", full_port), spending(Budget(4, Scope(5))):
            assert _peer(_dialed(dialer, "name.test", full_port)) == "127.0.0.8"


class TestProxy:
    @pytest.fixture(name="proxy")
    def _proxy(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Origin]]:
        """An origin that the environment names as the proxy."""
        opened: list[Origin] = []

        def make(host: str) -> Origin:
            origin = Origin({"*": says(b"proxied")}, host=host).__enter__()
            opened.append(origin)
            monkeypatch.setenv("HTTP_PROXY", origin.url("", host=host))
            monkeypatch.setenv("NO_PROXY", "direct.test")
            return origin

        yield make
        for origin in opened:
            origin.__exit__(None, None, None)

    def test_the_environment_names_a_proxy(self, proxy: Callable[[str], Origin]) -> None:
        origin = proxy(PUBLIC)

        assert fetched("http://far.test/a", outside).body == b"proxied"
        assert origin.targets == ["http://far.test/a"]

    def test_the_guard_sees_the_proxy(self, proxy: Callable[[str], Origin]) -> None:
        origin = proxy("127.0.0.1")

        with pytest.raises(SourceAddressError):
            fetched("http://far.test/a", outside)

        assert origin.connections == 0

    @pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::ffff:169.254.169.254]", "10.0.0.1"])
    def test_a_refused_address_is_not_asked_of_a_proxy(self, proxy: Callable[[str], Origin], host: str) -> None:
        origin = proxy(PUBLIC)

        with pytest.raises(SourceAddressError):
            fetched(f"http://{host}/a")

        assert origin.connections == 0

    @pytest.mark.parametrize("answer", [["127.0.0.1"], [PUBLIC, "10.0.0.1"], ["::1", PUBLIC]])
    def test_a_name_with_a_refused_address_is_not_asked_of_a_proxy(
        self, proxy: Callable[[str], Origin], answer: list[str]
    ) -> None:
        origin = proxy(PUBLIC)

        with pytest.raises(SourceAddressError):
            fetched("http://inside.test/a", lambda host, port: answer)

        assert origin.connections == 0

    def test_a_redirect_to_a_refused_name_is_not_asked_of_a_proxy(self, proxy: Callable[[str], Origin]) -> None:
        origin = proxy(PUBLIC)
        origin.answers = {"*": redirects("http://inside.test/b")}

        with pytest.raises(SourceAddressError):
            fetched("http://far.test/a", lambda host, port: ["127.0.0.1" if host == "inside.test" else PUBLIC])

        assert origin.targets == ["http://far.test/a"]

    def test_a_name_that_cannot_be_looked_up_is_not_asked_of_a_proxy(self, proxy: Callable[[str], Origin]) -> None:
        origin = proxy(PUBLIC)

        with pytest.raises(SourceUnreachableError, match="ALLOWED_SOURCES"):
            fetched("http://far.test/a", _unknown)

        assert origin.connections == 0

    def test_a_listed_source_that_only_the_proxy_can_look_up_is_asked_of_it(
        self, proxy: Callable[[str], Origin]
    ) -> None:
        proxy(PUBLIC)

        assert fetched("http://far.test/a", _unknown, lists_sources=True).body == b"proxied"

    @pytest.mark.parametrize("spelling", ["http://{}:{}", "HTTP://{}:{}/", "{}:{}", "http://me:pw@{}:{}"])
    def test_over_tls_the_proxy_is_asked_for_a_tunnel_to_the_host_that_was_checked(
        self, proxy: Callable[[str], Origin], monkeypatch: pytest.MonkeyPatch, spelling: str
    ) -> None:
        origin = proxy(PUBLIC)
        origin.answers = {}
        monkeypatch.setenv("HTTPS_PROXY", spelling.format(PUBLIC, origin.port))

        with pytest.raises(SourceUnreachableError, match="404"):
            fetched("https://FAR.test/a", outside)

        assert origin.targets == ["far.test:443"]

    def test_a_tunnel_is_opened_for_no_name_inside(
        self, proxy: Callable[[str], Origin], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        origin = proxy(PUBLIC)
        monkeypatch.setenv("HTTPS_PROXY", origin.url("", host=PUBLIC))

        with pytest.raises(SourceAddressError):
            fetched("https://inside.test/a", lambda host, port: ["127.0.0.1"])

        assert origin.connections == 0

    def test_no_proxy_is_heeded(self, proxy: Callable[[str], Origin]) -> None:
        proxy(PUBLIC)
        with Origin({"/a": says(b"direct")}, host=PUBLIC) as origin:
            assert fetched(origin.url("/a", host="direct.test"), lambda host, port: [PUBLIC]).body == b"direct"

    def test_a_socks_proxy_is_not_used(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HTTP_PROXY", "socks5://127.0.0.9:1")

        with pytest.raises(SourceUnreachableError, match="SOCKS"):
            fetched("http://far.test/a", outside)
