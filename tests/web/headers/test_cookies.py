import pytest

from imgsvc.source_url import SourceUrl
from imgsvc.web.headers.cookies import cookies_for
from imgsvc.web.settings import WebSettings
from tests.web.cases import cases


@pytest.mark.parametrize("case", cases("cookies"))
def test_cookies_reach_the_source_as_specified(case):
    assert (
        cookies_for(SourceUrl.parse("https://x/a.png"), case["client"], WebSettings(**case["settings"]))
        == case["answer"]
    )


@pytest.mark.parametrize(
    "host", ["evil.test\\@site.test", "site.test\t", "a@b@site.test", "site.test, x", "[site.test", ""]
)
def test_a_site_whose_host_can_be_read_in_two_ways_has_no_sources(host):
    source = SourceUrl.parse("http://site.test/a.png")

    assert cookies_for(source, {"cookie": "a=b", "host": host}, WebSettings(cookie_passthrough=True)) == {}


def test_capitals_make_no_other_site():
    source = SourceUrl.parse("http://SITE.test/a.png")

    found = cookies_for(source, {"cookie": "a=b", "host": "Site.TEST:8080"}, WebSettings(cookie_passthrough=True))

    assert found == {"cookie": "a=b"}


def test_a_source_that_is_not_on_the_web_gets_no_cookies():
    settings = WebSettings(cookie_passthrough=True, cookie_passthrough_all=True)

    assert cookies_for(SourceUrl.parse("local:///a.png"), {"cookie": "a=b"}, settings) == {}
