from dataclasses import fields, replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from imgsvc.errors import SourceUnreachableError, UrlError
from imgsvc.options.color import Color
from imgsvc.options.formats import BY_WORD, Format
from imgsvc.options.geometry import Gravity, GravityType, ResizingType
from imgsvc.options.processing import Crop, Extend, Padding, ProcessingOptions, Trim
from imgsvc.source_url import SourceUrl
from imgsvc.url.build import as_received, build, write, write_out
from imgsvc.url.parse import Parsed, Parser
from imgsvc.url.path import split_path
from imgsvc.url.table import OPTIONS, PRESET
from tests.strategies import FIELDS, options, source_urls
from tests.url.cases import parser

SOURCE = "http://x/a.jpg"


def understood(path: str, separator: str = ":") -> Parsed:
    reader = parser(arguments_separator=separator, allow_security_options=True, allow_bypass_cache=True)
    return reader.parse(split_path(f"/_{path}").rest)


@given(options(), source_urls(), st.sampled_from([":", ",", ";", "|", "~~"]), st.booleans())
def test_parse_undoes_build(wanted: ProcessingOptions, source: str, separator: str, base64: bool) -> None:
    assume(separator not in wanted.cachebuster and not 0 < wanted.expires < 1_700_000_000)

    path = build(wanted, source, separator=separator, base64=base64)

    assert understood(path, separator) == Parsed(wanted, SourceUrl.parse(source))


@given(options(), source_urls())
def test_build_gives_one_text_for_one_meaning(wanted: ProcessingOptions, source: str) -> None:
    assume(not 0 < wanted.expires < 1_700_000_000)
    path = build(wanted, source)

    again = understood(path)

    assert build(again.options, again.source.text) == path


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
        pytest.param(
            ProcessingOptions(width=9, quality=5, chained=(ProcessingOptions(blur=2), ProcessingOptions(width=3))),
            "/rs:fit:9/q:5/-/bl:2/-/rs:fit:3", id="a chain",
        ),
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


# --- As typed, under any settings ------------------------------------------------------------------

# NOTE: where `_` separates arguments, nobody can say `crop_objects`, whose name has one.
SAYABLE = [row for row in OPTIONS if row is not PRESET and "_" not in row.example]
WISHES = [row.example for row in SAYABLE if not row.names[0].startswith("max_")]
PRESETS = st.dictionaries(
    st.sampled_from(["default", "thumb", "sharp"]), st.lists(st.sampled_from(WISHES), min_size=1, max_size=3)
)


@st.composite
def parsers(draw: st.DrawFn) -> Parser:
    """A server's reading of URLs, under settings that change it."""
    separator = draw(st.sampled_from([":", ",", ";", "~~", "_"]))
    presets = {name: "/".join(wishes).replace(":", separator) for name, wishes in draw(PRESETS).items()}
    return parser(
        arguments_separator=separator,
        presets="|".join(f"{name}={wishes}" for name, wishes in presets.items()),
        presets_separator="|",
        only_presets=draw(st.booleans()),
        allow_bypass_cache=True,
        allowed_processing_options=draw(st.sampled_from([(), ("rs", "w"), ("preset", "pr", "q")])),
        base_url=draw(st.sampled_from(["", "http://base.example/"])),
        url_replacements=draw(st.sampled_from([(), (("old://*/", "http://${1}/"),)])),
        base64_url_includes_filename=draw(st.booleans()),
    )


def read(reader: Parser, path: str) -> Parsed:
    """What a server makes of a path that came over the wire."""
    return reader.parse(split_path(f"/prefix/_{as_received(path)}", "/prefix").rest)


wishes = st.lists(st.sampled_from([*WISHES, "pr:thumb", "pr:sharp:thumb", "thumb", "thumb:sharp"]), max_size=4)
typed_options = wishes.map("/".join) | st.text(max_size=12)
extensions = st.sampled_from(["", "webp", "jpg"])


@given(parsers(), typed_options, source_urls(), extensions, st.booleans())
def test_what_is_written_is_read_as_typed(
    reader: Parser, typed: str, source: str, extension: str, base64: bool
) -> None:
    typed = typed.replace(":", reader.settings.arguments_separator)
    try:
        path = write(typed, source, reader, extension=extension, base64=base64)
    except (UrlError, SourceUnreachableError):
        return

    found = read(reader, path)

    asked = read(reader, f"/{typed.strip('/')}/plain/x" if typed.strip("/") else "/plain/x").options
    wanted = asked if asked.raw or not extension else replace(asked, format=BY_WORD[extension])
    assert found == Parsed(wanted, reader.rewritten(source))
    assert path.startswith(f"/{typed.strip('/')}")


@given(parsers(), wishes.map("/".join), source_urls(), st.sampled_from([None, Format.WEBP]))
def test_what_is_written_out_names_no_preset_and_means_the_same(
    reader: Parser, typed: str, source: str, wanted: Format | None
) -> None:
    try:
        path = write_out(typed, source, reader, format_=wanted)
    except (UrlError, SourceUnreachableError):
        return

    asked = read(reader, f"/{typed}/plain/x" if typed else "/plain/x").options
    found = read(reader, path).options
    assert "preset" not in path.partition("/plain/")[0]
    assert set(found.skip_processing) == set(asked.skip_processing)
    rest = {"skip_processing": (), "format": wanted or asked.format}
    assert replace(found, skip_processing=()) == replace(asked, **rest)


@pytest.mark.parametrize("typed", ["", "thumb", "pr:thumb", "w:300/el:0", "/rs:fill:3:2/"])
def test_presets_stay_names_so_that_a_later_change_reaches_the_url(typed: str) -> None:
    reader = parser(presets="default=q:70/el:1,thumb=w:50", only_presets=typed == "thumb")

    path = write(typed, SOURCE, reader)

    assert path == f"/{typed.strip('/')}/plain/{SOURCE}".replace("//plain", "/plain")


def test_only_presets_needs_a_preset_and_says_which_there_are() -> None:
    reader = parser(presets="a=w:1,b=w:2", only_presets=True)

    with pytest.raises(UrlError, match="names of presets: a, b"):
        write("", SOURCE, reader)


def test_what_a_default_preset_would_undo_is_not_written_out() -> None:
    reader = parser(presets="default=el:1")

    with pytest.raises(UrlError, match="`default` is applied before"):
        write_out("el:0", SOURCE, reader, format_=None)


@pytest.mark.parametrize("typed", ["pr:a b", "cb:a?b", "cb:a#b", "cb:é", "cb:a\\b"])
def test_what_clients_change_on_the_way_is_refused(typed: str) -> None:
    with pytest.raises(UrlError, match="clients change"):
        write(typed, SOURCE, parser(presets="a b=w:1"))


@pytest.mark.parametrize("typed", ["w:1/plain/http://other", "w:1//h:2", "nothing"])
def test_what_would_begin_another_source_is_refused(typed: str) -> None:
    with pytest.raises(UrlError):
        write(typed, SOURCE, parser())


def test_dots_that_clients_would_take_away_are_kept() -> None:
    assert write("w:1", "http://x/a/../b/.", parser()) == "/w:1/plain/http://x/a%2F../b%2F."


def test_every_option_is_tried_in_these_properties() -> None:
    names = {each.name for each in fields(ProcessingOptions)}

    assert set(FIELDS) == names, f"edit FIELDS in tests/strategies.py: {sorted(set(FIELDS) ^ names)}"
