"""What URLs may ask for, and that no spelling goes round it."""

from contextlib import suppress
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imgsvc.errors import ForbiddenOptionError, ResolutionError, SizeNotAllowedError, UrlError
from imgsvc.options.formats import Format
from imgsvc.options.geometry import Size
from imgsvc.options.processing import ProcessingOptions
from imgsvc.transforms.planning.plan import SourceShape, plan
from imgsvc.url.parse import Parser
from imgsvc.url.policies.sizes import ALLOWED_SIZES
from imgsvc.url.settings import UrlSettings
from tests.url.cases import NOW

PRESETS = "hero=w:1000/h:10/pd:3,round=rc:9,tall=c:0.1:0/car:0.2,half=dpr:0.5/w:64/h:64,small=s:48:48"
LISTED = (16, 32, 64)
SQUARES = ",".join(f"{side}x{side}" for side in LISTED)


@cache
def reader(sizes: str, **changes: object) -> Parser:
    """One that allows these sizes."""
    known = {"presets": PRESETS, "allow_security_options": True, "allow_bypass_cache": True, **changes}
    return Parser(UrlSettings(allowed_sizes=ALLOWED_SIZES.parse(sizes), **known), now=lambda: NOW)


def read(options: str, sizes: str, **changes: object) -> ProcessingOptions:
    return reader(sizes, **changes).parse(f"{options}/plain/http://x/a.jpg".lstrip("/")).options


def results(options: ProcessingOptions, source: Size) -> list[Size]:
    """What each pipeline leaves of a source."""
    found = []
    for wishes in options.pipelines:
        planned = plan(SourceShape(source), wishes, result_format=Format.PNG)
        source = planned.result_size
        found.append(source)
    return found


@pytest.mark.parametrize(
    "options",
    [
        "w:64", "h:16", "s:64:32", "rs:fill:64:64:1", "w:32/dpr:2", "w:64/z:0.5", "h:8/dpr:2/el:1", "w:21/z:1.5",
        "w:64/mw:30", "s:64:64/mw:64/mh:9", "c:16:32", "c:0.1:0.7/s:64:64", "c:7:7/s:16:16", "w:64/t:10",
        "s:64:64/car:3", "s:64:64/pgs:5", "s:16:16/pd:8", "s:16:16/pd:4/dpr:2/z:0.5", "w:64/ex:1", "s:64:32/exar:1",
        "w:64/-/wm:1", "-/w:64", "w:64/-/h:32/-/bl:2", "w:64/rot:90", "rt:force/w:64", "rt:force/w:32/dpr:2/z:1:0.5",
        "pr:hero", "pr:hero/bl:2", "pr:hero/-/w:64", "w:64/-/pr:hero", "pr:tall/w:64", "pr:tall/w:64/q:5", "pr:half",
        "pr:small/rt:fill", "pr:round/w:16", "w:999/w:64",
    ],
)  # fmt: skip
def test_a_listed_size_may_be_asked_for_however_it_is_spelled(options: str) -> None:
    assert read(options, "16,32,64") == read(options, "")


@pytest.mark.parametrize(
    "options",
    [
        "", "q:5", "w:63", "h:65", "s:64:63", "rs:fill:63:64", "w:64/dpr:2", "w:64/z:2", "h:64/z:2:1", "w:64/z:1:3",
        "dpr:2", "z:0.5", "dpr:0.5/w:128", "w:128/z:1e-20/dpr:1e19", "mw:64", "mh:100/w:64", "w:64/mw:65", "c:63:32",
        "c:0.5:0", "w:64/c:0.5:0.3", "w:64/car:3", "w:64/pgs:5", "s:64:64/pd:1", "w:16/pd:8", "pd:9", "s:64:64/mrd:9",
        "s:64:64/mrd:0", "raw:1/w:64", "skp:png/w:64", "w:63/-/w:64", "w:64/-/w:63", "-/w:63", "w:64/-/c:9:9",
        "w:64/-/-/pd:3", "pr:hero/w:63", "pr:hero/dpr:2", "pr:hero/z:2", "pr:hero/h:0", "pr:hero/mw:2000", "pr:round",
        "pr:small/pd:1", "pr:hero:round/-/z:2", "pr:half/rt:fill", "pr:tall/c:9:9", "rt:force/w:64/z:1:2/el:1",
        "pr:hero/w:16/h:16/dpr:4", "s:100:100/z:1e-10/dpr:6.4e9", "w:0", "s:0:0", "w:64/w:0", "el:1", "t:5",
        "w:99999999999999",
    ],
)  # fmt: skip
def test_any_other_size_is_refused_however_it_is_spelled(options: str) -> None:
    with pytest.raises(SizeNotAllowedError) as raised:
        read(options, "16,32,64")
    assert raised.value.status == 403


