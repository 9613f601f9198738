import pytest
from falcon import testing

from imgsvc.options.info import InfoOptions
from imgsvc.rendition import Job, RenderRequest
from imgsvc.source_url import SourceUrl
from imgsvc.web.exchange import begin, exchange, opened, request_target


@pytest.mark.parametrize(
    ("environ", "target"),
    [
        pytest.param({"RAW_URI": "/a%20b//c?d"}, "/a%20b//c?d", id="gunicorn's"),
        pytest.param({"REQUEST_URI": "/a%20b"}, "/a%20b", id="uWSGI's"),
        pytest.param({"RAW_URI": "http://host:80/a?b"}, "/a?b", id="the absolute form"),
        pytest.param({"RAW_URI": "//host/a"}, "//host/a", id="two slashes are a path"),
        pytest.param({"PATH_INFO": "/a b/rs:1", "QUERY_STRING": "c=d"}, "/a%20b/rs:1?c=d", id="put together again"),
        pytest.param({"SCRIPT_NAME": "/p", "PATH_INFO": "/a%"}, "/p/a%25", id="with a mount point"),
        pytest.param({"PATH_INFO": "/\xc3\xa4"}, "/%C3%A4", id="bytes as WSGI hands them over"),
    ],
)
def test_the_target_is_the_one_that_was_sent(environ, target):
    assert request_target(environ) == target


@pytest.mark.parametrize(
    ("headers", "ip"),
    [
        ({}, "127.0.0.1"),
        ({"X-Real-IP": "1.1.1.1"}, "1.1.1.1"),
        ({"X-Real-IP": "1.1.1.1", "X-Forwarded-For": "2.2.2.2, 3.3.3.3"}, "2.2.2.2"),
        ({"X-Forwarded-For": "2.2.2.2", "CF-Connecting-IP": "4.4.4.4"}, "4.4.4.4"),
    ],
)
def test_the_log_names_the_client_that_proxies_name(headers, ip):
    assert begin(testing.create_req(headers=headers, remote_addr="127.0.0.1")).client_ip == ip


def test_a_request_has_one_exchange():
    request = testing.create_req()

    assert exchange(request) is exchange(request)


def test_a_question_about_a_source_is_known_by_what_it_asks():
    current = opened({"REQUEST_METHOD": "GET", "PATH_INFO": "/"})
    asks_before = current.is_info
    current.job = Job(RenderRequest("/"), InfoOptions(), SourceUrl.parse("local:///a.png"))

    assert (asks_before, current.is_info) == (False, True)
