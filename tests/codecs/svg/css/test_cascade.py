import pytest

from imgsvc.codecs.svg.css.bounds import Work
from imgsvc.codecs.svg.css.cascade import cascade
from imgsvc.codecs.svg.xml_tree import Element, parse
from imgsvc.errors import BrokenSvgError

_DOUBLED = "".join(f"--a{i}:calc(var(--a{i - 1}) + var(--a{i - 1}));" for i in range(1, 30))
_MIXED = "".join(f"--a{i}:color-mix(in lab, var(--a{i - 1}), var(--a{i - 1}));" for i in range(1, 30))
_WEAK, _STRONG = "{fill:#222!important}", "{fill:#111!important}"


def computed(content: str) -> Element:
    root = parse(f"<svg>{content}</svg>".encode())
    cascade(root, Work(), is_placed=True)
    return root


def last(content: str) -> dict[str, str]:
    *_, element = computed(content).walk()
    return element.attributes


@pytest.mark.parametrize(
    ("content", "fill"),
    [
        ('<rect fill="red"/>', "#ff0000"),
        ('<rect fill="red" style="fill:#111"/>', "#111"),
        ('<style>rect{fill:#111}</style><rect fill="red"/>', "#111"),
        ('<style>rect{fill:#111}</style><rect style="fill:#222"/>', "#222"),
        ('<style>rect{fill:#111!important}</style><rect style="fill:#222"/>', "#111"),
        ('<style>rect{fill:#111!important}</style><rect style="fill:#222!important"/>', "#222"),
        ("<style>.a{fill:#111} rect{fill:#222}</style><rect class='a'/>", "#111"),
        ("<style>.a{fill:#111} .b{fill:#222}</style><rect class='b a'/>", "#222"),
        ('<rect style="fill:#dae8fc;fill:light-dark(#111, #222)"/>', "#111111"),
        ('<rect style="fill:#111;fill:nonsense(1)"/>', "#111"),
        ('<rect fill="var(--x, #c03030)"/>', "#c03030"),
        ('<g style="--c:#c03030"><rect style="fill:var(--c,green)"/></g>', "#c03030"),
        ('<style>:root{--c:#111}</style><g><rect style="fill:#222;fill:var(--c)"/></g>', "#111111"),
        ("<style>@import url(x.css);rect{fill:#111}</style><svg:rect/>", "#111"),
    ],
)
def test_the_strongest_valid_declaration_holds(content: str, fill: str) -> None:
    assert last(content)["fill"] == fill


@pytest.mark.parametrize(
    "content",
    [
        '<g fill="#111"><rect fill="notacolor"/></g>',
        '<rect style="fill:#111;fill:var(--missing)"/>',
        '<rect fill="red" style="fill:unset"/>',
    ],
)
def test_where_none_is_valid_there_is_no_attribute_so_that_it_is_inherited(content: str) -> None:
    assert "fill" not in last(content)


def test_style_sheets_and_style_attributes_are_gone() -> None:
    root = computed('<style>rect{fill:red}</style><rect style="stroke:red;x-y:3"/>')

    assert root.children == [Element("rect", {"fill": "#ff0000", "stroke": "#ff0000"})]


def test_geometry_is_that_of_elements_that_have_it() -> None:
    root = computed("<style>*{width:60px}</style><rect/><pattern width='3'/>")

    assert [each.attributes["width"] for each in root.elements()] == ["60", "3"]


def test_a_gradient_is_transformed_by_an_attribute_of_its_own() -> None:
    assert last('<linearGradient style="transform:rotate(90deg)"/>') == {"gradientTransform": "rotate(90)"}


def test_what_is_read_in_a_style_attribute_alone_stays_there() -> None:
    assert last('<g style="isolation:isolate;mix-blend-mode:multiply"/>') == {
        "style": "isolation:isolate;mix-blend-mode:multiply"
    }


