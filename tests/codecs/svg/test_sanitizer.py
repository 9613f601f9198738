import pytest

from imgsvc.codecs.svg.events import EVENTS
from imgsvc.codecs.svg.sanitizer import sanitize
from imgsvc.errors import BrokenSvgError
from tests.images import (
    svg,
)

XLINK = 'xmlns:xlink="http://www.w3.org/1999/xlink"'


def sanitized(content: str) -> str:
    return sanitize(svg(content=content, attributes=XLINK)).decode().partition(">")[2].removesuffix("</svg>")


@pytest.mark.parametrize("name", ["script", "iframe", "form", "svg:script"])
def test_elements_that_run_something_are_removed_with_all_they_hold(name: str) -> None:
    text = f'<svg xmlns:svg="x"><a/><{name}><b>c</b></{name}></svg>'.encode()

    assert sanitize(text) == b'<svg xmlns:svg="x"><a/></svg>'


@pytest.mark.parametrize("name", sorted(EVENTS)[::10])
def test_event_attributes_are_removed(name: str) -> None:
    assert sanitized(f'<rect {name}="alert()" width="1"/>') == '<rect width="1"/>'


def test_an_attribute_that_only_looks_like_an_event_stays() -> None:
    assert sanitized('<rect one="1" ONCLICK="2"/>') == '<rect one="1" ONCLICK="2"/>'


@pytest.mark.parametrize(
    ("name", "reference"),
    [
        pytest.param("use", "#a", id="use of the document itself"),
        pytest.param("use", "", id="use of nothing"),
        pytest.param("image", "data:image/png;base64,x", id="embedded image"),
        pytest.param("image", "HTTPS://x/a.png", id="image elsewhere"),
        pytest.param("a", "http://x/", id="link"),
        pytest.param("a", "//x/", id="link without a scheme"),
        pytest.param("a", "b/c", id="relative link"),
    ],
)
@pytest.mark.parametrize("attribute", ["href", "xlink:href"])
def test_harmless_references_stay(name: str, reference: str, attribute: str) -> None:
    assert sanitized(f'<{name} {attribute}="{reference}"/>') == f'<{name} {attribute}="{reference}"/>'


@pytest.mark.parametrize(
    ("name", "reference"),
    [
        pytest.param("use", "http://x/a.svg#b", id="use of another document"),
        pytest.param("use", "data:image/svg+xml,x", id="use of data"),
        pytest.param("a", "javascript:alert()", id="script"),
        pytest.param("a", " JavaScript:alert()", id="script in capitals"),
        pytest.param("a", "java&#9;script:alert()", id="script with a tab"),
        pytest.param("a", "java&amp;#115;cript:alert()", id="script escaped twice"),
        pytest.param("a", "&#1;javascript:alert()".replace("&#1;", "&#32;"), id="script after a blank"),
        pytest.param("a", "data:text/html,x", id="page in a link"),
        pytest.param("image", "file:///etc/passwd", id="file"),
    ],
)
def test_other_references_are_removed(name: str, reference: str) -> None:
    assert sanitized(f'<{name} xlink:href="{reference}"/>') == f"<{name}/>"


@pytest.mark.parametrize("text", [b"", b"<svg", b"<svg></g></svg>", b"\xff\xfe"])
def test_a_document_that_is_not_well_formed_is_broken(text: bytes) -> None:
    with pytest.raises(BrokenSvgError):
        sanitize(text)
