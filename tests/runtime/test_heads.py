import pytest

from imgsvc.runtime.heads import client_ip, request_id


@pytest.mark.parametrize(
    ("headers", "told"),
    [
        pytest.param({"x-request-id": "aB_9-"}, "aB_9-", id="the client's"),
        pytest.param({"x-amzn-request-context": '{"requestId": "amz-1"}'}, "amz-1", id="the gateway's"),
        pytest.param(
            {"x-request-id": "no!", "x-amzn-request-context": '{"requestId": "amz"}'}, "amz", id="the next best"
        ),
    ],
)
def test_a_request_keeps_the_id_that_it_came_with(headers, told):
    assert request_id(headers) == told


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-request-id": "a b"},
        {"x-request-id": "a\n"},
        {"x-request-id": ""},
        {"x-request-id": "a" * 65},
        {"x-amzn-request-context": '{"requestId": "' + "a" * 65 + '"}'},
        {"x-amzn-request-context": '{"requestId": ' + "1" * 5000 + "}"},
        {"x-amzn-request-context": '{"requestId": "\\ud800"}'},
        {"x-amzn-request-context": "{"},
        {"x-amzn-request-context": "[]"},
        {"x-amzn-request-context": '{"requestId": 7}'},
        {"x-amzn-request-context": "[" * 100_000},
    ],
    ids=lambda headers: str(headers)[:60],
)  # fmt: skip
def test_a_request_without_a_good_id_gets_a_new_one(headers):
    first, second = request_id(headers), request_id(headers)

    assert len(first) == 21
    assert first != second


@pytest.mark.parametrize("told", ["a b", "1" * 65, "", " ", "<script>", '"', "\xff"], ids=ascii)
@pytest.mark.parametrize("name", ["x-forwarded-for", "cf-connecting-ip", "x-real-ip"])
def test_what_is_no_address_is_not_logged_as_one(name, told):
    assert client_ip({name: told}, "127.0.0.1") == "127.0.0.1"
