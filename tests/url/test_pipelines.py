"""Pipelines that a URL chains by `-`."""

from dataclasses import fields

import pytest

from imgsvc import errors
from imgsvc.errors import TooManyPipelinesError, UnknownOptionError
from imgsvc.options.formats import Format
from imgsvc.options.geometry import Size
from imgsvc.options.processing import ProcessingOptions
from imgsvc.security.settings import SignatureSettings
from imgsvc.security.signature import Signature
from imgsvc.settings.env import SettingsError
from imgsvc.url.pipelines import belongs_to_pipeline
from imgsvc.url.row import OptionRow
from imgsvc.url.rows.unserved import UNSERVED
from imgsvc.url.table import OPTIONS, PRESET
from tests.strategies import OF_PIPELINE
from tests.transforms.strategies import FIELDS as READ_BY_STEPS
from tests.url.cases import parser

TRIPLE = "test=width:300/height:300/-/width:200/height:200/-/width:100/height:200"
_DOING_NOTHING = {row.names[0] for row in UNSERVED} | {PRESET.names[0]}


def read(options: str, **settings: object) -> ProcessingOptions:
    """What these options ask for."""
    return parser(**settings).parse(f"{options}/plain/http://x/a.jpg").options


def sizes(options: str, **settings: object) -> list[Size]:
    """The sizes that each pipeline is asked for."""
    return [Size(each.width, each.height) for each in read(options, **settings).pipelines]


def test_a_preset_is_merged_pipeline_by_pipeline_with_what_stands_around_it() -> None:
    # imgproxy's own example
    assert sizes("width:400/-/preset:test/width:500/-/width:600", presets=TRIPLE) == [
        Size(400, 0),
        Size(500, 300),
        Size(600, 200),
        Size(100, 200),
    ]


def test_nothing_of_a_pipeline_reaches_the_next_one() -> None:
    first, second = read("w:9/dpr:2/g:no/wm:1/blur:3/-/h:5").pipelines

    assert first.dpr == 2
    assert second == ProcessingOptions(height=5)


def test_what_counts_for_the_result_counts_in_whichever_pipeline_it_stands() -> None:
    options = read("w:9/-/h:5/q:50/skp:gif/f:png/-/skp:svg/q:60/w:1")

    assert (options.quality, options.format, len(options.skip_processing)) == (60, Format.PNG, 2)
    assert [each.quality for each in options.chained] == [0, 0]


@pytest.mark.parametrize(
    "row", [row for row in OPTIONS if row.names[0] not in _DOING_NOTHING], ids=lambda r: r.names[0]
)
def test_an_option_is_a_pipelines_own_or_the_results(row: OptionRow) -> None:
    options = read(f"-/{row.example}", allow_security_options=True, allow_bypass_cache=True)
    second = options.chained[0] if options.chained else ProcessingOptions()
    usual = ProcessingOptions()
    of_second = {each.name for each in fields(second) if getattr(second, each.name) != getattr(usual, each.name)}

    assert of_second <= OF_PIPELINE
    assert bool(of_second) is belongs_to_pipeline(row.names[0]), "edit _NAMES in imgsvc/url/pipelines.py"


def test_what_a_step_reads_each_pipeline_has_for_itself() -> None:
    assert READ_BY_STEPS.keys() <= OF_PIPELINE, "edit OF_PIPELINE in tests/strategies.py"


@pytest.mark.parametrize("options", ["-", "-/-/-", "w:5/-", "-/-/f:png", "-/-/w:0/-"])
def test_a_pipeline_without_wishes_is_none(options: str) -> None:
    assert read(options).chained == ()


def test_the_default_preset_is_for_the_first_pipeline() -> None:
    assert sizes("-/h:4", presets="default=w:7") == [Size(7, 0), Size(0, 4)]


def test_names_of_presets_alone_may_stand_for_chains() -> None:
    settings = {"presets": f"{TRIPLE},more=-/height:9", "only_presets": True}

    assert sizes("test:more", **settings) == [Size(300, 300), Size(200, 9), Size(100, 200)]


def test_more_pipelines_than_are_allowed_are_refused() -> None:
    assert len(sizes("w:1/-/w:2/-/w:3", max_chained_pipelines=2)) == 3
    with pytest.raises(TooManyPipelinesError, match="3 pipelines are chained by `-`, and MAX_CHAINED_PIPELINES is 2"):
        read("w:1/-/w:2/-/w:3/-", max_chained_pipelines=2)


def test_pipelines_of_presets_are_not_counted() -> None:
    assert len(sizes("-/pr:test", presets=TRIPLE, max_chained_pipelines=1)) == 4


def test_a_thousand_pipelines_are_refused_as_shipped_and_allowed_where_they_are() -> None:
    thousand = "/-/".join(["w:1"] * 1000)

    assert len(sizes(thousand, max_chained_pipelines=0)) == 1000
    with pytest.raises(TooManyPipelinesError):
        read(thousand)


@pytest.mark.parametrize("options", ["-:5", "-:"])
def test_a_dash_with_arguments_is_no_pipeline(options: str) -> None:
    with pytest.raises(UnknownOptionError):
        read(options, max_chained_pipelines=1)


@pytest.mark.parametrize("separator", ["-", ",", "--"])
def test_the_separator_of_arguments_may_be_any(separator: str) -> None:
    assert sizes(f"w{separator}5/-/h{separator}6", arguments_separator=separator) == [Size(5, 0), Size(0, 6)]


def test_the_options_that_urls_may_use_are_those_in_every_pipeline() -> None:
    assert len(sizes("w:5/-/w:6", allowed_processing_options=("w",))) == 2
    with pytest.raises(errors.ForbiddenOptionError):
        read("w:5/-/blur:6", allowed_processing_options=("w",))


def test_a_preset_is_tried_out_in_every_pipeline() -> None:
    with pytest.raises(SettingsError, match="no-such-option"):
        parser(presets="a=w:5/-/no-such-option:1")


def test_limits_may_be_set_in_any_pipeline_or_in_none() -> None:
    with pytest.raises(errors.SecurityOptionError):
        read("w:5/-/mrd:20")
    assert read("w:5/-/mrd:20", allow_security_options=True, allow_bypass_cache=True).max_result_dimension == 20


def test_a_chain_is_signed_as_any_path() -> None:
    signature = Signature(SignatureSettings(key=(b"test-key",), salt=(b"test-salt",)))

    signature.verify("gbc6fT7oXaMKbMDpxyB1wuZayk2oymeKVtVUNEd0XvQ", "w:400/-/t:10/plain/local:///meadow.jpg")
