"""Twin of imgsvc/sources/http.py: over real sockets on loopback."""

import math
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imgsvc import __version__
from imgsvc.errors import (
    ClientClosedRequestError,
    RequestTimeoutError,
    SourceAddressError,
    SourceError,
    SourceIncompleteError,
    SourceStatusError,
    SourceTimeoutError,
    SourceTooLargeError,
    SourceUnreachableError,
)
from imgsvc.runtime.clients.disconnect import watcher
from imgsvc.runtime.scope import NotAtOnceError, Scope
from imgsvc.source_url import SourceUrl
from imgsvc.sources.byte_budget import ByteBudget
from imgsvc.sources.http import HttpSource
from imgsvc.sources.network.body import START_BYTES, fetch
from imgsvc.sources.network.lookups import Resolve, system_addresses
from imgsvc.sources.settings import SourceSettings
from imgsvc.sources.source import Fetched, IsAllowed, SourceRequest
from tests import misbehaving as answers
from tests.faults.origins import SMALL, Gate
from tests.interpreter import holds_the_interpreter, wakes_up_less_than
from tests.misbehaving import Answer, Exchange, Origin, elsewhere, response, says
from tests.sources.contract import BODY, Behind, RemoteContract, Served


def anywhere(address: str) -> None:
    """A guard that has nothing against any address."""


def everything(url: SourceUrl) -> bool:
    return True


def source(
    *,
    is_allowed: IsAllowed = everything,
    resolve: Resolve = system_addresses,
    timeout: int = 30,
    redirects: int = 10,
    keep_alive: int = 90,
) -> HttpSource:
    chosen = SourceSettings(
        download_timeout=timeout,
        max_redirects=redirects,
        client_keep_alive_timeout=keep_alive,
        user_agent="test/%current_version",
    )
    return HttpSource(chosen, anywhere, is_allowed, resolve=resolve)


@pytest.fixture(name="http")
def _http() -> Iterator[HttpSource]:
    made = source()
    yield made
    made.close()


def fetched(http: HttpSource, url: str, max_bytes: int = 0, scope: Scope | None = None, **headers: str) -> Fetched:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return fetch(http, SourceRequest(SourceUrl.parse(url), named), scope or Scope(30), max_bytes)


def sent_head(http: HttpSource, **headers: str) -> dict[str, str]:
    with Origin({"*": answers.echoes_head}) as origin:
        lines = fetched(http, origin.url(), 0, None, **headers).body.decode("latin-1").split("\r\n")[1:]
    return dict(line.split(": ", 1) for line in lines if not line.startswith("Host"))


@st.composite
def raw_answers(draw: st.DrawFn) -> bytes:
    """Something like HTTP, with what servers get wrong."""
    status = draw(
        st.sampled_from(
            ["200", "206", "204", "301", "304", "404", "500", "100", "103", "101", "999", "abc", "9999", "-1", ""]
        )
    )
    names = ["Content-Length", "Transfer-Encoding", "Content-Encoding", "Content-Range", "Location", "Set-Cookie"]
    values = ["", "3", "-3", "chunked", "gzip", "bytes 0-2/3", "/b", "http://[", "a=b; Path=/", "9" * 30, "\xe9"]
    headers = draw(st.lists(st.tuples(st.sampled_from(names), st.sampled_from(values)), max_size=4))
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers)
    body = draw(st.sampled_from([b"", b"abc", b"3\r\nabc\r\n0\r\n\r\n", b"zz\r\n", b"\x1f\x8b"]) | st.binary())
    return f"HTTP/1.1 {status} x\r\n{lines}\r\n".encode("latin-1") + body


class TestContract(RemoteContract):
    @pytest.fixture
    def served(self, http: HttpSource) -> Iterator[Served]:
        with Origin({"/a": answers.serves(BODY)}) as origin:
            yield Served(http, origin.url("/a"), origin.url("/b"))

    @pytest.fixture
    def behind(self) -> Behind:
        @contextmanager
        def behind(answer: Answer) -> Iterator[Served]:
            http = source(timeout=1)
            with Origin({"/a": answer}) as origin:
                yield Served(http, origin.url("/a"), origin.url("/b"))
            http.close()

        return behind


