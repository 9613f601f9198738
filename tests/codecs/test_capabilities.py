from importlib.metadata import version

from imgsvc.codecs.capabilities import capabilities
from imgsvc.codecs.decode import can_decode
from imgsvc.codecs.encode import can_encode
from imgsvc.options.formats import Format


def test_every_format_is_read_and_all_but_svg_are_written() -> None:
    assert all(map(can_decode, Format))
    assert [each for each in Format if not can_encode(each)] == [Format.SVG, Format.PSD]


def test_capabilities_name_a_version_for_every_format() -> None:
    found = capabilities()

    assert [each.format for each in found] == list(Format)
    assert all(any(map(str.isdigit, each.library)) for each in found)


def test_both_libraries_that_draw_svg_are_named() -> None:
    (found,) = (each for each in capabilities() if each.format is Format.SVG)

    assert all(version(each) in found.library for each in ("resvg", "resvg-py"))
