import pytest

from imgsvc.runtime.health_checks import HealthChecks


class Asked:
    """A connection, as far as it matters here."""

    def __init__(self, head):
        self.received = head


@pytest.mark.parametrize(
    ("head", "is_one"),
    [
        pytest.param(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n", True, id="as imgproxy has it"),
        pytest.param(b"HEAD /images/health?x=1 HTTP/1.1\r\n\r\n", True, id="behind a prefix, with a query"),
        pytest.param(b"GET /ping HTTP/1.1\r\n\r\n", True, id="at HEALTH_CHECK_PATH"),
        pytest.param(b"GET /_/plain/x HTTP/1.1\r\nReferer: /health\r\n\r\n", False, id="named elsewhere"),
        pytest.param(b"POST /health HTTP/1.1\r\n\r\n", False, id="another method"),
        pytest.param(b"GET /hea", False, id="not there yet"),
        pytest.param(b"", False, id="nothing"),
    ],
)
def test_the_first_line_tells_a_health_check(head, is_one):
    assert HealthChecks("/ping").is_asked_by(Asked(head)) is is_one
