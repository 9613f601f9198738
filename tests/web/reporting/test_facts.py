from imgsvc.options.processing import ProcessingOptions
from imgsvc.rendition import Job, RenderRequest
from imgsvc.source_url import SourceUrl
from imgsvc.web.exchange import Exchange
from imgsvc.web.reporting.facts import facts_of


def exchange(source=None):
    job = Job(RenderRequest("/"), ProcessingOptions(width=1), SourceUrl.parse(source)) if source else None
    return Exchange("an-id", "/img/sig/w:1/aHR0", "GET", "", "http", {}, job=job)


def test_a_request_that_was_understood_is_told_with_its_source_and_options():
    found = facts_of(exchange("https://me:pw@x/a.png"), "/img")

    assert (found.target, found.origin, found.options) == ("/img/***/w:1/***", "https://x", {"resize": "fit:1"})


def test_one_that_was_not_is_told_by_its_target():
    assert facts_of(exchange(), "/img").source == ""
