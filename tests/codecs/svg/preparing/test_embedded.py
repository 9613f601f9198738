import base64
from urllib.parse import quote

import pytest

from imgsvc.codecs.svg.preparing.embedded import data_url, embedded, is_plain
from imgsvc.options.formats import Format
from tests.images import encoded, quadrants, svg


def url(body: bytes, media_type: str = "image/png") -> str:
    return f"data:{media_type};base64,{base64.b64encode(body).decode()}"


@pytest.mark.parametrize("word", ["png", "jpeg", "gif", "webp"])
def test_a_small_embedded_image_may_be_drawn(word: str) -> None:
    body = encoded(quadrants(), word)

    assert embedded(url(body)) == (Format[word.upper()], body)


@pytest.mark.parametrize("media_type", ["", "img/png", "image/jpeg", "image/png;charset=utf-8", "text/plain"])
def test_its_media_type_may_be_wrong_or_missing(media_type: str) -> None:
    assert embedded(url(encoded(quadrants(), "png"), media_type))


def test_another_drawing_may_be_drawn_and_need_not_be_base64() -> None:
    body = svg()

    assert embedded(f"data:image/svg+xml,{quote(body)}") == (Format.SVG, body)


@pytest.mark.parametrize("change", [lambda text: text.rstrip("="), lambda text: text[:30] + "\n " + text[30:]])
def test_base64_may_be_as_loose_as_in_browsers(change: object) -> None:
    assert callable(change)
    assert embedded(change(url(encoded(quadrants(3, 5), "png"))))


@pytest.mark.parametrize(
    "reference",
    [
        pytest.param("http://x/a.png", id="elsewhere"),
        pytest.param("/etc/passwd", id="a file"),
        pytest.param(url(b"nonsense"), id="nonsense"),
        pytest.param("data:image/png;base64,x", id="not base64"),
        pytest.param("data:text/html;base64,eA==", id="no image"),
        pytest.param(url(encoded(quadrants(20_000, 2_000), "png")), id="too large"),
        pytest.param(url(encoded(quadrants(), "bmp")), id="another format"),
    ],
)
def test_no_other_image_is_drawn(reference: str) -> None:
    assert embedded(reference) is None


def test_a_url_is_plain_where_the_drawing_program_knows_its_media_type() -> None:
    assert is_plain(data_url(Format.JPEG, b"x"), Format.JPEG)
    assert not is_plain("data:image/jpg;base64,eA==", Format.JPEG)
