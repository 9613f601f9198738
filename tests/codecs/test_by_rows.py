"""What is cut and shrunk while it is decoded, against the same that is decoded whole first: 2,000 small pictures."""

import random
from typing import Any

import numpy
import pytest
from PIL import Image

from imgsvc.codecs.native.shrinker import reduced
from imgsvc.codecs.opened import DecodeRequest
from imgsvc.options.geometry import Box, Size
from imgsvc.transforms.planning.resampling import resampling
from tests.codecs.files import opened
from tests.images import encoded, noise

COUNT = 2000
# By how a picture is written: format, mode and what Pillow is told.
KINDS: list[tuple[str, str, dict[str, Any]]] = [
    ("png", "RGB", {}),
    ("png", "RGBA", {}),
    ("png", "L", {}),
    ("png", "LA", {}),
    ("png", "P", {}),
    ("png", "1", {}),
    ("jpeg", "RGB", {}),
    ("jpeg", "L", {"quality": 95}),
    ("jpeg", "RGB", {"progressive": True}),
    ("jpeg", "L", {"progressive": True}),
    ("jpeg", "RGB", {"progressive": True, "subsampling": 0, "quality": 97}),
    ("gif", "P", {}),
    ("gif", "P", {"transparency": 3}),
    ("tiff", "RGB", {"compression": "tiff_lzw"}),
    ("tiff", "RGBA", {"compression": "tiff_adobe_deflate"}),
    ("tiff", "L", {"compression": "packbits"}),
]
SHARES = (1, 1 / 2, 1 / 3, 0.7, 0.41)


def picture(chance: random.Random) -> tuple[str, bytes, Size]:
    format_, mode, options = chance.choice(KINDS)
    size = Size(chance.randint(2, 70), chance.randint(2, 70))
    image = noise(*size, seed=chance.randrange(1000)).resize(size, Image.Resampling.BICUBIC)
    if mode.endswith("A"):
        image.putalpha(noise(*size, seed=7).getchannel(0))
    return format_, encoded(image.convert(mode), format_, **options), size


def part(chance: random.Random, size: Size) -> Box:
    left, top = chance.randrange(size.width), chance.randrange(size.height)
    return Box(left, top, chance.randint(left + 1, size.width), chance.randint(top + 1, size.height))


@pytest.mark.slow
@pytest.mark.parametrize("decade", range(10))
def test_no_level_differs_by_more_than_one(decade: int) -> None:
    worst = dict[int, float]()
    for seed in range(decade * COUNT // 10, (decade + 1) * COUNT // 10):
        chance = random.Random(seed)
        format_, body, size = picture(chance)
        box = part(chance, size)
        how = resampling(box.size, chance.choice(SHARES), chance.choice(SHARES))
        shrinking = how.shrinking(linear=format_ == "jpeg") if how.shrinks else None
        # A JPEG has no parts but those that are shrunk.
        asked = DecodeRequest(box=box if shrinking or format_ != "jpeg" else None, shrinking=shrinking)

        found = opened(body, format_).decode(asked).frames[0]

        whole = opened(body, format_).decode(DecodeRequest()).frames[0].convert(found.mode)
        expected = reduced(whole, asked.box, shrinking)
        difference = numpy.asarray(found, numpy.int16) - numpy.asarray(expected, numpy.int16)
        worst[seed] = abs(difference).max() if found.size == expected.size else numpy.inf

    assert {seed: levels for seed, levels in worst.items() if levels > 1} == {}