def test_the_picture_s_own_size_is_one_that_may_be_listed() -> None:
    for options in ("", "q:5", "raw:1", "skp:png/w:64", "bl:2/-/wm:1"):
        assert read(options, "64,0x0") == read(options, "")


@pytest.mark.parametrize(
    ("options", "sizes"),
    [
        ("w:50", [Size(64, 32)]),
        ("h:9", [Size(32, 16)]),
        ("s:20:40/rt:fill", [Size(32, 64)]),
        ("w:50/rt:force", [Size(64, 500)]),
        ("w:25/dpr:2", [Size(64, 32)]),
        ("w:64", [Size(64, 32)]),
        ("c:20:10", [Size(32, 16)]),
        ("w:10/-/w:60/el:1", [Size(16, 8), Size(64, 32)]),
        ("pr:hero", [Size(26, 16)]),
    ],
)
def test_another_size_is_taken_for_the_next_larger_one_where_that_is_wished(options: str, sizes: list[Size]) -> None:
    found = read(options, "16,32,64", round_sizes_up=True)

    assert results(found, Size(1000, 500)) == sizes


@pytest.mark.parametrize("options", ["w:65", "", "w:9/pd:3", "w:64/mw:65", "c:0.5:0.5", "w:10/mrd:5"])
def test_there_is_not_always_a_next_larger_one(options: str) -> None:
    with pytest.raises(SizeNotAllowedError):
        read(options, "16,32,64", round_sizes_up=True)


def test_sizes_of_a_preset_are_for_who_names_it() -> None:
    sizes = "64;round=1920x,0x0"

    assert read("pr:round/w:1920", sizes).width == 1920
    assert read("w:1920/-/pr:round", sizes).width == 1920
    assert read("pr:round", sizes).round_corners[0] == 9
    for options in ("w:1920", "pr:small/w:1920", ""):
        with pytest.raises(SizeNotAllowedError):
            read(options, sizes)


def test_presets_alone_say_what_they_like() -> None:
    assert read("hero", "64", only_presets=True).width == 1000


_NUMBERS = st.sampled_from(
    ["0", "1", "8", "16", "24", "32", "48", "63", "64", "65", "128", "640", "6400", "9999999999", "1e-20", "1e20"]
)
_FACTORS = st.sampled_from(["1", "2", "0.5", "0.01", "4", "1e-20", "1e20", "0.25", "1.5", "3e-9", "100"])
_KINDS = st.sampled_from(["fit", "fill", "fill-down", "force", "auto"])
_USES = st.one_of(
    st.builds("{}:{}".format, st.sampled_from(["w", "width", "h", "height"]), _NUMBERS),
    st.builds("{}:{}".format, st.sampled_from(["mw", "min-width", "mh", "min-height"]), _NUMBERS),
    st.builds("{}:{}:{}:{}".format, st.sampled_from(["s", "size"]), _NUMBERS, _NUMBERS, st.sampled_from("01")),
    st.builds("{}:{}:{}:{}:1".format, st.sampled_from(["rs", "resize"]), _KINDS, _NUMBERS, _NUMBERS),
    st.builds("rt:{}".format, _KINDS),
    st.builds("{}:{}".format, st.sampled_from(["dpr", "z", "zoom"]), _FACTORS),
    st.builds("z:{}:{}".format, _FACTORS, _FACTORS),
    st.builds("c:{}:{}".format, _NUMBERS | _FACTORS, _NUMBERS | _FACTORS),
    st.builds("car:{}:{}".format, _FACTORS, st.sampled_from("01")),
    st.builds("pd:{}:{}".format, _NUMBERS, _NUMBERS),
    st.builds("{}:1".format, st.sampled_from(["el", "ex", "exar", "t", "fl", "raw"])),
    st.builds("{}:{}".format, st.sampled_from(["mrd", "pgs", "rot"]), st.sampled_from(["0", "90", "7"])),
    st.builds("pr:{}".format, st.sampled_from(["small", "round", "half", "small:round"])),
)
# What comes to 64 pixels, or seems to.
_SIXTY_FOUR = st.sampled_from([
    "s:64:64", "s:32:32/dpr:2", "s:128:128/z:0.5", "s:128:128/dpr:0.5", "rs:fill:6400:6400/dpr:0.01", "s:64:64/mw:64",
    "s:100:100/z:1e-10/dpr:6.4e9", "rs:force:64:16", "s:128:64/z:0.5:1", "h:64", "w:64", "s:1:1/z:64", "pr:small",
])  # fmt: skip
_PIPELINES = st.lists(_SIXTY_FOUR | _USES, max_size=5).map("/".join)
_URLS = st.lists(_PIPELINES, min_size=1, max_size=3).map("/-/".join)
_SOURCES = st.sampled_from([Size(1000, 1000), Size(3000, 20), Size(10, 1000), Size(1, 1), Size(300, 200)])


