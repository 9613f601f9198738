import json
import socket
import threading
from contextlib import suppress
from resource import RLIMIT_NPROC

import pytest
import requests

from imgsvc.observer.listener import Listener, Page
from tests.exhausted import no_more, told_by


@pytest.fixture
def url():
    pages = {"/json": lambda: Page.json({"a": 1}), "/ill": lambda: Page.verdict(("because",), "well")}
    server = Listener(("127.0.0.1", 0), pages, lambda: Page(404, b"no"))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def test_data_is_json(url):
    answer = requests.get(f"{url}/json?x", timeout=10)

    assert (answer.headers["content-type"], json.loads(answer.text)) == ("application/json", {"a": 1})


def test_a_bad_verdict_is_503_with_its_reasons(url):
    answer = requests.get(f"{url}/ill", timeout=10)

    assert (answer.status_code, answer.text) == (503, "because\n")


def test_a_good_verdict_is_200():
    assert Page.verdict((), "well") == Page(200, b"well\n")


def test_every_other_path_is_the_fallbacks(url):
    assert requests.get(f"{url}/x", timeout=10).status_code == 404


def test_nothing_is_kept(url):
    assert requests.get(f"{url}/json", timeout=10).headers["cache-control"] == "no-store"


@pytest.mark.parametrize(("client", "status"), [("127.0.0.1", 200), ("::1", 200), ("10.0.0.5", 404)])
def test_a_private_page_is_for_this_machine_alone(client, status):
    pages = {"/status": lambda: Page.json({})}
    with Listener(("127.0.0.1", 0), pages, lambda: Page(404, b"no"), private=frozenset({"/status"})) as listener:
        assert listener.page("/status", client).status == status


def test_a_client_for_whom_there_is_no_thread_keeps_no_place():
    def work():
        with Listener(("127.0.0.1", 0), {}, lambda: Page(404, b"no")) as listener:
            with no_more(RLIMIT_NPROC):
                for _ in range(100):
                    with suppress(RuntimeError), socket.socket() as client:
                        listener.process_request(client, ("127.0.0.1", 1))
            return listener._places._value

    assert told_by(work) == "64"
