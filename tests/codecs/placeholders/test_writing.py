from base64 import b64decode

import pytest
from PIL import Image

from imgsvc.codecs.picture import Picture
from imgsvc.codecs.placeholders.thumbhash import thumbhash
from imgsvc.codecs.placeholders.writing import placeholder
from imgsvc.options.saving import Placeholder
from tests.codecs.placeholders.test_blurhash import sloping
from tests.images import fading, quadrants, solid


def test_a_thumbhash_is_base64() -> None:
    text = placeholder(Picture((sloping(),)), Placeholder.THUMBHASH)

    assert b64decode(text, validate=True) == thumbhash(sloping().convert("RGBA"))


def test_a_blurhash_has_more_components_along_the_longer_side() -> None:
    wide, tall = (placeholder(Picture((quadrants(*size),)), Placeholder.BLURHASH) for size in ((40, 20), (20, 40)))

    assert (wide[:1], tall[:1]) == (b"L", b"T")


def test_a_blurhash_stands_on_white() -> None:
    clear, white = (Picture((each,)) for each in (Image.new("RGBA", (8, 8)), solid(8, 8, (255, 255, 255))))

    assert placeholder(clear, Placeholder.BLURHASH) == placeholder(white, Placeholder.BLURHASH)


@pytest.mark.parametrize("kind", Placeholder)
@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA"])
def test_every_mode_and_size_has_one(kind: Placeholder, mode: str) -> None:
    assert len(placeholder(Picture((fading(300, 7).convert(mode),)), kind)) < 45
