import numpy
import pytest

from imgsvc.codecs.native.libavif import samples_of
from imgsvc.options.geometry import Size
from tests.codecs.color.patches import EDGES, FILES, SIDE
from tests.images import encoded, fading, solid

TEN_BITS = FILES["AVIF, PQ of 10 bits at the edge"]
SIZE = Size(SIDE * len(EDGES), SIDE)


def test_samples_have_all_of_their_bits() -> None:
    found = samples_of(TEN_BITS, SIZE, has_alpha=False)

    assert found is not None
    wanted = 257 * numpy.array(EDGES) + 100
    assert found[SIDE // 2, SIDE // 2 :: SIDE] == pytest.approx(wanted, abs=100)


def test_alpha_is_a_fourth() -> None:
    body = encoded(fading(32, 16), "avif", quality=100)

    found = samples_of(body, Size(32, 16), has_alpha=True)

    assert found is not None
    assert (found[..., 3] >> 8 == numpy.asarray(fading(32, 16).getchannel("A"))).all()


def test_what_says_another_size_than_it_has_has_no_samples() -> None:
    assert samples_of(TEN_BITS, Size(SIZE.width + 1, SIZE.height), has_alpha=False) is None


@pytest.mark.parametrize("body", [b"", b"no picture", encoded(solid(32, 32), "avif")[:200]])
def test_what_is_damaged_has_no_samples(body: bytes) -> None:
    assert samples_of(body, Size(32, 32), has_alpha=False) is None
