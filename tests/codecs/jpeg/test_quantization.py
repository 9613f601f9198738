import pytest

from imgsvc.codecs.jpeg.quantization import tables
from imgsvc.options.formats import Format
from imgsvc.options.processing import ProcessingOptions
from imgsvc.options.saving import JpegOptions
from tests.codecs.files import reopened, written
from tests.images import noise


@pytest.mark.parametrize("index", range(1, 9))
def test_there_are_eight_tables_of_64_steps_for_lightness_and_for_color(index: int) -> None:
    assert [len(each) for each in tables(index, 50)] == [64, 64]


@pytest.mark.parametrize(("quality", "step"), [(1, 255), (25, 32), (50, 16), (80, 6), (90, 3), (100, 1)])
def test_a_quality_scales_them_as_libjpeg_does(quality: int, step: int) -> None:
    assert tables(1, quality)[0] == [step] * 64


@pytest.mark.parametrize("index", range(1, 9))
@pytest.mark.parametrize("quality", [10, 80, 95])
def test_a_file_has_the_table_that_is_asked_for(index: int, quality: int) -> None:
    options = ProcessingOptions(quality=quality, jpeg_options=JpegOptions(quant_table=index))

    found = reopened(written(noise(), Format.JPEG, options)).quantization  # type: ignore[attr-defined]

    assert [list(found[0]), list(found[1])] == tables(index, quality)


def test_table_0_is_what_there_is_without_one() -> None:
    asked = ProcessingOptions(jpeg_options=JpegOptions(quant_table=0))

    assert written(noise(), Format.JPEG, asked).body == written(noise(), Format.JPEG).body
