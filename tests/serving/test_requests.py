"""Requests as they come over the wire: what is no request is refused, and what is behind one harms nothing."""

import socket

import pytest

from tests.serving.server import Server, everything

pytestmark = pytest.mark.slow

CAT = "/_/rs:fit:20:20/plain/local:///cat.png"
BODY = bytes(70_000)


def request(*headers: str, method: str = "GET", target: str = CAT, host: str = "Host: x") -> str:
    return "\r\n".join([f"{method} {target} HTTP/1.1", host, *headers, "", ""])


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1]) if answer else 0


@pytest.fixture(scope="module", params=["tcp", "unix"])
def either(request, pictures, tmp_path_factory):
    """A server on loopback, and one on a unix socket: gunicorn trusts whoever comes over these."""
    bind = {"IMGSVC_BIND": f"unix:{tmp_path_factory.mktemp('unix')}/sock"} if request.param == "unix" else {}
    with Server({"IMGSVC_LOCAL_FILESYSTEM_ROOT": str(pictures), **bind}) as running:
        yield running


@pytest.mark.parametrize(
    "headers",
    [
        ("X-Forwarded-Proto: http", "X-Forwarded-Ssl: on"),
        ("X-Forwarded-Proto: https", "X-Forwarded-Protocol: http"),
        ("X-Forwarded-Proto: https", "X-Forwarded-SSL: off"),
        ("Forwarded: for=1.1.1.1;proto=https;host=y", "X-Forwarded-Host: y", "X-Forwarded-Prefix: /y"),
        ("SCRIPT_NAME: /_",),
        ("Script_Name: /elsewhere",),
        ("script-name: /elsewhere",),
        ("HTTP_SCRIPT_NAME: /elsewhere",),
        ("PATH_INFO: /elsewhere",),
        ("REMOTE_USER: root", "REQUEST_METHOD: POST"),
        ("X-HTTP-Method-Override: POST", "X-Method-Override: POST"),
        ("X-Original-URL: /health", "X-Rewrite-URL: /health", "X-Forwarded-Uri: /health", "X-Accel-Redirect: /health"),
        ("X-Forwarded-Port: 1", "X-Forwarded-Scheme: https", "X-Url-Scheme: https", "Front-End-Https: on"),
        (
            "Proxy: http://127.0.0.1:1",
            "Upgrade: h2c",
            "HTTP2-Settings: AAMAAABk",
            "Connection: Upgrade, HTTP2-Settings",
        ),
    ],
    ids=lambda headers: headers[-1],
)
def test_no_forwarded_header_changes_the_route_or_the_status(either, headers):
    answer = either.ask(request(*headers))

    assert (status(answer), b"content-type: image/png" in answer) == (200, True)


def test_a_mount_point_in_the_environment_hides_nothing(pictures):
    with Server({"IMGSVC_LOCAL_FILESYSTEM_ROOT": str(pictures), "SCRIPT_NAME": "/elsewhere"}) as running:
        assert status(running.ask(request())) == 200


def test_a_mount_point_that_a_client_names_does_not_hide_the_health_check(either):
    assert b"imgsvc is running" in either.ask(request("SCRIPT_NAME: /health", target="/health"))


@pytest.mark.parametrize(("method", "expected"), [("GET", 200), ("HEAD", 200), ("POST", 404)])
def test_a_body_is_no_part_of_the_head(server, method, expected):
    head = request(f"Content-Length: {len(BODY)}", method=method)

    assert status(server.ask(head + BODY.decode())) == expected


def test_an_answer_is_not_lost_to_a_body_that_comes_behind_it(server):
    with server.connect() as client:
        client.sendall(request("Content-Length: 3000000").encode())
        assert client.recv(1, socket.MSG_PEEK)
        for _ in range(30):
            client.sendall(bytes(100_000))
        answer = everything(client)

    assert status(answer) == 200
    assert len(answer.partition(b"\r\n\r\n")[2]) > 50


def test_empty_lines_before_a_request_are_passed_over(server):
    assert status(server.ask("\r\n\r\n\r\n" + request())) == 200


def test_a_request_that_names_no_host_is_refused(server):
    assert status(server.ask(f"GET {CAT} HTTP/1.1\r\n\r\n")) == 400


def test_over_tcp_nobody_says_how_long_a_request_has_waited(server):
    assert status(server.ask(request("X-Request-Start: t=1000000000"))) == 200


@pytest.mark.parametrize(
    "start", ["9" * 5000, "1000000000", "t=" + "0" * 10 + "." + "9" * 4000, "-1", "t=nan", "\xff", "1e400"]
)
def test_a_moment_that_cannot_be_counts_for_nothing(either, start):
    assert status(either.ask(request(f"X-Request-Start: {start}"))) == 200


def test_the_server_is_not_called_gunicorn(either):
    assert b"\r\nServer: imgsvc\r\n" in either.ask(request())


def test_every_answer_says_what_the_operator_has_it_say(pictures):
    says = {"SERVER_NAME": "shop", "HEALTH_CHECK_MESSAGE": "all is well", "CUSTOM_RESPONSE_HEADERS": "X-Shop=yes"}
    settings = {f"IMGPROXY_{name}": value for name, value in says.items()}
    with Server({"IMGSVC_LOCAL_FILESYSTEM_ROOT": str(pictures), **settings}) as own:
        health = own.ask(request(target="/health"))
        heads = [
            own.ask(request(target=target)).partition(b"\r\n\r\n")[0] for target in (CAT, "/_/none", "/" + "a" * 40_000)
        ]

    assert health.endswith(b"all is well")
    assert [status(head) for head in heads] == [200, 404, 414]
    assert all(b"\r\nServer: shop\r\n" in head and b"\r\nx-shop: yes" in head.lower() for head in (*heads,))
