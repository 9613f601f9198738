"""nginx/imgsvc-cache.conf under a real nginx, before machines that are this test, or a real imgsvc."""

import re
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack

import pytest

from tests.images import encoded, quadrants
from tests.nginx.running import Instance, Nginx, asked, got, needs_nginx, status
from tests.serving.server import Server
from tests.waiting import eventually

pytestmark = [pytest.mark.slow, needs_nginx]
BROWSER = "Accept: image/avif,image/webp,image/apng,image/*,*/*;q=0.8"


def answer(code: int = 200, *headers: str, body: bytes = b"picture") -> bytes:
    head = [f"HTTP/1.1 {code} It", f"Content-Length: {len(body)}", "Connection: close", *headers, "", ""]
    return "\r\n".join(head).encode() + body


FRESH = answer(200, "Cache-Control: max-age=3600, public")


def serving(*answers: bytes) -> Callable[[socket.socket, bytes], None]:
    """Give these answers one after the other, and the last one for ever."""
    left = list(answers)

    def serve(client: socket.socket, _head: bytes) -> None:
        client.sendall(left.pop(0) if len(left) > 1 else left[0])

    return serve


class Gate:
    """Machines that answer when they are let; `gone` counts clients of theirs that did not wait for it."""

    def __init__(self) -> None:
        self.opened = threading.Event()
        self.gone = 0

    def __call__(self, client: socket.socket, _head: bytes) -> None:
        client.settimeout(0.05)
        while not self.opened.is_set():
            try:
                if client.recv(1) == b"":
                    self.gone += 1
                    return
            except TimeoutError:
                continue
        client.sendall(FRESH)


def x_cache(answer: bytes) -> str:
    found = re.search(rb"\r\nX-Cache: (\w+)\r\n", answer)
    return found[1].decode() if found else ""


@pytest.fixture
def start(tmp_path) -> Iterator[Callable[..., int]]:
    """Starts nginx before up to three machines, the first three times if there are fewer; gives its port."""
    with ExitStack() as running:

        def go(*machines: Instance | str, changes: Mapping[str, str] | None = None, beside: str = "") -> int:
            names = [each if isinstance(each, str) else each.address for each in machines]
            names = (names * 3)[:3]
            servers = {f"server 192.0.2.{11 + number}:80 ": f"server {name} " for number, name in enumerate(names)}
            own = {"/var/cache/nginx/imgsvc": f"{tmp_path}/cache", **servers, **(changes or {})}
            return running.enter_context(Nginx(tmp_path, "imgsvc-cache.conf", own, beside=beside)).port

        yield go


def test_the_same_url_goes_to_the_same_machine(start):
    machines = [Instance(serving(answer())) for _ in range(3)]
    port = start(*machines)
    for _ in range(3):
        for number in range(30):
            got(port, f"/{number}")

    homes = [set(each.paths()) for each in machines]
    assert sum(map(len, homes)) == len(set.union(*homes)) == 30
    assert all(homes)


def test_a_machine_that_is_away_moves_its_own_share_alone(start):
    machines = [Instance(serving(answer())) for _ in range(3)]
    port = start(*machines)
    paths = [f"/{number}" for number in range(60)]
    for path in paths:
        got(port, path)
    before = [set(each.paths()) for each in machines]
    machines[0].stop()
    for each in machines[1:]:
        each.seen.clear()
    statuses = {status(got(port, path)) for path in paths}
    after = [set(each.paths()) for each in machines]

    assert statuses == {200}
    assert before[1] <= after[1]
    assert before[2] <= after[2]
    assert before[0] & after[1]
    assert before[0] & after[2]


def test_a_machine_that_is_taken_out_moves_its_own_share_alone(start):
    machines = [Instance(serving(answer())) for _ in range(3)]
    paths = [f"/{number}" for number in range(60)]

    def homes(port: int) -> list[set[str]]:
        for each in machines:
            each.seen.clear()
        for path in paths:
            got(port, path)
        return [set(each.paths()) for each in machines]

    before = homes(start(*machines))
    line = f"    server {machines[0].address} max_fails=3 fail_timeout=10s max_conns=40;\n"
    after = homes(start(*machines, changes={line: ""}))

    assert not after[0]
    assert before[1] < after[1]
    assert before[2] < after[2]


def test_a_second_request_needs_no_machine(start):
    machine = Instance(serving(FRESH))
    port = start(machine)
    first = got(port, "/a")
    machine.stop()
    second = got(port, "/a")

    assert (x_cache(first), x_cache(second)) == ("MISS", "HIT")
    assert second.endswith(b"picture")


def test_a_query_makes_no_second_picture(start):
    machine = Instance(serving(FRESH))
    port = start(machine)
    answers = [got(port, f"/a?{number}") for number in range(5)]

    assert [x_cache(each) for each in answers] == ["MISS", "HIT", "HIT", "HIT", "HIT"]


