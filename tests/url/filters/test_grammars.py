"""What is read is in tests/spec/url_options.toml; here is what is written."""

import pytest

from imgsvc.options.color import Color
from imgsvc.options.filters import Area, BlurAreas, Corners, Duotone, Gradient, Ramp, UnsharpMode
from imgsvc.options.processing import ProcessingOptions
from imgsvc.url.filters.grammars import BLUR_AREAS, DUOTONE, GRADIENT, ROUND_CORNERS, UNSHARP_MASKING
from imgsvc.url.grammar import Grammar


@pytest.mark.parametrize(
    ("grammar", "wanted", "written"),
    [
        (DUOTONE, ProcessingOptions(duotone=Duotone(1.0, light=Color(255, 0, 0))), "1::ff0000"),
        (GRADIENT, ProcessingOptions(gradient=Gradient(0.5, ramp=Ramp(270))), "0.5::right"),
        (GRADIENT, ProcessingOptions(gradient=Gradient(0.0, ramp=Ramp(0, 0, 0.5))), "0::::0.5"),
        (BLUR_AREAS, ProcessingOptions(blur_areas=BlurAreas(3.0, (Area(0, 0.5, 1, 0.5),))), "3:0:0.5:1:0.5"),
        (ROUND_CORNERS, ProcessingOptions(round_corners=Corners(3, 3, 3, 3)), "3"),
        (ROUND_CORNERS, ProcessingOptions(round_corners=Corners(3, 4, 3, 5)), "3:4:3:5"),
        (UNSHARP_MASKING, ProcessingOptions(unsharp_masking_weight=2.0), ":2"),
        (UNSHARP_MASKING, ProcessingOptions(unsharp_masking_mode=UnsharpMode.AUTO), "auto"),
    ],
)
def test_only_what_is_needed_is_written(grammar: Grammar, wanted: ProcessingOptions, written: str) -> None:
    assert [":".join(arguments) for arguments in grammar.build(wanted)] == [written]


@pytest.mark.parametrize("grammar", [DUOTONE, GRADIENT, BLUR_AREAS, ROUND_CORNERS, UNSHARP_MASKING])
def test_nothing_is_written_where_nothing_is_asked_for(grammar: Grammar) -> None:
    assert grammar.build(ProcessingOptions()) == []
