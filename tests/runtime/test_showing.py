import pytest

from imgsvc.runtime.showing import shown


@pytest.mark.parametrize(
    ("target", "told"),
    [
        pytest.param("/s/w:1/plain/http://x/a.png", "/***/w:1/plain/http://x/a.png", id="plain"),
        pytest.param("/s/plain/http://x/a.png", "/***/plain/http://x/a.png", id="plain without options"),
        pytest.param("/s/w:1/aHR0cDovL3g/9hLnBuZw.png", "/***/w:1/***", id="base64"),
        pytest.param("/s/aHR0cDovL3gvYS5wbmc", "/***/***", id="base64 without options"),
        pytest.param("/s/w%3A1/aHR0", "/***/w%3A1/***", id="encoded options"),
        pytest.param("/s/w:1/plain/http://x/a.png?token=1", "/***/w:1/plain/http://x/a.png?***", id="a query"),
        pytest.param("/img/s/w:1/plain/http://x/a", "/***/s/w:1/plain/http://x/a", id="no prefix is known"),
        pytest.param("/x", "/x", id="next to nothing"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_neither_a_signature_nor_a_coded_source_url_is_shown(target, told):
    assert shown(target) == told


@pytest.mark.parametrize(
    ("target", "told"),
    [
        ("/img/s/w:1/plain/http://x/a", "/img/***/w:1/plain/http://x/a"),
        ("/imgs/w:1/aHR0", "/***"),
        ("/img", "/img"),
        ("/img/x", "/img/x"),
        ("/img/info/s/exif:0/plain/http://x/a", "/img/info/***/exif:0/plain/http://x/a"),
        ("/img/info/s/aHR0", "/img/info/***/***"),
        ("/img/info/aHR0", "/img/info/***"),
        ("*", "/***"),
    ],
)
def test_a_signature_stands_behind_the_prefix(target, told):
    assert shown(target, "/img") == told
