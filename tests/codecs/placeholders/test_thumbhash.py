from operator import ne

import pytest
from PIL import Image

from imgsvc.codecs.placeholders.thumbhash import thumbhash
from tests.codecs.placeholders.test_blurhash import sloping
from tests.images import noise


def half_there() -> Image.Image:
    """As the other one, transparent on the right."""
    opaque = Image.new("L", (16, 12))
    opaque.paste(255, (0, 0, 8, 12))
    whole = sloping().convert("RGBA")
    whole.putalpha(opaque)
    return whole


@pytest.mark.parametrize(
    ("image", "found"),
    [
        (sloping().convert("RGBA"), "9D170A359A8087877088888788888788808008F878"),
        (half_there(), "9896851C8C5846843098877867047346CFF757888878887808"),
    ],
    ids=["opaque", "with alpha"],
)
def test_the_hash_is_that_of_its_authors_own_implementation(image: Image.Image, found: str) -> None:
    levels = [[int(digit, 16) for digit in text] for text in (thumbhash(image).hex(), found)]

    # A wave that is not there is just between two levels, and rounding in sums decides.
    assert max(abs(ours - theirs) for ours, theirs in zip(*levels, strict=True)) <= 1
    assert sum(map(ne, *levels)) <= 3


@pytest.mark.parametrize("size", [(1, 1), (1, 100), (100, 1), (100, 100), (3, 2)])
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L"])
def test_it_has_some_twenty_bytes_whatever_the_shape(size: tuple[int, int], mode: str) -> None:
    assert 14 <= len(thumbhash(noise(*size, mode).convert("RGBA"))) <= 32


def test_nothing_at_all_is_a_picture_too() -> None:
    assert len(thumbhash(Image.new("RGBA", (8, 8)))) == 25
