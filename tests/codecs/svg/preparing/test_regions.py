import pytest

from imgsvc.codecs.svg.preparing.regions import has_wide_filters
from imgsvc.codecs.svg.xml_tree import parse

FIGMAS = '<filter filterUnits="userSpaceOnUse" x="-2" y="3" width="20" height="12"><feFlood/><feBlend/></filter>'
BLUR = "<filter><feGaussianBlur/></filter>"


def is_wide(content: str, more: str = "") -> bool:
    root = parse(f"<svg viewBox='0 0 10 10' {more}>{content}</svg>".encode())
    elements = list(root.walk())
    return has_wide_filters(root, elements, set[str]().union(*[each.attributes for each in elements]))


@pytest.mark.parametrize("content", ["", BLUR, FIGMAS, BLUR + "<g transform='scale(9)'/>", "<filter/>"])
def test_usual_filters_are_not_wide(content: str) -> None:
    assert not is_wide(content)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(FIGMAS.replace("20", "99"), id="larger than four pictures"),
        pytest.param(FIGMAS.replace("20", "nan"), id="no number"),
        pytest.param(FIGMAS.replace("20", "-20"), id="below zero"),
        pytest.param(FIGMAS.replace("20", "20%"), id="a share"),
        pytest.param(FIGMAS.replace("userSpaceOnUse", "objectBoundingBox"), id="by a box that is not known"),
        pytest.param(FIGMAS.replace("Flood", "Unknown") + "<g transform='scale(9)'/>", id="scaled"),
        pytest.param(FIGMAS + "<mask maskContentUnits='objectBoundingBox'/>", id="scaled by a box"),
        pytest.param(FIGMAS + "<symbol/>", id="scaled where it is used"),
        pytest.param(FIGMAS + "<svg/>", id="scaled in a drawing"),
    ],
)
def test_what_may_be_wide_is_taken_for_wide(content: str) -> None:
    assert is_wide(content)


def test_a_drawing_that_is_cut_is_scaled_by_its_longer_side() -> None:
    assert is_wide(FIGMAS, "preserveAspectRatio='xMidYMid slice'")