@settings(max_examples=400, derandomize=True)
@given(options=_URLS, rounds=st.booleans(), source=_SOURCES)
def test_whatever_may_be_asked_for_fits_into_the_largest_size(options: str, rounds: bool, source: Size) -> None:
    with suppress(UrlError, ResolutionError, SizeNotAllowedError):
        found = read(options, SQUARES, round_sizes_up=rounds)

        *_, result = results(found, source)
        assert max(result) <= max(LISTED)
        assert not found.raw


@settings(max_examples=400, derandomize=True)
@given(options=_URLS, rounds=st.booleans())
def test_what_is_forced_has_one_of_the_sizes(options: str, rounds: bool) -> None:
    with suppress(UrlError, ResolutionError, SizeNotAllowedError):
        forced = "/-/".join(f"{each}/rt:force/el:1".lstrip("/") for each in options.split("/-/"))
        found = read(forced, SQUARES, round_sizes_up=rounds)

        for wishes, result in zip(found.pipelines, results(found, Size(3000, 2000)), strict=True):
            if wishes.width and wishes.resizing_type == "force":
                assert set(result) <= {*LISTED, 48}


@settings(max_examples=200, derandomize=True)
@given(options=_URLS)
def test_a_size_that_is_rounded_up_is_a_listed_one(options: str) -> None:
    with suppress(UrlError, SizeNotAllowedError):
        rounded = read(options, SQUARES, round_sizes_up=True)

        targets = [_target(wishes) for wishes in rounded.pipelines if wishes.width]
        assert {side for target in targets for side in target} <= {*LISTED, 48}


def _target(wishes: ProcessingOptions) -> Size:
    sides = ((wishes.width, wishes.zoom_x), (wishes.height, wishes.zoom_y))
    return Size(*(round(side * (wishes.dpr * zoom)) for side, zoom in sides))


def test_beside_a_preset_a_url_may_use_the_options_that_it_grants() -> None:
    allowed = {"allowed_processing_options": ("pr", "q"), "allowed_preset_options": (("small", ("w", "blur")),)}

    assert read("pr:small/w:5/q:9", "", **allowed).width == 5
    assert read("blur:5/-/pr:small", "", **allowed).blur == 5
    for options in ("w:5", "pr:round/w:5", "pr:small/h:5", "pr:small/bl:5"):
        with pytest.raises(ForbiddenOptionError):
            read(options, "", **allowed)


def test_where_only_presets_grant_options_a_url_may_name_presets_and_use_those() -> None:
    allowed = {"allowed_preset_options": (("small", ("w",)),)}

    assert read("preset:small/pr:round/w:5", "", **allowed).width == 5
    for options in ("w:5", "q:5", "pr:small/q:5"):
        with pytest.raises(ForbiddenOptionError):
            read(options, "", **allowed)
