import pytest

from imgsvc.drill.client import Answer
from imgsvc.drill.diagnosis import diagnosis


def told(status: int, said: str = "", request_id: str = "") -> str:
    return diagnosis(Answer(status, 0.0, 0.0, said=said, request_id=request_id))


def test_no_answer_is_told_as_such():
    assert told(0) == "not answered"


def test_what_only_one_error_says_is_that_error():
    assert "SourceTooLarge" not in told(503, "Timeout")
    assert told(503, "Timeout").startswith("answered with 503, 'Timeout': RequestTimeoutError (")


@pytest.mark.parametrize("cause", ["ALLOWED_SOURCES", "ALLOW_*_SOURCE_ADDRESSES", "request id abc"])
def test_what_two_errors_say_names_both_and_where_to_look(cause):
    assert cause in told(404, "Invalid source URL", "abc")


def test_what_many_errors_say_names_them():
    assert "UnknownPresetError" in told(404, "Invalid URL")


def test_a_source_s_own_status_is_one_that_any_answer_may_have():
    assert "SourceStatusError" in told(410, "Source is unreachable")


@pytest.mark.parametrize("said", ["", "<html>nginx</html>", "RuntimeError: x\n\nstack"])
def test_what_the_catalogue_does_not_know_is_quoted(said):
    quoted = f", {said.splitlines()[0]!r}" if said else ""

    assert told(404, said) == f"answered with 404{quoted}"
