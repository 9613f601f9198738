import pytest
from falcon import testing

from imgsvc.web.target import TargetedRequest
from tests.web.fakes import FakeRenderer, client


def routed(**environ):
    """The path by which a request with this environment is routed."""
    made = {**testing.create_environ("/made/up", query_string="a=b"), "SCRIPT_NAME": "/mount", **environ}
    return TargetedRequest(made).path


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("/health", "/health"),
        ("/health?x", "/health"),
        ("/%68ealth", "/health"),
        ("http://host:80/health", "/health"),
        ("http://host", "/"),
        ("/health#x", "/health#x"),
        ("/\xc3\xa4", "/ä"),
        ("//health", "//health"),
        ("*", "*"),
    ],
)
def test_a_request_is_routed_by_its_target_as_it_was_sent(target, path):
    assert routed(RAW_URI=target) == path


def test_a_server_that_does_not_keep_the_target_has_a_path():
    assert routed(RAW_URI="", SCRIPT_NAME="/img", PATH_INFO="/a b") == "/img/a b"


def test_nobody_takes_a_query_apart():
    request = TargetedRequest(testing.create_environ("/x", query_string="a=b"))

    assert (request.query_string, request.params) == ("", {})


@pytest.mark.parametrize("target", ["//health", "/health/", "/health#x", "//"])
def test_only_the_exact_path_is_a_page(target):
    renderer = FakeRenderer()

    client(renderer).simulate_get("/x", extras={"RAW_URI": target})

    assert [each.target for each in renderer.requests] == [target]
