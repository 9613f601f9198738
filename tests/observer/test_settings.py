import pytest

from imgsvc.observer.settings import ObserverSettings, PlaygroundSettings


@pytest.mark.parametrize(
    ("bind", "address"),
    [("127.0.0.1:8081", ("127.0.0.1", 8081)), (":9", ("0.0.0.0", 9)), ("[::1]:9", ("::1", 9)), ("", None)],
)
def test_an_address_is_host_and_port(bind, address):
    assert ObserverSettings(observer_bind=bind).address() == address


def test_imgproxys_name_for_the_listener_comes_first():
    assert ObserverSettings(prometheus_bind=":9").address() == ("0.0.0.0", 9)


@pytest.mark.parametrize("bind", ["8081x", "localhost", "127.0.0.1:0", ":70000"])
def test_an_address_without_a_port_is_refused(bind):
    with pytest.raises(ValueError, match="ADDRESS:PORT"):
        ObserverSettings(observer_bind=bind)


@pytest.mark.parametrize("namespace", ["9lives", "a-b", "a b"])
def test_a_namespace_that_prometheus_would_not_take_is_refused(namespace):
    with pytest.raises(ValueError, match="PROMETHEUS_NAMESPACE"):
        ObserverSettings(prometheus_namespace=namespace)


def test_there_is_no_playground_unless_it_is_asked_for():
    assert PlaygroundSettings().address() is None


def test_a_playground_without_a_port_is_refused():
    with pytest.raises(ValueError, match="PLAYGROUND_BIND as ADDRESS:PORT"):
        PlaygroundSettings(playground_bind="localhost")
