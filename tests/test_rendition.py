"""Values of the journey."""

from dataclasses import FrozenInstanceError

import pytest

from imgsvc.options.processing import ProcessingOptions
from imgsvc.rendition import Job, RenderRequest
from imgsvc.source_url import SourceUrl


def test_a_request_says_nothing_that_the_client_did_not() -> None:
    request = RenderRequest("/_/plain/local:///a.png")

    assert (dict(request.source_headers), request.accepted) == ({}, frozenset())


def test_nothing_is_set_on_the_way() -> None:
    job = Job(RenderRequest("/"), ProcessingOptions(), SourceUrl.parse("local:///a.png"))

    with pytest.raises(FrozenInstanceError):
        job.source = SourceUrl.parse("local:///b.png")  # type: ignore[misc]
