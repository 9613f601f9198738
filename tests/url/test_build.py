import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from imgsvc.options.color import Color
from imgsvc.options.formats import Format
from imgsvc.options.geometry import Gravity, GravityType, ResizingType
from imgsvc.options.processing import Crop, Extend, Padding, ProcessingOptions, Trim
from imgsvc.url.build import build
from imgsvc.url.parse import Parsed
from imgsvc.url.path import split_path
from tests.strategies import options, source_urls
from tests.url.cases import parser

SOURCE = "http://x/a.jpg"


def understood(path: str, separator: str = ":") -> Parsed:
    reader = parser(arguments_separator=separator, allow_security_options=True)
    return reader.parse(split_path(f"/_{path}").rest)


@given(options(), source_urls(), st.sampled_from([":", ",", ";", "|", "~~"]), st.booleans())
def test_parse_undoes_build(wanted: ProcessingOptions, source: str, separator: str, base64: bool) -> None:
    assume(separator not in wanted.cachebuster and not 0 < wanted.expires < 1_700_000_000)

    path = build(wanted, source, separator=separator, base64=base64)

    assert understood(path, separator) == Parsed(wanted, source)


@given(options(), source_urls())
def test_build_gives_one_text_for_one_meaning(wanted: ProcessingOptions, source: str) -> None:
    assume(not 0 < wanted.expires < 1_700_000_000)
    path = build(wanted, source)

    again = understood(path)

    assert build(again.options, again.source_url) == path


@given(st.integers(0, 2**52))
def test_megapixels_give_the_same_pixels_back(pixels: int) -> None:
    path = build(ProcessingOptions(max_src_resolution=pixels), SOURCE)

    assert understood(path).options.max_src_resolution == pixels


@pytest.mark.parametrize(
    ("wanted", "written"),
    [
        pytest.param(ProcessingOptions(), "", id="nothing"),
        pytest.param(ProcessingOptions(width=300), "/rs:fit:300", id="a width"),
        pytest.param(ProcessingOptions(height=200), "/rs:fit:0:200", id="a height"),
        pytest.param(
            ProcessingOptions(resizing_type=ResizingType.FILL, width=3, height=2, enlarge=True), "/rs:fill:3:2/el:1",
            id="several options",
        ),
        pytest.param(ProcessingOptions(padding=Padding(1, 2, 1, 2)), "/pd:1:2", id="sides that follow from others"),
        pytest.param(ProcessingOptions(padding=Padding(0, 0, 0, 2)), "/pd:0:0:0:2", id="a side that does not"),
        pytest.param(ProcessingOptions(trim=Trim(equal_hor=True)), "/t:::1", id="trim that is off with equal cuts"),
        pytest.param(ProcessingOptions(background=Color(255, 0, 0)), "/bg:ff0000", id="a color"),
        pytest.param(ProcessingOptions(filename="a cat"), "/fn:YSBjYXQ:1", id="a filename that needs base64"),
        pytest.param(ProcessingOptions(strip_metadata=True), "/sm:1", id="true, said"),
        pytest.param(ProcessingOptions(format=Format.JPEG), "/f:jpeg", id="a format"),
        pytest.param(
            ProcessingOptions(gravity=Gravity(GravityType.FOCUS_POINT, 5, 0)), "/g:ce:5:0/g:fp::",
            id="a focus point with another type's offsets",
        ),
        pytest.param(
            ProcessingOptions(extend=Extend(False, Gravity(GravityType.NORTH))), "/ex:0:no", id="extend that is off"
        ),
        pytest.param(ProcessingOptions(crop=Crop(0.5, 0, Gravity())), "/c:0.5:0:ce", id="a crop with its own gravity"),
    ],
)  # fmt: skip
def test_only_what_differs_from_the_defaults_is_written(wanted: ProcessingOptions, written: str) -> None:
    assert build(wanted, SOURCE) == f"{written}/plain/http://x/a.jpg"


@pytest.mark.parametrize(
    ("source", "written"),
    [
        pytest.param("local:///a b.jpg", "local:///a%20b.jpg", id="a space"),
        pytest.param("http://x/a@2x.jpg?v=1#top", "http://x/a%402x.jpg%3Fv=1%23top", id="an at sign and a query"),
        pytest.param("http://x/%20", "http://x/%2520", id="a percent sign"),
        pytest.param("http://x/a:/b", "http://x/a%3A/b", id="a colon that looks like a scheme's"),
    ],
)
def test_a_plain_source_is_escaped_where_it_must_be(source: str, written: str) -> None:
    assert build(ProcessingOptions(), source) == f"/plain/{written}"


def test_a_source_may_be_base64() -> None:
    assert build(ProcessingOptions(width=1), SOURCE, base64=True) == "/rs:fit:1/aHR0cDovL3gvYS5qcGc"


@pytest.mark.parametrize(
    "wanted",
    [
        pytest.param(ProcessingOptions(width=-1), id="a negative width"),
        pytest.param(ProcessingOptions(width=10**5000), id="a width of 5001 digits"),
        pytest.param(ProcessingOptions(blur=float("nan")), id="NaN"),
        pytest.param(ProcessingOptions(rotate=45), id="an angle between"),
        pytest.param(ProcessingOptions(rotate=450), id="an angle of more than a turn"),
        pytest.param(ProcessingOptions(cachebuster="a/b"), id="a cachebuster with a slash"),
        pytest.param(ProcessingOptions(cachebuster="a:b"), id="a cachebuster with a separator"),
        pytest.param(ProcessingOptions(gravity=Gravity(GravityType.SMART, 1, 1)), id="smart gravity with offsets"),
        pytest.param(ProcessingOptions(max_src_resolution=10**400), id="pixels beyond 64 bits"),
        pytest.param(ProcessingOptions(background=Color(256, 0, 0)), id="a channel above 255"),
    ],
)
def test_what_no_url_can_say_is_refused(wanted: ProcessingOptions) -> None:
    with pytest.raises(ValueError):
        build(wanted, SOURCE)


@pytest.mark.parametrize("base64", [False, True])
def test_a_source_is_needed(base64: bool) -> None:
    with pytest.raises(ValueError, match="no URL can say this"):
        build(ProcessingOptions(), "", base64=base64)