class TestRequest:
    def test_nothing_is_sent_but_the_user_agent(self, http: HttpSource) -> None:
        assert sent_head(http) == {"User-Agent": f"test/{__version__}"}

    def test_what_is_forwarded_is_sent_unchanged(self, http: HttpSource) -> None:
        given = {"if_none_match": 'W/"a"', "range": "bytes=*", "accept_encoding": "br, gzip", "cookie": "a=b; c"}

        sent = sent_head(http, **given)

        assert sent == {
            "User-Agent": f"test/{__version__}",
            "If-None-Match": 'W/"a"',
            "Range": "bytes=*",
            "Accept-Encoding": "br, gzip",
            "Cookie": "a=b; c",
        }

    @pytest.mark.parametrize(
        ("user", "sent"),
        [("me", b"bWU6"), ("me:", b"bWU6"), ("m%C3%B6:p%40%3Aw", b"bcO2OnBAOnc="), (":pw", b"OnB3")],
    )
    def test_user_info_is_sent_as_it_is_meant(self, http: HttpSource, user: str, sent: bytes) -> None:
        with Origin({"*": answers.echoes_head}) as origin:
            body = fetched(http, origin.url(host=f"{user}@127.0.0.1")).body

        assert body.rpartition(b"Authorization: Basic ")[2] == sent

    def test_the_host_header_is_the_urls_own(self, http: HttpSource) -> None:
        with Origin({"*": answers.echoes_head}) as origin:
            body, port = fetched(http, origin.url(host="LOCALHOST")).body, origin.port

        assert f"\r\nHost: localhost:{port}\r\n".encode() in body

    def test_user_info_becomes_a_basic_authorization(self, http: HttpSource) -> None:
        with Origin({"*": answers.echoes_head}) as origin:
            body = fetched(http, origin.url(host="user:pass@127.0.0.1")).body

        assert b"Authorization: Basic dXNlcjpwYXNz" in body

    @pytest.mark.parametrize(
        ("path", "target"),
        [
            ("/a b", "/a%20b"), ("/a%20b", "/a%20b"), ("/a%2Fb", "/a%2Fb"), ("/\u00e9", "/%C3%A9"),
            ("//a//b", "//a//b"), ("/a?b=c d&e=%26", "/a?b=c%20d&e=%26"), ("", "/"), ("?a", "/?a"), ("/a#b", "/a"),
            ("/a?b?c", "/a?b?c"),
        ],
    )  # fmt: skip
    def test_the_target_is_escaped_where_it_must_be(self, http: HttpSource, path: str, target: str) -> None:
        with Origin({"*": says(b"x")}) as origin:
            fetched(http, origin.url(path))

        assert origin.targets == [target]

    @pytest.mark.parametrize(
        "url",
        [
            "http://", "http:///a", "http://[::1/", "http://x:port/", "http://x:99999/", "http://a b/", "http://%00/",
            "http://" + "a" * 70 + ".test/", "http://\u0000/", "http://.", "http://x\r\nHost: y/", "http:x", "https://",
        ],
    )  # fmt: skip
    def test_a_url_that_cannot_be_asked_is_refused(self, http: HttpSource, url: str) -> None:
        with pytest.raises(SourceUnreachableError):
            fetched(http, url)

    @pytest.mark.parametrize("value", ["a\r\nHost: evil", "a\nb", "\u20ac"])
    def test_a_header_cannot_smuggle_another(self, http: HttpSource, value: str) -> None:
        with Origin({"*": says(b"x")}) as origin, pytest.raises(SourceUnreachableError):
            fetched(http, origin.url(), if_none_match=value)

        assert origin.heads == []


