import io

import pytest

from imgsvc.codecs.jpeg.quantization import FULL_COLOR, least, tables
from imgsvc.options.formats import Format
from imgsvc.options.processing import ProcessingOptions
from imgsvc.options.saving import JpegOptions
from tests.codecs.files import reopened, written
from tests.images import noise


@pytest.mark.parametrize("index", range(1, 10))
def test_there_are_nine_tables_of_64_steps_for_lightness_and_for_color(index: int) -> None:
    assert [len(each) for each in tables(index, 50)] == [64, 64]


@pytest.mark.parametrize(("quality", "step"), [(1, 255), (25, 32), (50, 16), (80, 6), (90, 3), (100, 1)])
def test_a_quality_scales_them_as_libjpeg_does(quality: int, step: int) -> None:
    assert tables(1, quality)[0] == [step] * 64


@pytest.mark.parametrize("index", range(1, 10))
@pytest.mark.parametrize("quality", [10, 80, 95])
def test_a_file_has_the_table_that_is_asked_for(index: int, quality: int) -> None:
    options = ProcessingOptions(quality=quality, jpeg_options=JpegOptions(quant_table=index))

    found = reopened(written(noise(), Format.JPEG, options)).quantization  # type: ignore[attr-defined]

    assert [list(found[0]), list(found[1])] == tables(index, quality)


@pytest.mark.parametrize(("index", "sampling"), [(8, (2, 2)), (FULL_COLOR, (1, 1))])
def test_our_own_table_keeps_all_of_the_color_s_resolution(index: int, sampling: tuple[int, int]) -> None:
    options = ProcessingOptions(jpeg_options=JpegOptions(quant_table=index))

    first = reopened(written(noise(), Format.JPEG, options)).layer[0]  # type: ignore[attr-defined]

    assert first[1:3] == sampling


def test_steps_of_our_own_table_never_get_finer_towards_finer_detail() -> None:
    for steps in tables(FULL_COLOR, 50):
        assert all(steps[at] <= steps[at + 1] for at in range(63) if at % 8 < 7)


def test_table_0_is_what_there_is_without_one() -> None:
    asked = ProcessingOptions(jpeg_options=JpegOptions(quant_table=0))

    assert written(noise(), Format.JPEG, asked).body == written(noise(), Format.JPEG).body


def test_our_own_table_alone_leaves_out_more_than_what_is_less_than_half_a_step() -> None:
    assert [index for index in range(10) if least(index)] == [FULL_COLOR]


def test_our_own_table_writes_fewer_bytes_than_its_steps_alone_would() -> None:
    options = ProcessingOptions(quality=80, jpeg_options=JpegOptions(quant_table=FULL_COLOR))
    alone = io.BytesIO()
    noise(300, 200).save(alone, "JPEG", qtables=tables(FULL_COLOR, 80), quality=-1, subsampling=0, optimize=True)

    assert len(written(noise(300, 200), Format.JPEG, options).body) < len(alone.getvalue())
