import pytest

from imgsvc.codecs.svg.css.bounds import Work
from imgsvc.codecs.svg.preparing.shaped import is_shaped, shape
from imgsvc.codecs.svg.xml_tree import Element, parse
from imgsvc.errors import BrokenSvgError


def shaped(content: str, root: str = "svg") -> Element:
    tree = parse(f"<{root} width='50' height='40' viewBox='0 0 9 8'>{content}</{root}>".encode())
    shape(tree, list(tree.walk()), Work())
    return tree


def first(content: str) -> dict[str, str]:
    return next(shaped(content).elements()).attributes


def moving(**moves: str) -> dict[str, str]:
    element = Element("rect", {f":{name}": value for name, value in moves.items()} | {"transform": "skewX(1)"})
    shape(Element("svg", {}, [element]), [element], Work())
    return element.attributes


def test_properties_that_move_come_before_the_transform() -> None:
    assert moving(scale="scale(2)", translate="translate(1)") == {"transform": "translate(1) scale(2) skewX(1)"}


@pytest.mark.parametrize(
    ("attributes", "origin"),
    [
        ("transform-box='fill-box' transform-origin='center'", "14 15"),
        ("transform-box='fill-box' transform-origin='50% 2px'", "14 12"),
        ("transform-box='fill-box' transform-origin='bottom'", "14 20"),
        ("transform-box='fill-box' transform-origin='top right'", "18 10"),
        ("transform-box='fill-box'", "10 10"),
        ("transform-box='stroke-box' stroke='red' transform-origin='0 0'", "9.5 9.5"),
        ("transform-box='view-box' transform-origin='center'", "center"),
    ],
)
def test_an_origin_is_a_point_of_its_box(attributes: str, origin: str) -> None:
    found = first(f"<rect x='10' y='10' width='8' height='10' transform='rotate(9)' {attributes}/>")

    assert found["transform-origin"] == origin
    assert "transform-box" not in found


def test_a_shape_that_clips_is_a_path_of_the_documents_own() -> None:
    root = shaped("<rect width='8' height='6' clip-path='inset(1px)'/>")
    rect, defs = root.elements()

    assert rect.attributes["clip-path"] == "url(#imgsvc-0)"
    assert [each.name for each in defs.walk()] == ["defs", "clipPath", "path"]
    assert next(next(defs.elements()).elements()).attributes["d"] == "M1,1L7,1L7,5L1,5L1,1Z"


def test_the_same_shape_is_made_once() -> None:
    *_, defs = shaped("<rect clip-path='circle(1px)'/>" * 3).elements()

    assert len(list(defs.elements())) == 1


@pytest.mark.parametrize("clip", ["nonsense(1px)", "circle(red)"])
def test_a_shape_that_is_none_clips_nothing(clip: str) -> None:
    assert "clip-path" not in first(f"<rect width='8' height='6' clip-path='{clip}'/>")


def test_the_box_of_the_view_is_the_roots() -> None:
    _, defs = shaped("<rect width='1' height='1' clip-path='view-box'/>").elements()

    assert next(next(defs.elements()).elements()).attributes["d"] == "M0,0L9,0L9,8L0,8L0,0Z"


def test_a_path_begins_at_the_corner_of_its_box() -> None:
    _, defs = shaped('<rect x="3" y="4" width="1" height="1" clip-path="path(\'M0 0h1v1\')"/>').elements()

    assert next(next(defs.elements()).elements()).attributes["transform"] == "translate(3 4)"


def test_a_shadow_is_made_of_steps_that_keep_its_color() -> None:
    root = shaped("<rect filter='blur(1px) drop-shadow(1px 2px 3px red) drop-shadow(x)'/>", "s:svg")
    rect, defs = root.elements()

    assert rect.attributes["filter"] == "blur(1px) url(#imgsvc-0)"
    assert "flood-color" in next(each for each in defs.walk() if each.name == "s:feFlood").attributes


@pytest.mark.parametrize(
    "attributes", ["clip-path='circle(9px)'", "transform='scale(2)' transform-box='fill-box'"], ids=["clips", "boxes"]
)
def test_boxes_are_asked_for_up_to_a_bound(attributes: str) -> None:
    content = f"<rect {attributes}/>" * 30_000

    with pytest.raises(BrokenSvgError):
        shaped(content)


def test_whether_there_is_something_to_do_is_told_by_the_names() -> None:
    assert [is_shaped({name}) for name in ("fill", "clip-path", ":scale")] == [False, True, True]
