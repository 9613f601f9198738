import gzip

import pytest

from imgsvc.codecs.sniff import WINDOW, sniff
from imgsvc.errors import UnknownFormatError
from imgsvc.options.formats import Format
from tests.images import encoded, quadrants, svg

RASTER = ("jpeg", "png", "webp", "gif", "bmp", "tiff", "avif", "heic", "jxl", "ico")


@pytest.mark.parametrize("word", RASTER)
def test_a_format_is_known_by_its_first_bytes(word: str) -> None:
    body = encoded(quadrants(), word)

    assert sniff(body) is Format[word.upper()]


@pytest.mark.parametrize("signature", [b"II+\0\x08\0\0\0", b"MM\0+\0\x08\0\0"])
def test_a_bigtiff_is_a_tiff(signature: bytes) -> None:
    assert sniff(signature + bytes(8)) is Format.TIFF


@pytest.mark.parametrize("before", [b"", b"\n", b"x" * 1019])
def test_a_pdf_may_begin_anywhere_in_the_first_kilobyte(before: bytes) -> None:
    assert sniff(before + b"%PDF-1.7\n") is Format.PDF


@pytest.mark.parametrize("version", [1, 2])
def test_psd_and_psb_are_one_format(version: int) -> None:
    assert sniff(b"8BPS\0" + bytes([version]) + bytes(20)) is Format.PSD


def test_what_begins_behind_the_first_kilobyte_is_no_pdf() -> None:
    with pytest.raises(UnknownFormatError):
        sniff(b"x" * 1020 + b"%PDF-1.7\n")


@pytest.mark.parametrize("body", [encoded(quadrants(), "jpeg")[:64] + b"%PDF-", svg(4, 4, "<!-- %PDF-1.4 -->")])
def test_a_picture_that_speaks_of_pdf_is_none(body: bytes) -> None:
    assert sniff(body) is not Format.PDF


def test_neither_name_nor_media_type_makes_a_png_of_a_jpeg() -> None:
    body = encoded(quadrants(), "jpeg")

    assert sniff(body, "/a.png", "image/png") is Format.JPEG


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        pytest.param("/a.NEF", "", id="extension"),
        pytest.param("/a", "image/x-sony-arw; q=1", id="maker's media type"),
        pytest.param("/a", "image/x-dcraw", id="any raw"),
    ],
)
def test_a_camera_raw_file_is_no_tiff(path: str, media_type: str) -> None:
    body = encoded(quadrants(), "tiff")

    with pytest.raises(UnknownFormatError):
        sniff(body, path, media_type)


@pytest.mark.parametrize("path", ["///a.tiff", "", "/raw"])
def test_any_other_name_leaves_tiff_alone(path: str) -> None:
    body = encoded(quadrants(), "tiff")

    assert sniff(body, path, "image/tiff") is Format.TIFF


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(svg(), id="plain"),
        pytest.param(b'\xef\xbb\xbf<?xml version="1.0"?><!-- a --><!DOCTYPE svg>' + svg(), id="with a prologue"),
        pytest.param(b'<s:svg xmlns:s="http://www.w3.org/2000/svg"/>', id="with a prefix"),
        pytest.param(b"<a><svg>", id="inside something else"),
        pytest.param(svg().decode().encode("utf-16"), id="in UTF-16"),
        pytest.param(b'<?xml version="1.0"?>\n<svg content="' + b"x" * WINDOW, id="longer than the window"),
    ],
)
def test_svg_is_known_by_its_tag(text: bytes) -> None:
    assert sniff(text) is Format.SVG


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"<html><body>Not found</body></html>", id="a web page"),
        pytest.param(b"<a>svg</a>", id="only a word"),
        pytest.param(b"<SVG/>", id="capitals"),
        pytest.param(b"<a>" + b" " * WINDOW + b"<svg/></a>", id="beyond the window"),
        pytest.param(b"<a/><!-- <svg " + b"x" * WINDOW, id="in a comment longer than the window"),
        pytest.param(b"ftypavif", id="signature at the wrong place"),
    ],
)
def test_anything_else_is_unknown(text: bytes) -> None:
    with pytest.raises(UnknownFormatError):
        sniff(text)


def test_entities_that_grow_without_bound_are_not_followed() -> None:
    declared = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10}">' for i in range(1, 12))
    bomb = f'<!DOCTYPE a [<!ENTITY e0 "x">{declared}]><a>&e11;<svg/></a>'.encode()

    with pytest.raises(UnknownFormatError):
        sniff(bomb)


def test_a_packed_drawing_is_one() -> None:
    assert sniff(gzip.compress(svg())) is Format.SVG


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(gzip.compress(b"text", mtime=0), id="text"),
        pytest.param(gzip.compress(svg(), mtime=0)[:10] + b"xxxxxx", id="damaged"),
    ],
)
def test_anything_else_that_is_packed_is_no_picture(body: bytes) -> None:
    with pytest.raises(UnknownFormatError):
        sniff(body)
