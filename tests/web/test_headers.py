import pytest

from imgsvc.codecs.settings import FormatSettings
from imgsvc.options.formats import Format
from imgsvc.options.info import InfoOptions
from imgsvc.options.processing import ProcessingOptions
from imgsvc.rendition import InfoRendition, Job, NotModified, RawRendition, RenderRequest
from imgsvc.source_url import SourceUrl
from imgsvc.web.headers import HeaderRules, sendable
from imgsvc.web.settings import CacheSettings, WebSettings
from tests.web.fakes import SOURCE_URL, FakeStream, rendition

NOW = 1_600_000_000.0
PLAIN = FormatSettings()
JOB = Job(RenderRequest("/"), ProcessingOptions(), SourceUrl.parse(SOURCE_URL))


def rules(*, formats=PLAIN, **web):
    return HeaderRules(WebSettings(**web), CacheSettings(), formats)


def test_a_rendition_has_type_name_validator_and_lifetime():
    assert rules().of_rendition(rendition(JOB), status=200, now=NOW) == {
        "Content-Type": "image/png",
        "Content-Disposition": 'inline; filename="cat.png"',
        "ETag": '"source"',
        "Cache-Control": "max-age=31536000, public",
    }


@pytest.mark.parametrize(("status", "told"), [(200, True), (203, False), (404, False)])
def test_sizes_are_told_of_a_good_answer_alone(status, told):
    found = rules(enable_debug_headers=True).of_rendition(rendition(JOB), status=status, now=NOW)

    assert ("X-Result-Width" in found) is told


def test_a_304_says_by_what_it_varies():
    found = rules(formats=FormatSettings(auto_webp=True)).of_unmodified(NotModified(JOB, {}), now=NOW)

    assert found == {"Vary": "Accept", "Cache-Control": "max-age=31536000, public"}


def test_a_raw_answer_does_not_vary():
    found = rules(formats=FormatSettings(auto_webp=True)).of_raw(RawRendition(JOB, FakeStream()), {}, now=NOW)

    assert "Vary" not in found


def test_a_raw_answer_keeps_the_headers_that_are_passed_on():
    found = rules().of_raw(RawRendition(JOB, FakeStream()), {"etag": '"a"'}, now=NOW)

    assert found["etag"] == '"a"'


@pytest.mark.parametrize("value", ["", "a\r\nb", "a\nb", "a\0", "\x85", "Ω", "a\x7f"])
def test_what_could_end_a_header_is_not_sent(value):
    assert sendable({"ETag": value, "Vary": "Accept"}) == {"Vary": "Accept"}


def test_what_is_told_of_a_source_is_json_and_the_same_for_every_client():
    job = Job(RenderRequest("/"), InfoOptions(), SourceUrl.parse(SOURCE_URL), "variant12345")
    made = InfoRendition(b"{}", job, {"etag": '"source"'}, Format.PNG)
    headers = rules(formats=FormatSettings(auto_webp=True)).of_info(made, now=0)

    assert headers["Content-Type"] == "application/json"
    assert headers["ETag"].startswith('"variant12345/')
    assert headers.keys() == {"Content-Type", "ETag", "Cache-Control"}
