import io

import pytest
from PIL import Image

from imgsvc.codecs.webp.container import with_metadata
from imgsvc.options.geometry import Size
from tests.images import animated, encoded, exif, fading, gray_profile, opened, quadrants

STILL, SIZE = encoded(quadrants(40, 20), "webp"), Size(40, 20)


def test_a_file_without_any_is_left_as_it_is() -> None:
    assert with_metadata(STILL, SIZE, has_alpha=False, profile=b"", exif=b"", xmp=b"") == STILL


@pytest.mark.parametrize("length", [40, 41])
def test_what_is_put_in_comes_out(length: int) -> None:
    blocks = {"profile": gray_profile(), "exif": exif(6).removeprefix(b"Exif\0\0"), "xmp": b"x" * length}

    image = opened(with_metadata(STILL, SIZE, has_alpha=False, **blocks))

    assert image.info["icc_profile"] == blocks["profile"]
    assert image.info["exif"].removeprefix(b"Exif\0\0") == blocks["exif"]
    assert image.info["xmp"] == blocks["xmp"]
    assert (image.size, image.mode) == ((40, 20), "RGB")


def test_alpha_is_told_of() -> None:
    body = encoded(fading(40, 20), "webp", lossless=True)

    assert opened(with_metadata(body, SIZE, has_alpha=True, profile=b"", exif=b"", xmp=b"x")).mode == "RGBA"


def test_an_animation_keeps_its_frames() -> None:
    body = with_metadata(
        animated(3, "webp", width=16, height=12), Size(16, 12), has_alpha=False, profile=b"", exif=b"", xmp=b"xmp"
    )

    with Image.open(io.BytesIO(body)) as image:
        assert (image.n_frames, image.info["xmp"]) == (3, b"xmp")  # type: ignore[attr-defined]
