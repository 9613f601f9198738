import os
import socket

import pytest

from imgsvc.runtime.clients.listening import defer, is_held, processes_of_this_user, turn_away, welcome


@pytest.fixture
def listener():
    with socket.create_server(("127.0.0.1", 0)) as made:
        made.settimeout(10)
        yield made


def connects(listener, seconds):
    with socket.socket() as client:
        client.settimeout(seconds)
        try:
            client.connect(listener.getsockname())
        except TimeoutError:
            return False
        return True


def test_a_silent_connection_wakes_nobody(listener):
    defer(listener)
    listener.settimeout(0.3)
    with socket.create_connection(listener.getsockname()), pytest.raises(TimeoutError):
        listener.accept()


def test_who_says_something_is_there_at_once(listener):
    defer(listener)
    with socket.create_connection(listener.getsockname()) as client:
        client.sendall(b"x")
        accepted, _ = listener.accept()
        accepted.close()


def test_nobody_new_gets_into_the_queue_and_nobody_is_refused(listener):
    turn_away(listener)

    assert not connects(listener, 0.4)


def test_who_is_in_the_queue_stays_there(listener):
    with socket.create_connection(listener.getsockname()) as client:
        turn_away(listener)
        client.sendall(b"x")
        accepted, _ = listener.accept()
        with accepted:
            assert accepted.recv(1) == b"x"


def test_a_socket_that_is_handed_down_takes_clients_again(listener):
    turn_away(listener)
    welcome(listener)

    assert connects(listener, 5)


def test_a_unix_socket_has_lost_its_name_and_needs_nothing(tmp_path):
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "s"))
        defer(listener)
        turn_away(listener)


def test_who_holds_a_socket_can_be_told(listener):
    with socket.create_server(("127.0.0.1", 0)) as other:
        fork = os.fork()
        if fork == 0:
            other.close()
            os.read(os.pipe()[0], 1)
            os._exit(0)
        try:
            held = is_held(listener, [fork])
        finally:
            os.kill(fork, 9)
            os.waitpid(fork, 0)

    assert held
    assert not is_held(listener, [fork])


def test_a_process_of_this_user_is_found_with_its_parent():
    assert (os.getpid(), os.getppid()) in set(processes_of_this_user())
