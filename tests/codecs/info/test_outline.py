from imgsvc.codecs.info.outline import Outline, Wanted
from imgsvc.options.geometry import Size


def test_a_picture_that_lies_on_its_side_is_told_as_it_is_shown() -> None:
    assert Outline(Size(30, 20), orientation=6).size == Size(20, 30)


def test_there_is_no_metadata_unless_somebody_finds_it() -> None:
    assert Outline(Size(1, 1)).exif.read(0, 16) == b""


def test_nothing_is_wanted_where_all_is_turned_off() -> None:
    assert not Wanted(exif=False, iptc=False, xmp=False).any
