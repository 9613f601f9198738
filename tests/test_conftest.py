import os
import socket

import pytest

from tests.conftest import ForeignAddressError


@pytest.mark.parametrize("host", ["192.0.2.1", "10.0.0.1", "2001:db8::1"])
def test_no_connection_leaves_this_machine(host: str) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET

    with socket.socket(family) as client, pytest.raises(ForeignAddressError):
        client.connect((host, 80))


def test_no_setting_of_the_shell_reaches_a_test() -> None:
    leaked = [name for name in os.environ if name.startswith(("IMGSVC_", "IMGPROXY_"))]

    assert leaked == []
