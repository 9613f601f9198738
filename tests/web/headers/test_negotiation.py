import pytest

from imgsvc.codecs.settings import FormatSettings
from imgsvc.options.formats import Format
from imgsvc.web.headers.negotiation import accepted_formats, raw_vary, vary


@pytest.mark.parametrize(
    ("accept", "formats"),
    [
        pytest.param("", set(), id="nothing sent"),
        pytest.param("image/webp", {Format.WEBP}, id="one name"),
        pytest.param("image/avif,image/webp,*/*;q=0.8", {Format.AVIF, Format.WEBP}, id="a browser's"),
        pytest.param("image/jxl", {Format.JXL}, id="JPEG XL"),
        pytest.param("*/*", set(), id="a wildcard names nothing"),
        pytest.param("image/png", set(), id="what everybody shows is not negotiated"),
        pytest.param("image/webp;q=0", {Format.WEBP}, id="weights are not read, as in imgproxy"),
        pytest.param("IMAGE/WebP", {Format.WEBP}, id="upper and lower case are the same"),
    ],
)
def test_formats_are_accepted_by_name(accept, formats):
    assert accepted_formats(accept) == formats


@pytest.mark.parametrize("name", ["auto_webp", "auto_avif", "auto_jxl", "enforce_webp", "enforce_avif", "enforce_jxl"])
def test_answers_vary_by_accept_where_formats_are_negotiated(name):
    assert vary(FormatSettings(**{name: True}), {}) == "Accept"


def test_answers_do_not_vary_otherwise():
    assert vary(FormatSettings(), {}) == ""


def test_answers_vary_by_the_cookies_that_the_source_saw():
    assert vary(FormatSettings(auto_webp=True), {"cookie": "a=b"}) == "Accept, Cookie"


GZIP = {"accept-encoding": "gzip"}


@pytest.mark.parametrize(
    ("asked_with", "answered", "told"),
    [
        ({}, {"content-encoding": "gzip"}, ""),
        ({"range": "bytes=0-1", "if-none-match": '"a"'}, {}, ""),
        (GZIP, {"content-encoding": "gzip"}, "Accept-Encoding"),
        (GZIP, {"vary": "Origin, accept-encoding"}, "Accept-Encoding"),
        (GZIP, {"vary": "*"}, "Accept-Encoding"),
        ({"cookie": "a=b"} | GZIP, {"content-encoding": "br"}, "Accept-Encoding, Cookie"),
        ({"cookie": "a=b"} | GZIP, {}, "Cookie"),
    ],
)
def test_raw_answers_vary_by_what_the_source_chose_them_by(asked_with, answered, told):
    assert raw_vary(asked_with, answered) == told


@pytest.mark.parametrize("answered", [{}, {"content-encoding": "identity"}, {"vary": "Origin"}])
def test_what_is_not_compressed_is_for_those_too_who_take_it_compressed(answered):
    assert raw_vary(GZIP, answered) == ""
