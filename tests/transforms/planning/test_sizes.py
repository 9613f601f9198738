import tomllib
from pathlib import Path

import pytest

from imgsvc.options.formats import Format
from imgsvc.options.geometry import CropShape, Size
from imgsvc.options.processing import Crop, Padding, ProcessingOptions
from imgsvc.transforms.planning.plan import SourceShape, plan
from imgsvc.transforms.planning.scaling import Scaling
from imgsvc.transforms.planning.sizes import crop_size, fitting, padding_of, sizes
from imgsvc.url.parse import Parser
from imgsvc.url.settings import UrlSettings

SPEC = Path(__file__).parents[2] / "spec" / "sizes.toml"


CASES = [
    pytest.param(text, tuple(size), id=f"{rule}: {text}")
    for rule, rows in tomllib.loads(SPEC.read_text("utf-8")).items()
    for text, size in rows.items()
]


@pytest.mark.parametrize(("text", "size"), CASES)
def test_the_result_has_the_specified_size(text: str, size: tuple[int, int]) -> None:
    parser = Parser(UrlSettings(allow_security_options=True), now=lambda: 0)
    options = parser.parse(f"{text}/plain/local:///a.png").options

    found = plan(
        SourceShape(Size(200, 100)),
        options,
        result_format=Format.PNG,
        max_result_dimension=options.max_result_dimension or 0,
    )

    assert found.result_size == size


@pytest.mark.parametrize(("wish", "side"), [(0, None), (50.9, 50), (0.25, 50), (0.0001, 1), (500, 500)])
def test_a_crop_is_pixels_from_one_on_and_a_share_below(wish: float, side: int | None) -> None:
    assert crop_size(Size(200, 100), Crop(width=wish)).width == side


@pytest.mark.parametrize(
    ("format_", "size", "fixed"),
    [
        (Format.WEBP, (20_000, 10_000), (16_383, 8192)),
        (Format.ICO, (512, 100), (256, 50)),
        (Format.GIF, (40_000, 40_000), (23_170, 23_170)),
    ],
)
def test_a_format_that_holds_less_gets_less(format_: Format, size: tuple[int, int], fixed: tuple[int, int]) -> None:
    found = fitting(Size(*size), format_)

    assert found is not None
    assert found.size == fixed


@pytest.mark.parametrize("format_", [Format.PNG, Format.WEBP, Format.GIF])
def test_what_a_format_holds_stays(format_: Format) -> None:
    assert fitting(Size(16_383, 100), format_) is None


def test_padding_rounds_its_halves_to_even() -> None:
    assert padding_of(Padding(1, 2, 3, 5), 0.5) == Padding(0, 1, 2, 2)


def test_a_limit_on_the_longest_side_counts_the_padding() -> None:
    options = ProcessingOptions(padding=Padding(50, 50, 50, 50))

    found = sizes(Size(200, 100), options, Scaling(1, 1, 1), 150)

    assert (found.scaled, found.scaling.dpr) == ((100, 50), 0.5)


@pytest.mark.parametrize(
    ("whole", "crop", "shape", "area"),
    [
        (Size(500, 600), Crop(100, 200), CropShape(1, True), (200, 200)),
        (Size(500, 600), Crop(100, 200), CropShape(1), (100, 100)),
        (Size(1000, 600), Crop(200, 100), CropShape(1, True), (200, 200)),
        (Size(1000, 600), Crop(800, 500), CropShape(0.5, True), (300, 600)),
        (Size(1000, 600), Crop(), CropShape(1), (600, 600)),
        (Size(1000, 600), Crop(0.5, 0.5), CropShape(5 / 3), (500, 300)),
        (Size(1000, 600), Crop(100, 100), CropShape(1e308), (100, 1)),
    ],
)
def test_a_crop_is_brought_to_its_aspect_ratio(
    whole: Size, crop: Crop, shape: CropShape, area: tuple[int, int]
) -> None:
    assert crop_size(whole, crop, shape) == area
