import os
import socket
from pathlib import Path

import pytest

from imgsvc.runtime.reloading import Binding, RefusedError, bound, contain, renew
from tests.ports import free_port


class App:
    """As gunicorn's, with an application that can, or cannot, be made."""

    callable = "old"

    def __init__(self, made):
        self._made = made

    def load(self):
        if self._made is None:
            raise SystemExit(78)
        return self._made


class Arbiter:
    """As far as a reload is concerned: what it did, and what it meets."""

    pid = os.getpid()

    def __init__(self, meets=None):
        self.done = 0
        self._meets = meets

    def reload(self):
        self.done += 1
        if self._meets:
            raise self._meets


def refuse(error):
    raise error


def test_a_new_application_takes_the_old_one_s_place():
    app = App("new")
    renew(app)

    assert app.callable == "new"


def test_settings_that_cannot_be_used_leave_the_old_application():
    app = App(None)

    with pytest.raises(RefusedError):
        renew(app)
    assert app.callable == "old"


@pytest.mark.parametrize(
    "error", [RefusedError("no"), SystemExit(78), OSError("disk"), RuntimeError("thread")], ids=repr
)
def test_a_reload_that_cannot_be_prepared_is_not_begun(error):
    arbiter = Arbiter()
    contain(arbiter, lambda: refuse(error))

    arbiter.reload()

    assert arbiter.done == 0


@pytest.mark.parametrize("error", [SystemExit(1), OSError("fork"), RuntimeError("thread")], ids=repr)
def test_what_a_reload_meets_on_its_way_ends_nothing(error, caplog):
    arbiter = Arbiter(error)
    contain(arbiter, lambda: None)

    arbiter.reload()

    assert arbiter.done == 1
    assert "half way" in caplog.text


def test_a_worker_that_ends_goes_through_the_reload_that_forked_it():
    arbiter = Arbiter(SystemExit(0))
    arbiter.pid = os.getppid()
    contain(arbiter, lambda: None)

    with pytest.raises(SystemExit):
        arbiter.reload()


def test_an_address_that_stays_changes_nothing_for_gunicorn():
    binding = Binding("127.0.0.1:80")
    with binding.changing("127.0.0.1:80"):
        pass

    assert binding.told == "127.0.0.1:80"


def test_a_new_address_is_listened_on_before_gunicorn_has_it():
    binding, port = Binding("127.0.0.1:1"), free_port()
    with binding.changing(f"127.0.0.1:{port}"), socket.create_connection(("127.0.0.1", port)):
        pass
    with socket.socket(fileno=int(binding.told.removeprefix("fd://"))) as listener:
        assert listener.getsockname() == ("127.0.0.1", port)


def test_an_address_that_is_taken_is_refused():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        change = Binding("127.0.0.1:1").changing(f"127.0.0.1:{taken.getsockname()[1]}")
        with pytest.raises(RefusedError, match="cannot be listened on"):
            change.__enter__()


def test_a_reload_that_is_refused_for_something_else_lets_the_new_address_go():
    binding, port = Binding("127.0.0.1:1"), free_port()
    with pytest.raises(RefusedError), binding.changing(f"127.0.0.1:{port}"):
        raise RefusedError("another setting")

    assert binding.told == "127.0.0.1:1"
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))


def test_a_file_that_is_no_socket_is_left_alone(tmp_path: Path):
    (tmp_path / "precious").write_text("data")

    with pytest.raises(ValueError, match="no socket"):
        bound(f"unix:{tmp_path / 'precious'}")
    assert (tmp_path / "precious").read_text() == "data"


def test_the_name_of_a_unix_socket_goes_with_it(tmp_path: Path):
    old, new = tmp_path / "old", tmp_path / "new"
    bound(f"unix:{old}").close()
    binding = Binding(f"unix:{old}")
    with binding.changing(f"unix:{new}"):
        pass
    os.close(int(binding.told.removeprefix("fd://")))

    binding.forget_the_old()

    assert (old.exists(), new.is_socket()) == (False, True)
