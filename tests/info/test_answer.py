import hashlib
import json
from dataclasses import replace

import pytest

from imgsvc.codecs.info.outline import Outline
from imgsvc.codecs.opened import Header
from imgsvc.info.answer import needs_header, needs_whole, of_bytes, of_file, of_outline, of_page, wanted, written
from imgsvc.options.formats import Format
from imgsvc.options.geometry import Size
from imgsvc.options.info import Alpha, Exif, InfoOptions
from imgsvc.options.processing import Crop

NOTHING = InfoOptions(
    wants_size=False,
    wants_format=False,
    wants_dimensions=False,
    exif=Exif(is_told=False),
    wants_iptc=False,
    wants_xmp=False,
)


def changed(**wishes: object) -> InfoOptions:
    return replace(NOTHING, **wishes)  # type: ignore[arg-type]


def test_a_file_is_told_by_its_size_and_its_format() -> None:
    assert of_file(InfoOptions(), Format.JPEG, 99) == {"size": 99, "format": "jpeg", "mime_type": "image/jpeg"}


def test_a_size_that_nobody_knows_is_left_out() -> None:
    assert "size" not in of_file(InfoOptions(), Format.JPEG, None)


def test_nothing_is_told_that_nobody_asked_for() -> None:
    assert of_file(NOTHING, Format.JPEG, 99) == {}
    assert of_outline(NOTHING, Outline(Size(3, 2)), positions=False) == {}


def test_what_there_is_none_of_is_an_empty_object() -> None:
    assert of_outline(InfoOptions(), Outline(Size(3, 2), 6), positions=False) == {
        "width": 2,
        "height": 3,
        "orientation": 6,
        "exif": {},
        "iptc": {},
        "xmp": {},
    }


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (changed(wants_bands=True), {"bands": 3}),
        (changed(wants_colorspace=True), {"colorspace": "srgb"}),
        (changed(wants_sample_format=True), {"sample_format": "uchar"}),
        (changed(alpha=Alpha(is_told=True)), {"alpha": {"has_alpha": False}}),
        (changed(crop=Crop(1, 1)), {"crop": {"left": 0.5, "top": 0.5, "width": 0.25, "height": 0.5}}),
    ],
)
def test_one_key_stands_for_one_question(options: InfoOptions, told: dict[str, object]) -> None:
    assert of_outline(options, Outline(Size(4, 2)), positions=False) == told


def test_iptc_stands_by_itself_or_among_photoshop_s_resources() -> None:
    block = b"\x1c\2\x5a\0\5Paris"
    resource = b"8BIM\4\4\0\0" + len(block).to_bytes(4) + block
    options = changed(wants_iptc=True)

    for outline in (Outline(Size(1, 1), iptc=block), Outline(Size(1, 1), photoshop=resource)):
        assert of_outline(options, outline, positions=False) == {"iptc": {"City": "Paris"}}


def test_photoshop_s_resolution_is_told_with_iptc() -> None:
    resource = b"8BIM\3\xed\0\0\0\0\0\x10" + bytes((0, 72, 0, 0, 0, 1, 0, 1)) * 2
    told = of_outline(changed(wants_iptc=True), Outline(Size(1, 1), photoshop=resource), positions=False)

    assert json.loads(written(told))["photoshop"]["resolution"]["XResolution"] == 72


@pytest.mark.parametrize("name", ["md5", "sha1", "sha256", "sha512"])
def test_a_sum_is_that_of_all_bytes(name: str) -> None:
    found = of_bytes(changed(calc_hashsums=(name,)), b"abc")

    assert found == {"hashsums": {name: hashlib.new(name, b"abc").hexdigest()}}


def test_a_page_has_its_own_size() -> None:
    header = Header(Format.TIFF, Size(3, 2))

    assert of_page(InfoOptions(), header) == {"width": 3, "height": 2, "orientation": 1}
    assert of_page(NOTHING, header) == {}


@pytest.mark.parametrize(
    ("options", "header", "whole"),
    [
        (NOTHING, False, False),
        (changed(wants_size=True, wants_format=True), False, False),
        (InfoOptions(), True, False),
        (changed(wants_bands=True), True, False),
        (changed(wants_pages_number=True), True, True),
        (changed(calc_hashsums=("md5",)), True, True),
        (changed(page=2), True, True),
        (changed(palette=4), True, True),
    ],
)
def test_no_more_is_read_than_is_asked_for(options: InfoOptions, header: bool, whole: bool) -> None:
    assert (needs_header(options), needs_whole(options)) == (header, whole)


def test_metadata_is_looked_for_where_it_is_asked_for() -> None:
    found = wanted(changed(wants_xmp=True))

    assert (found.exif, found.iptc, found.xmp) == (False, False, True)


def test_texts_are_written_as_they_are() -> None:
    assert written({"a": "ä\n\ud800"}) == '{"a":"ä\\n?"}'.encode()
