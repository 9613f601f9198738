import pytest

from imgsvc.live.asking import ObserverError, ask, observer_address
from tests.ports import free_port


@pytest.mark.parametrize(
    ("found", "address"),
    [(("0.0.0.0", 9), "127.0.0.1:9"), (("::1", 9), "[::1]:9"), (("10.0.0.1", 9), "10.0.0.1:9")],
)
def test_an_observer_on_all_addresses_is_asked_on_loopback(found, address):
    assert observer_address(found) == address


def test_an_observer_that_is_off_is_said_to_be():
    with pytest.raises(ObserverError, match="OBSERVER_BIND"):
        observer_address(None)


def test_nobody_there_is_said_with_the_address_and_what_to_do():
    port = free_port()

    with pytest.raises(ObserverError, match=f"127.0.0.1:{port}.*--observer"):
        ask(f"127.0.0.1:{port}", "/status")
