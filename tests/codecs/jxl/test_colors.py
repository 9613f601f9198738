import pytest

from imgsvc.codecs.jxl.colors import space_of
from imgsvc.codecs.jxl.structures import ColorEncoding, Transfer
from imgsvc.codecs.spaces.space import BT_709, DISPLAY_P3, PQ, SMPTE_428, SRGB, ColorSpace, Curve

P3, OWN, GRAY, D65 = 11, 2, 1, 1


def test_primaries_are_known_by_number() -> None:
    said = ColorEncoding(white_point=D65, primaries=P3, transfer_function=Transfer.PQ)

    assert space_of(said) == ColorSpace(DISPLAY_P3, PQ)


def test_or_by_where_they_are() -> None:
    places = (*BT_709.red, *BT_709.green, *BT_709.blue)
    said = ColorEncoding(white_point=OWN, white_point_xy=(0.3, 0.3), primaries=OWN, primaries_xy=places)
    said.transfer_function = Transfer.SRGB

    found = space_of(said)

    assert found
    assert (found.primaries.red, found.primaries.white, found.curve) == (BT_709.red, (0.3, 0.3), SRGB)


@pytest.mark.parametrize(("transfer", "curve"), [(Transfer.TELEVISION, SRGB), (Transfer.CINEMA, SMPTE_428)])
def test_curves_of_television_and_cinema_are_those_that_browsers_take(transfer: Transfer, curve: Curve) -> None:
    said = ColorEncoding(white_point=D65, primaries=P3, transfer_function=transfer)

    assert space_of(said) == ColorSpace(DISPLAY_P3, curve)


def test_gray_has_none() -> None:
    assert space_of(ColorEncoding(color_space=GRAY, transfer_function=Transfer.PQ)) == ColorSpace(BT_709, PQ)


OTHER_CURVE, OTHER_PRIMARIES = ColorEncoding(transfer_function=65535), ColorEncoding(primaries=7, transfer_function=16)
NO_TRIANGLE = ColorEncoding(primaries=OWN, white_point=D65, transfer_function=16)


@pytest.mark.parametrize("said", [None, OTHER_CURVE, OTHER_PRIMARIES, NO_TRIANGLE])
def test_what_is_not_named_is_not_known(said: ColorEncoding | None) -> None:
    assert space_of(said) is None
