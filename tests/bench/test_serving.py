import os
import socket
import sys

import pytest
import requests

from imgsvc.bench.serving import (
    BenchError,
    Program,
    ask,
    cpu_seconds,
    flame_prefix,
    free_port,
    most_resident_bytes,
    origin,
)


def test_an_origin_keeps_its_connections(tmp_path):
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "a.txt").write_text("a")
    with origin(tmp_path / "files", tmp_path / "log", os.environ) as found, requests.Session() as session:
        answer = session.get(f"http://{found.address}/a.txt")

    assert answer.text == "a"
    assert answer.raw.version == 11
    assert answer.headers.get("connection", "") != "close"


def test_a_program_that_does_not_start_is_told_with_its_own_words(tmp_path):
    with (
        pytest.raises(BenchError, match="why not"),
        Program(["sh", "-c", "echo why not"], [free_port()], tmp_path / "log", {}),
    ):
        pass


def test_a_port_for_a_server_is_nobody_elses_and_a_server_can_listen_on_it():
    port = free_port()

    with pytest.raises(OSError, match="in use"), socket.socket() as other:
        other.bind(("127.0.0.1", port))
    with socket.create_server(("127.0.0.1", port)) as server:
        assert server.getsockname()[1] == port


LATE = """
import socket, sys, time
first, second = map(int, sys.argv[1:])
one = socket.create_server(("127.0.0.1", first))
time.sleep(0.5)
two = socket.create_server(("127.0.0.1", second))
time.sleep(30)
"""


def test_a_program_has_started_when_it_listens_on_all_its_ports(tmp_path):
    first, second = free_port(), free_port()
    command = [sys.executable, "-c", LATE, str(first), str(second)]

    with Program(command, [first, second], tmp_path / "log", {}):
        socket.create_connection(("127.0.0.1", second), 1).close()


def test_an_answer_that_is_an_error_ends_the_bench(tmp_path):
    with (
        origin(tmp_path, tmp_path / "log", os.environ) as found,
        requests.Session() as session,
        pytest.raises(BenchError, match="404"),
    ):
        ask(session, f"http://{found.address}/none")


def test_without_py_spy_a_flame_graph_says_how_to_get_it(tmp_path):
    with pytest.raises(BenchError, match="pip install py-spy"):
        flame_prefix(tmp_path / "x.svg", 100, tmp_path, str(tmp_path))


def test_a_process_is_asked_of_the_kernel():
    before = cpu_seconds(os.getpid())
    sum(range(2_000_000))

    assert cpu_seconds(os.getpid()) > before
    assert most_resident_bytes(os.getpid()) > 1 << 20