def test_a_hundred_who_ask_for_a_new_picture_make_it_once(start):
    gate = Gate()
    machine = Instance(gate)
    port = start(machine)
    with ExitStack() as crowd:
        clients = [crowd.enter_context(asked(port, "/new")) for _ in range(100)]
        assert eventually(lambda: machine.seen)
        gate.opened.set()
        answers = [client.recv(65_536) for client in clients]

    assert {status(each) for each in answers} == {200}
    assert len(machine.seen) == 1


def test_a_client_that_leaves_takes_nothing_from_those_who_wait_for_the_same(start):
    gate = Gate()
    machine = Instance(gate)
    port = start(machine)
    leader = asked(port, "/new")
    assert eventually(lambda: machine.seen)
    with asked(port, "/new") as follower:
        leader.close()
        threading.Timer(0.5, gate.opened.set).start()
        followed = follower.recv(65_536)

    assert status(followed) == 200
    assert (len(machine.seen), gate.gone) == (1, 0)


def test_what_nobody_waited_for_is_kept(start):
    gate = Gate()
    machine = Instance(gate)
    port = start(machine)
    asked(port, "/new").close()
    assert eventually(lambda: machine.seen)
    gate.opened.set()

    assert eventually(lambda: x_cache(got(port, "/new")) == "HIT")
    assert len(machine.seen) == 1


def test_who_asks_and_leaves_has_no_more_work_under_way_than_who_stays(start):
    gate = Gate()
    machine = Instance(gate)
    port = start(machine, changes={"imgsvc_cache_connections 130": "imgsvc_cache_connections 4"})
    for number in range(20):
        asked(port, f"/{number}").close()
    assert eventually(lambda: len(machine.seen) == 4)
    refused = got(port, "/more")
    gate.opened.set()

    assert status(refused) == 429
    assert eventually(lambda: status(got(port, "/more")) == 200)
    assert len(machine.seen) <= 6


def test_an_old_picture_is_given_while_every_machine_is_away(start):
    machine = Instance(serving(answer(200, "Cache-Control: max-age=1")))
    port = start(machine)
    got(port, "/a")
    machine.stop()

    assert eventually(lambda: x_cache(got(port, "/a")) in ("STALE", "UPDATING"))
    assert status(got(port, "/a")) == 200


@pytest.mark.parametrize("code", [429, 500, 502, 503, 504])
def test_an_old_picture_is_given_in_place_of_an_error(start, code):
    machine = Instance(serving(answer(200, "Cache-Control: max-age=1"), answer(code)))
    port = start(machine)
    got(port, "/a")

    statuses = set()

    assert eventually(lambda: statuses.add(status(got(port, "/a"))) or len(machine.seen) > 2)
    assert statuses == {200}


def test_nobody_waits_for_an_old_picture_to_be_made_anew(start):
    gate = Gate()

    def serve(client: socket.socket, head: bytes) -> None:
        if len(machine.seen) == 1:
            client.sendall(answer(200, "Cache-Control: max-age=1"))
        else:
            gate(client, head)

    machine = Instance(serve)
    port = start(machine)
    got(port, "/a")
    time.sleep(2.1)
    # Its answer comes at once, but nginx 1.22 keeps its connection busy until the new picture is there.
    with asked(port, "/a") as first, asked(port, "/a") as second:
        kinds = [x_cache(client.recv(65_536)) for client in (first, second)]
        gate.opened.set()

        assert kinds == ["STALE", "UPDATING"]
        assert eventually(lambda: x_cache(got(port, "/a")) == "HIT")


def test_what_imgsvc_does_not_want_kept_is_not_kept(start):
    machine = Instance(serving(answer(200, "Cache-Control: no-cache")))
    port = start(machine)

    assert [x_cache(got(port, "/a")) for _ in range(2)] == ["MISS", "MISS"]


def test_a_refusal_is_not_kept(start):
    machine = Instance(serving(answer(403), FRESH))
    port = start(machine)

    assert [status(got(port, "/a")) for _ in range(2)] == [403, 200]


def test_an_overload_is_soon_forgotten(start):
    machine = Instance(serving(answer(503), FRESH))
    port = start(machine)

    assert status(got(port, "/a")) == 503
    assert eventually(lambda: status(got(port, "/a")) == 200)


def test_the_operator_makes_an_old_picture_go(start):
    machine = Instance(serving(FRESH, answer(200, "Cache-Control: max-age=60", body=b"new")))
    port = start(machine)
    got(port, "/a")
    got(port, "/a", "X-Refresh: 1")

    assert got(port, "/a").endswith(b"new")