@pytest.mark.parametrize(
    "content",
    [
        f"<style>{'a{}' * 6000}</style>",
        f"<style>x {'g ' * 30}rect{{fill:red}}</style>" + "<g>" * 100 + "<rect/>" + "</g>" * 100,
        f"<style>{'*{fill:red}' * 1000}</style>" + "<g/>" * 1000,
        "".join(f'<rect style="fill:hsl({i} 1% 2%)"/>' for i in range(20_000)),
        f"<style>{'&amp; &amp;{' * 30}fill:red{'}' * 30}</style>",
        f"<style>{':is(&amp;,&amp;){' * 30}fill:red{'}' * 30}</style>",
        f"<style>{','.join(f'.c{i}' for i in range(5000))}{{{'&amp; a{fill:red}' * 1000}}}</style>",
        f"<style>@layer {'.'.join('a' * 50_000)}{{a{{fill:red}}}}</style>",
        f"<style>a{{width:{'calc(' * 40}1px{')' * 40}}}</style>",
        f"<style>:root{{--a0:1px;{_DOUBLED}}} rect{{width:var(--a14)}}</style><rect/>",
        f"<style>:root{{--a0:red;{_MIXED}}} rect{{fill:var(--a14)}}</style><rect/>",
        "".join(f'<rect width="calc({i}px)"/>' for i in range(20_000)),
    ],
    ids=[
        *("rules", "selectors", "everything", "declarations", "nested", "nested-is", "nested-wide", "layers"),
        *("calculations", "variables", "mixtures", "attributes"),
    ],
)
def test_css_that_explodes_is_refused(content: str) -> None:
    with pytest.raises(BrokenSvgError):
        computed(content)


@pytest.mark.parametrize(
    ("content", "name", "value"),
    [
        ("<style>g{&amp; rect{fill:#111}}</style><g><rect/></g>", "fill", "#111"),
        (
            "<style>@layer a, b; @layer b{rect{fill:#111}} @layer a{rect.a{fill:#222}}</style><rect class='a'/>",
            "fill",
            "#111",
        ),
        (f"<style>@layer a,b;@layer b{{*{_WEAK}}} @layer a{{*{_STRONG}}}</style><g/>", "fill", "#111"),
        ("<style>@layer a{.a{fill:#222}} rect{fill:#111}</style><rect class='a'/>", "fill", "#111"),
        ('<rect opacity="var(--o, .4)"/>', "opacity", "0.4"),
        ('<rect width="calc(50% + 10px)"/>', "width", "160px"),
        ('<rect x1="2rem"/>', "x1", "32px"),
        ('<g style="font-size:20px"><rect style="stroke-width:calc(1em / 2)"/></g>', "stroke-width", "10"),
        ('<g color="#111" style="font-size:1px"><rect flood-color="currentColor"/></g>', "flood-color", "#111111"),
        ('<svg viewBox="0 0 40 30"><rect style="width:calc(50% + 1px)"/></svg>', "width", "21"),
        ('<rect style="-webkit-transform:rotate(9deg)"/>', "transform", "rotate(9)"),
        ('<rect style="translate:10px 50%;rotate:9deg"/>', ":translate", "translate(10 75)"),
        ('<rect style="--a:red;fill:var(--a)"/>', "fill", "#ff0000"),
        ('<g style="--a:red"><rect style="--a:initial;fill:var(--a,#111)"/></g>', "fill", "#111111"),
        ('<g style="--a:#123456"><rect style="--a:inherit;fill:var(--a,#111)"/></g>', "fill", "#123456"),
        ('<rect style="all:initial"/>', "fill", "#000"),
    ],
)
def test_what_is_newer_in_css_holds_as_well(content: str, name: str, value: str) -> None:
    assert last(content)[name] == value


def test_of_a_calculation_that_is_none_an_earlier_declaration_holds() -> None:
    assert last('<rect style="stroke-width:3;stroke-width:calc(1px + red)"/>')["stroke-width"] == "3"
