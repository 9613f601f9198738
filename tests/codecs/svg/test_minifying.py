import pytest

from imgsvc.codecs.svg.decoder import open_drawing
from imgsvc.codecs.svg.minifying import minified
from imgsvc.errors import BrokenSvgError
from tests.images import svg

INKSCAPE = 'xmlns:ink="http://www.inkscape.org/namespaces/inkscape"'


def smaller(content: str, attributes: str = "") -> str:
    return minified(svg(content=content, attributes=attributes)).decode().partition(">")[2].removesuffix("</svg>")


@pytest.mark.parametrize(
    ("content", "left"),
    [
        ("<!-- x --><g/>", "<g/>"),
        ("<!----><g/>", "<g/>"),
        ("<?x y?><g/>", "<g/>"),
        ("<metadata><a/></metadata><g/>", "<g/>"),
        ("\n  <g>\n    <g/>\n  </g>\n", "<g><g/></g>"),
        ("<ink:layer><g/></ink:layer><g ink:label='x' id='a'/>", '<g id="a"/>'),
        ("<text> a <tspan> b </tspan> </text>", "<text> a <tspan> b </tspan> </text>"),
        ("<g xml:space='preserve'> <g/></g>", '<g xml:space="preserve"> <g/></g>'),
        ("<style> a  b </style>", "<style> a  b </style>"),
        ("<title> a </title>", "<title> a </title>"),
        ("<rect x='1.500' y='2.0' width='0.10'/>", '<rect x="1.5" y="2" width="0.1"/>'),
        ("<path d='M0.50-1.50L10.0,.0z'/>", '<path d="M0.5-1.5L10,0z"/>'),
        ("<path d='M1.123456789 2'/>", '<path d="M1.123457 2"/>'),
    ],
)
def test_what_shows_nowhere_is_left_out(content: str, left: str) -> None:
    assert smaller(content, INKSCAPE) == left


@pytest.mark.parametrize(
    "path",
    ["M1.5.50", "M1e-1.50", "M1.0e2 3", "a5.0 5 0 01.0 1", "M1.9999999 2", "M015.5"],
)
def test_numbers_that_could_be_read_in_another_way_stay_as_they_are(path: str) -> None:
    assert smaller(f"<path d='{path}'/>") == f'<path d="{path}"/>'


def test_a_prefix_that_is_somebody_elses_too_stays() -> None:
    content = "<ink:a xmlns:ink='http://www.w3.org/2000/svg'/>"

    assert "<ink:a" in smaller(content, INKSCAPE)


def test_the_namespaces_of_editors_go_and_others_stay() -> None:
    data = minified(svg(attributes=f'{INKSCAPE} xmlns:xlink="http://www.w3.org/1999/xlink"'))

    assert (b"inkscape" in data, b"xlink" in data) == (False, True)


def test_it_shows_what_it_showed() -> None:
    content = "<g> <path d='M1.50 1.50h30.000v10.250z' fill='red'/> <!-- x --> <circle cx='10.0' cy='.50' r='4.0'/></g>"
    data = svg(40, 20, content)

    assert open_drawing(minified(data)).draw().tobytes() == open_drawing(data).draw().tobytes()


def test_what_is_no_svg_is_an_error() -> None:
    with pytest.raises(BrokenSvgError):
        minified(b"<svg>")
