import inspect

import pytest

from imgsvc import errors
from imgsvc.errors import RenderingError, SignatureError, SourceStatusError, UnknownOptionError
from imgsvc.source_url import SourceUrl
from tests.web.fakes import FakeRenderer, client, failing

PATH = "/_/w:1/plain/x"
CATALOGUE = [
    each
    for _, each in inspect.getmembers(errors, inspect.isclass)
    if issubclass(each, RenderingError) and each is not SourceStatusError
]


def get(error, path=PATH, **more):
    development = more.pop("development", False)
    return client(FakeRenderer(failing(error)), web={"development_errors_mode": development}).simulate_get(path, **more)


@pytest.mark.parametrize("kind", CATALOGUE, ids=lambda kind: kind.__name__)
def test_every_error_is_answered_with_its_status_and_its_public_sentence(kind):
    answer = get(kind("secret detail"))

    assert (answer.status_code, answer.text) == (kind.status, kind.public)
    assert answer.headers["content-type"] == "text/plain"


def test_a_source_s_status_is_the_answer_s():
    assert get(SourceStatusError("gone", status=410)).status_code == 410


def test_a_foreign_exception_is_a_fault_of_ours_and_says_nothing():
    answer = get(ZeroDivisionError("secret detail"))

    assert (answer.status_code, answer.text) == (500, "Internal error")


def test_developers_are_told_the_cause_and_where():
    answer = get(UnknownOptionError("no option foo"), development=True)

    assert answer.text.startswith("no option foo\n\n")
    assert "fakes.py" in answer.text


def test_developers_with_a_browser_get_a_page():
    answer = get(UnknownOptionError("no <option>"), development=True, headers={"Accept": "text/html,*/*"})

    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "no &lt;option&gt;" in answer.text


def test_the_page_shows_what_caused_it():
    answer = get(ZeroDivisionError("by zero"), development=True, headers={"Accept": "text/html"})

    assert "<h2>ZeroDivisionError</h2>" in answer.text


def test_developers_get_the_status_all_the_same():
    assert get(SignatureError("wrong"), development=True).status_code == 403


def test_a_foreign_exception_says_nothing_of_a_secret_source(caplog):
    source = SourceUrl.parse("http://hush.example/hush.png").hidden("enc/AAEC...")
    renderer = FakeRenderer(failing(KeyError(source.text)), source=source)

    answer = client(renderer, web={"development_errors_mode": True}).simulate_get(PATH)

    assert answer.text.startswith("enc/AAEC...: KeyError\n\n")
    assert "hush" not in f"{answer.text} {answer.headers} {caplog.text}"