class TestAnswer:
    @pytest.mark.parametrize("status", [100, 102, 103, 199])
    def test_an_informational_answer_is_passed_over(self, http: HttpSource, status: int) -> None:
        early = f"HTTP/1.1 {status} Early\r\nLink: </a.css>; rel=preload\r\n\r\n".encode()
        with Origin({"/a": lambda exchange: exchange.send(early + response(BODY))}) as origin:
            bodies = [fetched(http, origin.url("/a")).body for _ in range(2)]

        assert (bodies, origin.connections) == ([BODY, BODY], 1)

    def test_several_informational_answers_are_passed_over_and_redirects_still_followed(self, http: HttpSource) -> None:
        early = b"HTTP/1.1 103 Early Hints\r\nLocation: /c\r\n\r\n" * 3
        moved = {"/a": lambda exchange: exchange.send(early + response(status=302, Location="/b")), "/b": says(b"here")}
        with Origin(moved) as origin:
            assert fetched(http, origin.url("/a")).body == b"here"

        assert origin.targets == ["/a", "/b"]

    def test_informational_answers_without_end_are_unreachable(self, http: HttpSource) -> None:
        def hints(exchange: Exchange) -> None:
            exchange.send(b"HTTP/1.1 103 Early Hints\r\n\r\n" * 1000 + response(BODY))
            exchange.hang_up()

        with Origin({"/a": hints}) as origin, pytest.raises(SourceUnreachableError, match="informational"):
            fetched(http, origin.url("/a"))

    @pytest.mark.parametrize(("status", "told"), [(101, 404), (600, 502), (999, 502)])
    def test_a_status_that_is_not_final_is_the_sources_error_also_for_who_passes_answers_on(
        self, http: HttpSource, status: int, told: int
    ) -> None:
        with Origin({"/a": says(BODY, status)}) as origin, pytest.raises(SourceStatusError) as caught:
            http.open(SourceRequest(SourceUrl.parse(origin.url("/a"))), Scope(5))

        assert (caught.value.status, origin.connections, len(origin.heads)) == (told, 1, 1)

    def test_any_status_is_an_answer_to_open(self, http: HttpSource) -> None:
        with Origin({"/a": says(b"body", 500)}) as origin:
            stream = http.open(SourceRequest(SourceUrl.parse(origin.url("/a"))), Scope(5))

            assert (stream.status, b"".join(stream.chunks())) == (500, b"body")

    def test_repeated_headers_are_joined(self, http: HttpSource) -> None:
        raw = b"HTTP/1.1 200 OK\r\nVary: a\r\nVary: b\r\nContent-Length: 0\r\n\r\n"
        with Origin({"/a": lambda exchange: exchange.send(raw)}) as origin:
            assert fetched(http, origin.url("/a")).headers["vary"] == "a, b"

    def test_a_chunked_body_is_read_whole(self, http: HttpSource) -> None:
        with Origin({"/a": answers.chunked(b"one", b"two")}) as origin:
            assert fetched(http, origin.url("/a")).body == b"onetwo"

    def test_a_length_beside_chunks_is_not_believed(self, http: HttpSource) -> None:
        with Origin({"/a": answers.chunked(b"one", b"two", X="y\r\nContent-Length: 3")}) as origin:
            assert fetched(http, origin.url("/a")).body == b"onetwo"

    def test_a_body_without_length_ends_with_the_connection(self, http: HttpSource) -> None:
        with Origin({"/a": answers.cuts_at(1, b"all", Content_Length="")}) as origin:
            assert fetched(http, origin.url("/a")).body == b"all"

    def test_gzip_is_decoded_by_fetch_and_left_alone_by_open(self, http: HttpSource) -> None:
        zipped = answers.zipped(b"text")
        with Origin({"/a": says(zipped, Content_Encoding="gzip")}) as origin:
            decoded = fetched(http, origin.url("/a")).body
            with http.open(SourceRequest(SourceUrl.parse(origin.url("/a"))), Scope(5)) as stream:
                raw = b"".join(stream.chunks())

        assert (decoded, raw) == (b"text", zipped)

    @pytest.mark.parametrize(
        "answer",
        [
            pytest.param(answers.cuts_at(0.5, BODY), id="closed half-way"),
            pytest.param(answers.cuts_at(0.99, BODY), id="closed at the end"),
            pytest.param(answers.cuts_at(0, BODY), id="closed before the first byte"),
            pytest.param(answers.cuts_at(0.5, BODY, with_reset=True), id="reset half-way"),
            pytest.param(answers.chunked(b"one", ends=False), id="chunks without an end"),
            pytest.param(says(answers.zipped(BODY)[:-9], Content_Encoding="gzip"), id="truncated gzip"),
            pytest.param(says(BODY, Content_Encoding="gzip"), id="no gzip"),
        ],
    )
    def test_a_body_that_ends_early_is_incomplete(self, http: HttpSource, answer: Answer) -> None:
        with Origin({"/a": answer}) as origin, pytest.raises(SourceIncompleteError):
            fetched(http, origin.url("/a"))

    @pytest.mark.parametrize(
        "answer",
        [
            pytest.param(answers.endless, id="endless chunks"),
            pytest.param(says(answers.gzip_bomb(16), Content_Encoding="gzip"), id="gzip bomb"),
            pytest.param(says(b"x", Content_Length=str(10 * 2**30)), id="ten gigabytes announced"),
        ],
    )
    def test_a_body_over_the_limit_is_too_large(self, http: HttpSource, answer: Answer) -> None:
        with Origin({"/a": answer}) as origin, pytest.raises(SourceTooLargeError):
            fetched(http, origin.url("/a"), max_bytes=1_000_000)

    @pytest.mark.parametrize(
        "raw",
        [
            b"", b"\r\n\r\n", b"garbage\r\n\r\n", b"HTTP/1.1 abc OK\r\n\r\n", b"\x16\x03\x01" * 9,
            b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200, b"HTTP/1.1 200 " + b"x" * 70_000,
        ],
    )  # fmt: skip
    def test_what_is_not_http_is_unreachable(self, http: HttpSource, raw: bytes) -> None:
        def answer(exchange: Exchange) -> None:
            exchange.send(raw)
            exchange.hang_up()

        with Origin({"/a": answer}) as origin, pytest.raises(SourceUnreachableError):
            fetched(http, origin.url("/a"))

    def test_lengths_that_contradict_each_other_are_unreachable(self, http: HttpSource) -> None:
        with Origin({"/a": says(b"x", Content_Length="1, 2")}) as origin, pytest.raises(SourceUnreachableError):
            fetched(http, origin.url("/a"))

    def test_a_closed_port_is_unreachable(self, http: HttpSource) -> None:
        with Origin({}) as origin:
            url = origin.url("/a")

        with pytest.raises(SourceUnreachableError, match="refused"):
            fetched(http, url)


