import pytest

from imgsvc.runtime.http.health_checks import HealthChecks, health_paths


@pytest.mark.parametrize(
    ("head", "is_one"),
    [
        pytest.param(b"GET /images/health HTTP/1.1\r\nHost: x\r\n\r\n", True, id="behind the prefix"),
        pytest.param(b"HEAD /images/health?x=1 HTTP/1.1\r\n\r\n", True, id="with a query"),
        pytest.param(b"OPTIONS /images/ping HTTP/1.0\r\n\r\n", True, id="at HEALTH_CHECK_PATH"),
        pytest.param(b"GET http://a:80/images/health HTTP/1.1\r\n\r\n", True, id="in the absolute form"),
        pytest.param(b"GET /images/%68ealth HTTP/1.1\r\n\r\n", True, id="with escapes"),
        pytest.param(b"GET /health HTTP/1.1\r\n\r\n", False, id="outside of the prefix"),
        pytest.param(b"GET /images/_/plain/local:///health HTTP/1.1\r\n\r\n", False, id="a picture of that name"),
        pytest.param(b"GET /images/health/ HTTP/1.1\r\n\r\n", False, id="with more behind it"),
        pytest.param(b"GET /images/nohealth HTTP/1.1\r\n\r\n", False, id="with more before it"),
        pytest.param(b"GET /_/plain/x HTTP/1.1\r\nReferer: /images/health\r\n\r\n", False, id="named elsewhere"),
        pytest.param(b"POST /images/health HTTP/1.1\r\n\r\n", False, id="another method"),
        pytest.param(b"GET /hea", False, id="not there yet"),
        pytest.param(b"", False, id="nothing"),
    ],
)
def test_the_first_line_tells_a_health_check(head, is_one):
    assert HealthChecks(health_paths("/images", "/ping")).is_asked_by(head) is is_one
