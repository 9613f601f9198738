import pytest

from imgsvc.codecs.svg.preparing.cost import MAX_SHAPES, check_cost, cost_of
from imgsvc.codecs.svg.xml_tree import Element, parse
from imgsvc.errors import BrokenSvgError
from imgsvc.options.geometry import Size

SMALL = Size(100, 100)


def drawing(content: str) -> Element:
    return parse(f'<svg xmlns="http://www.w3.org/2000/svg">{content}</svg>'.encode())


def check(root: Element, size: Size) -> None:
    check_cost(cost_of(root, list(root.walk())), size)


def nested(link: str, levels: int = 10) -> str:
    """Groups of which each shows the one before ten times."""
    inner = '<g id="g0"><rect width="1" height="1"/></g>'
    groups = (f'<g id="g{i}">{link.format(i - 1) * 10}</g>' for i in range(1, levels))
    return f"<defs>{inner}{''.join(groups)}</defs>{link.format(levels - 1)}"


def test_an_ordinary_drawing_is_drawn() -> None:
    check(drawing('<rect/><g opacity="0.5"><circle/></g>' * 100), Size(1000, 1000))


@pytest.mark.parametrize(
    "link",
    [
        pytest.param('<use href="#g{}"/>', id="use"),
        pytest.param('<rect fill="url(#g{})"/>', id="fill"),
        pytest.param("<rect style=\"mask: url( '#g{}' )\"/>", id="style"),
    ],
)
def test_references_that_multiply_are_counted(link: str) -> None:
    with pytest.raises(BrokenSvgError, match="shapes"):
        check(drawing(nested(link)), SMALL)


def test_a_drawing_that_shows_itself_ends() -> None:
    check(drawing('<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>'), SMALL)


def test_what_nobody_refers_to_is_not_drawn() -> None:
    check(drawing(f"<defs>{'<rect/>' * (MAX_SHAPES + 1)}</defs>"), SMALL)


@pytest.mark.parametrize(
    "primitive",
    [
        pytest.param('<feTurbulence numOctaves="1000000"/>', id="octaves"),
        pytest.param('<feMorphology radius="5000"/>', id="radius"),
        pytest.param('<feConvolveMatrix order="500,500"/>', id="order"),
        pytest.param('<feGaussianBlur stdDeviation="9"/>' * 10_000, id="many"),
    ],
)
def test_filters_that_take_long_are_refused(primitive: str) -> None:
    content = f'<filter id="f">{primitive}</filter><rect filter="url(#f)"/>'

    with pytest.raises(BrokenSvgError, match="passes"):
        check(drawing(content), Size(1000, 1000))


def test_the_same_filter_may_be_too_much_for_more_pixels() -> None:
    content = '<filter id="f"><feGaussianBlur stdDeviation="9"/></filter><rect filter="url(#f)"/>'

    check(drawing(content), Size(1000, 1000))
    with pytest.raises(BrokenSvgError):
        check(drawing(content), Size(20_000, 20_000))


def test_a_drawing_in_a_drawing_counts_with_what_is_in_it() -> None:
    root = drawing("<image/><rect/>")
    image = next(root.elements())

    assert cost_of(root, list(root.walk()), {id(image): (50, 3.0)}) == (52, 3.0)
