import pytest

from imgsvc.runtime.heads import request_id


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
        {"x-amzn-request-context": "{"},
        {"x-amzn-request-context": "[]"},
        {"x-amzn-request-context": '{"requestId": 7}'},
        {"x-amzn-request-context": "[" * 100_000},
    ],
    ids=str,
)  # fmt: skip
def test_a_request_without_a_good_id_gets_a_new_one(headers):
    first, second = request_id(headers), request_id(headers)

    assert len(first) == 21
    assert first != second
