from pathlib import Path

import numpy
import pytest
from PIL import Image

from bench.origins.pictures import base_picture
from bench.origins.scans import SCANS, make_scans
from tests.codecs.files import opened

SIZE = (400, 300)


@pytest.fixture(scope="module")
def scans(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("scans")
    make_scans(folder, None, lambda _: None, SIZE)
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(set(SCANS) - {"small.jpg", "frames.gif"}))
def test_a_source_is_the_photograph(scans: Path, name: str) -> None:
    format_ = {"jpg": "jpeg"}.get(suffix := name.rpartition(".")[2], suffix)
    expected = base_picture(None).resize(SIZE, Image.Resampling.BICUBIC)

    found = opened((scans / name).read_bytes(), format_).decode().frames[0].convert("RGB")

    difference = numpy.asarray(found, numpy.int16) - numpy.asarray(expected, numpy.int16)
    assert abs(difference).mean() < (40 if name in {"gray.png", "palette.png", "still.gif"} else 4)


@pytest.mark.slow
def test_an_animation_has_three_hundred_frames(scans: Path) -> None:
    assert opened((scans / "frames.gif").read_bytes(), "gif").header.frames == 300


@pytest.mark.slow
def test_what_is_there_is_not_made_again(scans: Path) -> None:
    said = list[str]()

    make_scans(scans, None, said.append, SIZE)

    assert said == []
