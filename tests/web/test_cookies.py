import pytest

from imgsvc.source_url import SourceUrl
from imgsvc.web.cookies import cookies_for
from imgsvc.web.settings import WebSettings
from tests.web.cases import cases


@pytest.mark.parametrize("case", cases("cookies"))
def test_cookies_reach_the_source_as_specified(case):
    assert (
        cookies_for(SourceUrl.parse("https://x/a.png"), case["client"], WebSettings(**case["settings"]))
        == case["answer"]
    )


def test_a_source_that_is_not_on_the_web_gets_no_cookies():
    settings = WebSettings(cookie_passthrough=True, cookie_passthrough_all=True)

    assert cookies_for(SourceUrl.parse("local:///a.png"), {"cookie": "a=b"}, settings) == {}
