import pytest

from imgsvc.codecs.headers.extent import Bound, Extent, Survey
from imgsvc.errors import ResolutionError, UndecodableImageError
from imgsvc.options.geometry import Size


def test_as_many_pixels_as_the_limit_are_admitted() -> None:
    assert Extent(12).admit(4, 3) == Size(4, 3)


def test_one_more_is_refused_with_the_part_that_claims_it() -> None:
    with pytest.raises(ResolutionError, match="frame of 13x1"):
        Extent(12).admit(13, 1, "frame")


def test_there_may_be_as_many_as_the_bound_says() -> None:
    bound = Bound(3, "gif blocks")

    bound.hold(3)
    with pytest.raises(UndecodableImageError, match="more than 3 gif blocks"):
        bound.hold(4)


def test_a_large_file_may_be_allowed_more() -> None:
    Bound(3, "gif blocks").hold(4, 4)


def test_what_a_header_does_not_say_is_left_to_the_decoder() -> None:
    assert Survey() == Survey(size=None, frames=1)
