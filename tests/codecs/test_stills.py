from pathlib import Path

import pytest

from imgsvc.codecs.color.palette import HAS_LIBIMAGEQUANT
from tests.codecs.against import name_of
from tests.codecs.stills import KINDS, PICTURES, SIZES, figures, made, recorded

# How much less alike they may be: what two programs take for the colors of a palette.
LIKENESS = 0.0013
# What is larger, as measured: by six bytes.
LARGER = {"photograph 150 interlaced": 1.001}


@pytest.mark.skipif(not HAS_LIBIMAGEQUANT, reason="palettes are Pillow's, and no match for libimagequant's")
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("picture", PICTURES)
@pytest.mark.parametrize("word", KINDS)
def test_a_file_is_no_larger_than_imgproxy_s_and_looks_the_same(
    picture: str, size: int, word: str, tmp_path: Path
) -> None:
    name = name_of(picture, size, word)
    theirs = recorded()[name]

    ours = figures(picture, made(tmp_path, picture, size, word))

    assert ours.bytes <= theirs.bytes * LARGER.get(name, 1)
    assert ours.likeness >= theirs.likeness - LIKENESS
