import pytest

from imgsvc.runtime.settings import RuntimeSettings


@pytest.mark.parametrize(
    ("settings", "address"),
    [
        pytest.param(RuntimeSettings(), "0.0.0.0:8080", id="all addresses"),
        pytest.param(RuntimeSettings(port=90), "0.0.0.0:90", id="PORT"),
        pytest.param(RuntimeSettings(bind="127.0.0.1:1", port=90), "127.0.0.1:1", id="BIND before PORT"),
        pytest.param(RuntimeSettings(bind="unix:/run/x"), "unix:/run/x", id="a socket file"),
        pytest.param(RuntimeSettings(bind="/run/x", network="unix"), "unix:/run/x", id="a socket file by NETWORK"),
        pytest.param(RuntimeSettings(bind="unix:/run/x", network="unix"), "unix:/run/x", id="both"),
        pytest.param(RuntimeSettings(network="tcp6"), "[::]:8080", id="all addresses of IPv6"),
        pytest.param(RuntimeSettings(bind="[::1]:1", network="tcp6"), "[::1]:1", id="one address of IPv6"),
    ],
)
def test_it_listens_where_the_settings_say(settings: RuntimeSettings, address: str) -> None:
    assert settings.address() == address


def test_workers_are_as_many_as_set_or_two_for_each_core() -> None:
    assert RuntimeSettings(workers=3).worker_count() == 3
    assert RuntimeSettings().worker_count() % 2 == 0


@pytest.mark.parametrize("path", ["ping", "/{x}"])
def test_what_could_be_no_route_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match="HEALTH_CHECK_PATH"):
        RuntimeSettings(health_check_path=path)