def test_a_stranger_cannot_make_a_picture_go(start):
    machine = Instance(serving(FRESH))
    port = start(machine, changes={"    127.0.0.0/8 1;\n": ""})
    got(port, "/a")

    assert x_cache(got(port, "/a", "X-Refresh: 1")) == "HIT"


def test_browsers_that_take_the_same_formats_share_a_picture(start):
    machine = Instance(serving(answer(200, "Cache-Control: max-age=60", "Vary: Accept")))
    port = start(machine)
    accepts = ["image/webp", "image/webp,*/*", "text/html, IMAGE/WebP;q=0.9", "*/*", "image/png"]
    answers = [got(port, "/a", f"Accept: {each}") for each in accepts]

    assert [x_cache(each) for each in answers] == ["MISS", "HIT", "HIT", "MISS", "HIT"]
    assert all(b"\r\nVary: Accept\r\n" in each for each in answers)


def test_what_is_asked_for_is_what_it_is_kept_under(start):
    machine = Instance(serving(FRESH))
    got(start(machine), "/a", BROWSER, "Accept-Encoding: br", "Cookie: who=me", "X-Request-Start: t=1")

    assert b"\r\nAccept: image/avif,image/webp,*/*\r\n" in machine.seen[0]
    assert not re.search(rb"(?i)\r\n(Accept-Encoding|Cookie):", machine.seen[0])


def test_nothing_that_a_client_says_of_itself_reaches_what_is_kept(start):
    names = ("Forwarded-Host", "Forwarded-Ssl", "Forwarded-Protocol", "Amzn-Request-Context", "Imgsvc-Canary")
    conditions = ("Range: bytes=0-0", "If-Range: x", "If-None-Match: x", "If-Modified-Since: x", "Cookie: x")
    machine = Instance(serving(FRESH))
    lines = [f"X-{name}: one" for name in (*names, "Request-Start")] + list(conditions)
    got(start(machine), "/a", *lines)
    got(start(machine), "/a", *lines, "Authorization: Bearer x")

    asked_for = [re.findall(rb"(?m)^([\w-]+): ", head) for head in machine.seen]
    assert {name for names in asked_for for name in names} <= {
        *(b"Connection", b"Host", b"Accept", b"Authorization"),
        *(b"X-Forwarded-For", b"X-Forwarded-Proto", b"X-Request-Id"),
    }


def test_who_shows_a_secret_gets_nothing_kept_and_leaves_nothing(start):
    machine = Instance(serving(FRESH))
    port = start(machine)
    first = [x_cache(got(port, "/a", "Authorization: Bearer x")) for _ in range(2)]

    assert (first, x_cache(got(port, "/a"))) == (["BYPASS", "BYPASS"], "MISS")


def test_a_kept_answer_has_the_id_of_who_asks(start):
    machine = Instance(serving(answer(200, "Cache-Control: max-age=60", "X-Request-Id: of-the-first")))
    port = start(machine)
    ids = [re.findall(rb"(?i)\r\nX-Request-Id: (.+?)\r\n", got(port, "/a")) for _ in range(2)]

    assert [len(each) for each in ids] == [1, 1]
    assert ids[0] != ids[1]
    assert b"\r\nX-Request-Id: " + ids[0][0] in machine.seen[0]


def test_who_asks_for_too_much_is_told_so_and_health_checks_pass(start):
    machine = Instance(serving(FRESH))
    port = start(machine, changes={"burst=500": "burst=5", "rate=100r/s": "rate=1r/s"})
    answers = [got(port, "/a") for _ in range(10)]

    assert {status(each) for each in answers} == {200, 429}
    assert b"Retry-After: 1" in answers[-1]
    assert {status(got(port, "/health")) for _ in range(10)} == {200}


def test_a_picture_that_breaks_a_machine_off_is_asked_of_few_and_throws_none_out(start):
    def die(client: socket.socket, head: bytes) -> None:
        if b"poison" in head:
            client.sendall(answer(502))
        else:
            client.sendall(answer())

    machines = [Instance(die) for _ in range(3)]
    port = start(*machines)
    poisoned = {status(got(port, "/poison")) for _ in range(20)}
    others = {status(got(port, f"/{number}")) for number in range(30)}

    assert (poisoned, others) == ({502}, {200})
    assert sum("/poison" in each.paths() for each in machines) == 1


def test_where_no_machine_is_there_clients_are_told_to_come_again(start):
    machine = Instance()
    port = start(machine)
    machine.stop()
    refused = got(port, "/")

    assert status(refused) == 503
    assert b"Retry-After: 1" in refused


