import pytest
from PIL import Image

from imgsvc.info.hashes import blurhash_of, perceptual_hash_of, thumb_hash_of
from tests import images


def vector(opaque_to: int = 16) -> Image.Image:
    """The picture of spec/pro.md §12, opaque in so many of its columns."""
    image = Image.new("RGBA", (16, 12))
    image.putdata([(16 * x, 20 * y, 128, 255 if x < opaque_to else 0) for y in range(12) for x in range(16)])
    return image


@pytest.mark.parametrize(("across", "down", "text"), [(4, 3, "LsGuUU2@wxozqlR-jte=g0fjfQfj"), (1, 1, "00GuUU")])
def test_a_blurhash_is_that_of_the_vectors(across: int, down: int, text: str) -> None:
    assert blurhash_of(vector(), across, down) == text


@pytest.mark.parametrize(
    ("opaque_to", "text"),
    [
        (16, "9D170A359A8087877088888888788888808008F878"),
        (8, "9896851C8C5846843098877867047346CFF757888878887808"),
    ],
)
def test_a_thumb_hash_is_that_of_the_vectors(opaque_to: int, text: str) -> None:
    assert thumb_hash_of(vector(opaque_to)) == text


def test_a_perceptual_hash_has_sixteen_digits_of_which_half_the_bits_are_set() -> None:
    found = perceptual_hash_of(vector())

    assert (len(found), int(found, 16).bit_count(), found) == (16, 32, found.lower())


def test_pictures_that_look_alike_have_hashes_alike() -> None:
    picture = images.noise(300, 200).resize((12, 8)).resize((300, 200), Image.Resampling.BICUBIC).convert("RGBA")
    other = images.noise(300, 200, seed=2).resize((12, 8)).resize((300, 200)).convert("RGBA")
    hashes = [int(perceptual_hash_of(each), 16) for each in (picture, picture.resize((90, 60)), other)]

    assert (hashes[0] ^ hashes[1]).bit_count() <= 4 < 10 <= (hashes[0] ^ hashes[2]).bit_count()