@pytest.mark.slow
class TestTime:
    @pytest.fixture(name="http")
    def _http(self) -> Iterator[HttpSource]:
        made = source(timeout=1)
        yield made
        made.close()

    @pytest.mark.parametrize(
        "answer",
        [
            pytest.param(answers.never_answers, id="never answers"),
            pytest.param(answers.drips(BODY, 0.1), id="drips its body"),
            pytest.param(answers.drips_head(0.1), id="drips its head"),
            pytest.param(answers.stalls_at(0.99, BODY), id="stalls at 99 percent"),
            pytest.param(answers.redirects("/slow"), id="redirects to a slow one"),
        ],
    )
    def test_a_slow_source_ends_at_its_budget(self, http: HttpSource, answer: Answer) -> None:
        with Origin({"/a": answer, "/slow": answers.drips(BODY, 0.1)}) as origin:
            began = time.monotonic()
            with pytest.raises(SourceTimeoutError):
                fetched(http, origin.url("/a"))

        assert 0.9 < time.monotonic() - began < 30

    def test_informational_answers_that_drip_end_at_the_budget(self, http: HttpSource) -> None:
        def drips(exchange: Exchange) -> None:
            while True:
                exchange.send(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n")
                exchange.wait(0.3)

        with Origin({"/a": drips}) as origin, pytest.raises(SourceTimeoutError):
            fetched(http, origin.url("/a"))

    def test_redirects_share_one_budget(self, http: HttpSource) -> None:
        def slow(exchange: Exchange) -> None:
            exchange.wait(0.3)
            exchange.send(response(status=302, Location="/a"))

        with Origin({"/a": slow}) as origin, pytest.raises(SourceTimeoutError):
            fetched(http, origin.url("/a"))

        assert len(origin.heads) <= 4

    def test_a_lookup_that_hangs_ends_at_the_budget(self) -> None:
        ended = threading.Event()

        def hanging(host: str, port: int) -> list[str]:
            ended.wait()
            return []

        with pytest.raises(SourceTimeoutError):
            fetched(source(resolve=hanging, timeout=1), "http://slow.test/")

        ended.set()

    def test_the_request_deadline_outweighs_the_source_budget(self) -> None:
        with Origin({"/a": answers.never_answers}) as origin, pytest.raises(RequestTimeoutError):
            fetched(source(timeout=5), origin.url("/a"), scope=Scope(0.3))

    @pytest.mark.parametrize("answer", [answers.never_answers, answers.stalls_at(0.5, BODY)])
    def test_a_client_that_leaves_during_a_blocked_read_ends_it(self, answer: Answer) -> None:
        began = time.monotonic()
        scope = Scope(60, client_gone=lambda: time.monotonic() - began > 0.3)

        with Origin({"/a": answer}) as origin, pytest.raises(ClientClosedRequestError):
            fetched(source(timeout=60), origin.url("/a"), scope=scope)

        assert time.monotonic() - began < 30

    def test_who_waits_for_a_source_does_not_wake_up_before_it_answers(self) -> None:
        server, client = socket.socketpair()
        with server, client, Origin({"/a": answers.waits(1, BODY)}) as origin, wakes_up_less_than(30):
            fetched(source(), origin.url("/a"), scope=Scope(30, client_gone=watcher(server)))

    @pytest.mark.parametrize("path", ["/head", "/body"])
    def test_a_source_that_answers_while_the_interpreter_is_held_is_in_time(self, path: str) -> None:
        with elsewhere("{'/head': waits(0.3, b'x' * 9), '/body': pauses(0.3, b'x' * 9)}") as url:
            holder = holds_the_interpreter(1.5, after_seconds=0.2)
            body = fetched(source(timeout=1), url + path).body
            holder.join()

        assert body == b"x" * 9

    def test_a_wait_within_a_read_loses_no_byte(self) -> None:
        with Origin({"/a": answers.drips(b"0123456789", 0.15)}) as origin:
            assert fetched(source(timeout=5), origin.url("/a")).body == b"0123456789"

    def test_before_its_body_a_slow_source_may_be_replaced_and_after_not(self, http: HttpSource) -> None:
        large = BODY * (2 * START_BYTES // len(BODY) + 1)
        slow = {"/before": answers.stalls_at(0, large), "/after": answers.stalls_at(0.9, large)}
        at_start = []
        with Origin(slow) as origin:
            for path in slow:
                with pytest.raises(SourceError) as caught:
                    fetched(http, origin.url(path))
                at_start.append(caught.value.at_start)

        assert at_start == [True, False]


class TestRedirect:
    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    def test_a_redirect_is_followed(self, http: HttpSource, status: int) -> None:
        with Origin({"/a": answers.redirects("b?c=d", status), "/b": says(b"here")}) as origin:
            assert fetched(http, origin.url("/a")).body == b"here"

        assert origin.targets == ["/a", "/b?c=d"]

    @pytest.mark.parametrize("status", [300, 304, 305, 306])
    def test_other_statuses_with_a_location_are_answers(self, http: HttpSource, status: int) -> None:
        with Origin({"/a": answers.redirects("/b", status)}) as origin:
            stream = http.open(SourceRequest(SourceUrl.parse(origin.url("/a"))), Scope(5))

            assert stream.status == status

    def test_who_goes_on_with_a_fetch_begins_where_the_redirects_had_led(self, http: HttpSource) -> None:
        gate, scope = Gate(), Scope(30)
        scope.patient_until = time.monotonic() + 0.2
        first = answers.redirects("/b", Set_Cookie="k=v")
        with Origin({"/a": first, "/b": answers.redirects("/c"), "/c": gate}) as origin:
            with pytest.raises(NotAtOnceError):
                fetched(http, origin.url("/a"), scope=scope)
            scope.patient_until = math.inf
            gate.let_through()

            assert fetched(http, origin.url("/a"), scope=scope).body == SMALL

        assert (origin.targets, "Cookie: k=v" in origin.heads[-1]) == (["/a", "/b", "/c"], True)

    def test_a_redirect_without_location_is_an_answer(self, http: HttpSource) -> None:
        with Origin({"/a": says(b"", 302)}) as origin, pytest.raises(SourceError) as caught:
            fetched(http, origin.url("/a"))

        assert caught.value.status == 404

    @pytest.mark.parametrize(("allowed", "made"), [(10, 10), (2, 2), (1, 1), (0, 1)])
    def test_a_loop_ends_after_as_many_requests_as_are_allowed(self, allowed: int, made: int) -> None:
        with Origin({"/a": answers.redirects("/a")}) as origin, pytest.raises(SourceUnreachableError):
            fetched(source(redirects=allowed), origin.url("/a"))

        assert len(origin.heads) == made

    def test_one_redirect_less_than_the_setting_is_followed(self) -> None:
        with Origin({"*": answers.redirects_down}) as origin:
            assert fetched(source(redirects=4), origin.url("/3")).body == b"here"

    @pytest.mark.parametrize(
        "target",
        ["file:///etc/passwd", "ftp://127.0.0.1/a", "local:///a", "gopher://x/", "data:,x", "javascript:x", "s3://b/k"],
    )
    def test_a_redirect_may_not_leave_http(self, http: HttpSource, target: str) -> None:
        away = Origin({"/a": answers.redirects(target)})

        with away as origin, pytest.raises(SourceUnreachableError, match="neither http nor https"):
            fetched(http, origin.url("/a"))

    @pytest.mark.parametrize(
        "target",
        ["http://", "http://[", "//", "http://x:y/", "http://\u00ff\u00fe/", "\\\\x",
         "http:b", "//evil.test\\@x/", "//a@b@c/", "//0x7f.1/", "//127.0.0.1%2f/", "\tb"],
    )  # fmt: skip
    def test_a_redirect_to_nonsense_is_a_source_error(self, http: HttpSource, target: str) -> None:
        with Origin({"/a": answers.redirects(target)}) as origin, pytest.raises(SourceError):
            fetched(http, origin.url("/a"))

        assert set(origin.targets) <= {"/a", "/%5C%5Cx", "/b"}

    def test_a_redirect_may_not_leave_the_allowed_sources(self) -> None:
        with Origin({"/a": answers.redirects("/b"), "/b": says(b"secret")}) as origin:
            http = source(is_allowed=lambda url: url.path == "/a")
            with pytest.raises(SourceAddressError, match="ALLOWED_SOURCES"):
                fetched(http, origin.url("/a"))

        assert origin.targets == ["/a"]

    def test_the_client_cookies_and_authorization_stay_with_the_first_host(self, http: HttpSource) -> None:
        with Origin({"*": answers.echoes_head}) as other, Origin({}) as origin:
            origin.answers = {"/a": answers.redirects(other.url("/b", host="localhost"))}
            body = fetched(http, origin.url("/a", host="u:p@127.0.0.1"), cookie="a=b").body

        assert b"Cookie" not in body
        assert b"Authorization" not in body

    def test_conditional_headers_go_along(self, http: HttpSource) -> None:
        with Origin({"/a": answers.redirects("/b"), "/b": answers.echoes_head}) as origin:
            assert b'If-None-Match: "x"' in fetched(http, origin.url("/a"), if_none_match='"x"').body

    def test_a_cookie_that_the_source_sets_is_sent_on_the_next_hop_alone(self, http: HttpSource) -> None:
        setting = answers.redirects("/b", Set_Cookie="pass=1; Path=/")
        with Origin({"/a": setting, "/b": answers.echoes_head}) as origin:
            first = fetched(http, origin.url("/a")).body
            second = fetched(http, origin.url("/b")).body

        assert b"Cookie: pass=1" in first
        assert b"Cookie" not in second

    def test_a_cookie_of_one_host_is_not_sent_to_another(self, http: HttpSource) -> None:
        with Origin({"*": answers.echoes_head}) as other:
            away = answers.redirects(other.url("/b", host="localhost"), Set_Cookie="pass=1; Path=/")
            with Origin({"/a": away}) as origin:
                assert b"Cookie" not in fetched(http, origin.url("/a")).body

    def test_the_body_of_a_redirect_is_not_read_to_its_end(self, http: HttpSource) -> None:
        def endless_redirect(exchange: Exchange) -> None:
            exchange.send(response(status=302, Location="/b", Content_Length=str(2**40)))
            exchange.wait()

        with Origin({"/a": endless_redirect, "/b": says(b"here")}) as origin:
            assert fetched(http, origin.url("/a")).body == b"here"


class TestPool:
    def test_a_connection_is_used_again(self, http: HttpSource) -> None:
        with Origin({"/a": says(BODY)}) as origin:
            for _ in range(3):
                fetched(http, origin.url("/a"))

        assert origin.connections == 1

    @pytest.mark.parametrize(
        "answer", [says(BODY), answers.chunked(BODY), says(answers.zipped(BODY), Content_Encoding="gzip")]
    )
    def test_a_connection_is_used_again_where_bytes_are_reserved(self, http: HttpSource, answer: Answer) -> None:
        budget = ByteBudget(claims=3)
        with Origin({"/a": answer}) as origin:
            for _ in range(3):
                scope = Scope(30)
                scope.credit = budget.claim()
                fetched(http, origin.url("/a"), scope=scope)

        assert origin.connections == 1

    def test_a_redirect_keeps_its_connection(self, http: HttpSource) -> None:
        with Origin({"*": answers.redirects_down}) as origin:
            fetched(http, origin.url("/3"))

        assert origin.connections == 1

    def test_without_keep_alive_each_request_has_its_own(self) -> None:
        http = source(keep_alive=0)
        with Origin({"/a": answers.echoes_head}) as origin:
            bodies = [fetched(http, origin.url("/a")).body for _ in range(2)]

        assert origin.connections == 2
        assert b"Connection: close" in bodies[0]

    @pytest.mark.slow
    def test_a_connection_that_lay_idle_too_long_is_not_used_again(self) -> None:
        http = source(keep_alive=1)
        with Origin({"/a": says(BODY)}) as origin:
            fetched(http, origin.url("/a"))
            time.sleep(1.1)
            fetched(http, origin.url("/a"))

        assert origin.connections == 2

    def test_a_body_that_is_left_unread_costs_its_connection(self, http: HttpSource) -> None:
        with Origin({"/a": says(BODY * 100)}) as origin:
            http.open(SourceRequest(SourceUrl.parse(origin.url("/a"))), Scope(5)).close()
            fetched(http, origin.url("/a"))

        assert origin.connections == 2

    @pytest.mark.parametrize(
        "death",
        [
            pytest.param(answers.closes_at_once, id="closes when asked again"),
            pytest.param(lambda exchange: exchange.reset(), id="resets when asked again"),
        ],
    )
    def test_a_pooled_connection_that_died_is_replaced_once(self, http: HttpSource, death: Answer) -> None:
        with Origin({"/a": answers.in_turn(says(b"1"), death, says(b"2"))}) as origin:
            bodies = [fetched(http, origin.url("/a")).body for _ in range(2)]

        assert (bodies, origin.connections) == ([b"1", b"2"], 2)

    @pytest.mark.slow
    def test_a_pooled_connection_that_went_dark_is_replaced_within_the_budget(self) -> None:
        with Origin({"/a": answers.in_turn(answers.then_goes_dark(b"1"), says(b"2"))}) as origin:
            http = source(timeout=5)
            fetched(http, origin.url("/a"))
            time.sleep(0.2)
            body = fetched(http, origin.url("/a"), scope=Scope(10)).body

        assert (body, origin.connections) == (b"2", 2)

    def test_a_pooled_connection_that_answers_with_nonsense_is_not_tried_again(self, http: HttpSource) -> None:
        nonsense = says(b"2", Content_Length="-1")
        with Origin({"/a": answers.in_turn(says(b"1"), nonsense)}) as origin:
            fetched(http, origin.url("/a"))
            with pytest.raises(SourceUnreachableError):
                fetched(http, origin.url("/a"))

        assert (len(origin.heads), origin.connections) == (2, 1)

    def test_a_new_connection_that_dies_is_not_tried_again(self, http: HttpSource) -> None:
        with Origin({"/a": answers.closes_at_once}) as origin, pytest.raises(SourceUnreachableError):
            fetched(http, origin.url("/a"))

        assert len(origin.heads) == 1

    def test_what_follows_a_body_is_not_taken_for_the_next_answer(self, http: HttpSource) -> None:
        smuggled = response(b"real") + response(b"smuggled")
        with Origin({"/a": lambda exchange: exchange.send(smuggled)}) as origin:
            bodies = [fetched(http, origin.url("/a")).body for _ in range(3)]

        assert bodies == [b"real"] * 3


class TestAnything:
    @settings(max_examples=60, deadline=None)
    @given(raw=raw_answers())
    def test_whatever_is_answered_is_an_image_or_a_catalogue_error(self, raw: bytes) -> None:
        def answer(exchange: Exchange) -> None:
            exchange.send(raw)
            exchange.hang_up()

        with Origin({"*": answer}) as origin:
            http = source(timeout=60)
            status = _status_of(http, origin.url("/a"))
            http.close()

        assert status in {200, 304, 502} or 400 <= status < 500


def _status_of(http: HttpSource, url: str) -> int:
    try:
        return fetched(http, url, scope=Scope(60)).status
    except SourceError as error:
        return error.status


CUSTOM = (("x-key", "hush"), ("Host", "images.example"), ("User-Agent", "me"))


@pytest.fixture(name="named")
def _named() -> Iterator[HttpSource]:
    made = HttpSource(SourceSettings(), anywhere, everything, custom=CUSTOM, passed=["X-Tenant"])
    yield made
    made.close()


def test_the_operator_s_headers_are_sent_and_outweigh_all_others(named: HttpSource) -> None:
    with Origin({"*": says(b"a")}) as origin:
        fetched(named, origin.url(), x_tenant="cats", x_key="a client's", user_agent="a client")

        sent = origin.heads[0]

    assert [line for line in sent.split("\r\n")[1:] if line][:1] == ["Host: images.example"]
    assert {"X-Key: hush", "X-Tenant: cats", "User-Agent: me"} <= set(sent.split("\r\n"))


def test_they_are_sent_again_where_the_server_is_the_same(named: HttpSource) -> None:
    with Origin({"/a": answers.redirects("/b"), "/b": says(b"a")}) as origin:
        fetched(named, origin.url("/a"), x_tenant="cats")

        heads = origin.heads

    assert ["x-key: hush" in each.lower() and "x-tenant: cats" in each.lower() for each in heads] == [True, True]


def test_no_other_server_gets_them_and_nor_does_their_own_when_it_comes_back(named: HttpSource) -> None:
    with Origin({"/b": says(b"a")}) as home, Origin({"*": answers.redirects(home.url("/b"))}) as other:
        home.answers = {**home.answers, "/a": answers.redirects(other.url("/"))}
        fetched(named, home.url("/a"), x_tenant="cats")

        heads = "".join([other.heads[0], home.heads[1]]).lower()

    assert ("hush" in heads, "cats" in heads, "images.example" in heads) == (False, False, False)