def test_a_machine_that_hangs_is_left_out_after_three_requests(start):
    gate = Gate()
    hangs, works = Instance(gate), Instance(serving(answer()))
    port = start(hangs, works, works, changes={"proxy_read_timeout 17s;": "proxy_read_timeout 1s;"})
    with ExitStack() as clients:
        crowd = [clients.enter_context(asked(port, f"/{number}")) for number in range(40)]
        statuses = [status(client.recv(65_536)) for client in crowd]
    again = {status(got(port, f"/later-{number}")) for number in range(30)}

    assert set(statuses) <= {200, 504}
    assert again == {200}


def test_one_nginx_takes_both_files(start):
    assert status(got(start(Instance(), beside="imgsvc.conf"), "/")) == 200


def test_the_real_imgsvc_makes_a_picture_for_each_format_and_no_more(start, tmp_path):
    (tmp_path / "cat.png").write_bytes(encoded(quadrants()))
    with Server({"IMGSVC_LOCAL_FILESYSTEM_ROOT": str(tmp_path), "IMGSVC_AUTO_WEBP": "true"}) as server:
        port = start(f"127.0.0.1:{server.port}")
        path = "/_/rs:fit:20:20/plain/local:///cat.png"
        answers = [got(port, path, f"Accept: {each}") for each in ("image/webp,*/*", "image/png", "image/webp")]

    assert [b"image/webp" in each.lower() for each in answers] == [True, False, True]
    assert [x_cache(each) for each in answers] == ["MISS", "MISS", "HIT"]


def test_those_who_wait_for_a_picture_that_is_refused_are_all_told_at_once(start):
    opened = threading.Event()

    def refuse(client: socket.socket, _head: bytes) -> None:
        opened.wait(20)
        client.sendall(answer(503, "Retry-After: 1"))

    machine = Instance(refuse)
    port = start(machine)
    with ExitStack() as crowd:
        clients = [crowd.enter_context(asked(port, "/new")) for _ in range(20)]
        assert eventually(lambda: machine.seen)
        opened.set()
        answers = [client.recv(65_536) for client in clients]

    assert {status(each) for each in answers} == {503}
    assert len(machine.seen) == 1


# Errors


@pytest.mark.parametrize("code", [404, 422, 500, 502, 503, 504])
def test_an_error_is_told_for_its_time_and_never_after_it(start, code):
    machine = Instance(serving(answer(code, body=b"why"), FRESH))
    port = start(machine, changes={"404 410 422 10s": "404 410 422 1s"})
    first = [got(port, "/a") for _ in range(2)]
    time.sleep(2.1)
    later = got(port, "/a")

    assert [status(each) for each in first] == [code, code]
    assert all(each.endswith(b"why") for each in first)
    assert (status(later), len(machine.seen)) == (200, 2)


def test_a_source_that_is_not_there_is_asked_for_once_in_ten_seconds(start):
    machine = Instance(serving(answer(404)))
    port = start(machine)

    conditions = ['If-None-Match: "a"', "If-Modified-Since: Wed, 21 Oct 2015 07:28:00 GMT", "Range: bytes=0-9"]

    assert {status(got(port, "/a", *conditions)) for _ in range(5)} == {404}
    assert len(machine.seen) == 1


@pytest.mark.parametrize("code", [404, 410, 422])
def test_a_picture_that_is_gone_goes(start, code):
    machine = Instance(serving(answer(200, "Cache-Control: max-age=1"), answer(code)))
    port = start(machine)
    got(port, "/a")
    time.sleep(2.1)

    assert eventually(lambda: status(got(port, "/a")) == code)
    assert {status(got(port, "/a")) for _ in range(3)} == {code}


def test_a_picture_that_stands_in_is_passed_on_with_the_status_of_the_error(start):
    machine = Instance(serving(answer(404, "Content-Type: image/png", body=b"stand-in")))
    told = got(start(machine), "/a")

    assert (status(told), told.endswith(b"stand-in")) == (404, True)
    assert b"\r\nContent-Type: image/png\r\n" in told


def test_who_shows_a_secret_makes_an_error_once_and_leaves_none(start):
    machine = Instance(serving(answer(404, body=b"why"), FRESH))
    port = start(machine)
    refused = got(port, "/a", "Authorization: Bearer x")

    assert (status(refused), refused.endswith(b"why"), len(machine.seen)) == (404, True, 1)
    assert status(got(port, "/a")) == 200


def test_where_the_source_has_not_changed_nothing_is_made(start):
    kept = answer(200, "Cache-Control: max-age=1", 'ETag: "v1"')
    machine = Instance(serving(kept, b"HTTP/1.1 304 x\r\nCache-Control: max-age=60\r\nConnection: close\r\n\r\n"))
    port = start(machine)
    got(port, "/a")
    time.sleep(2.1)

    assert eventually(lambda: x_cache(got(port, "/a")) == "HIT")
    assert b'\r\nIf-None-Match: "v1"\r\n' in machine.seen[1]
    assert len(machine.seen) == 2
