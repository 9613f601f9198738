import base64

import pytest

from imgsvc.codecs.decode import open_image
from imgsvc.codecs.headers.extent import Extent
from imgsvc.codecs.opened import DecodeRequest, Opened
from imgsvc.codecs.pdf.decoder import open_pages
from imgsvc.codecs.settings import DecodeSettings
from imgsvc.errors import ResolutionError, UndecodableImageError
from imgsvc.options.formats import Format
from imgsvc.options.geometry import Size
from tests.codecs.pdf.files import HALF, Page, pdf
from tests.images import BLUE, GREEN, RED, WHITE

READING = DecodeSettings(enable_pdf=True)
# Encrypted by qpdf for the passwords "secret" and "owner".
ENCRYPTED = base64.b64decode(
    b"JVBERi0xLjcKJb/3ov4KMSAwIG9iago8PCAvRXh0ZW5zaW9ucyA8PCAvQURCRSA8PCAvQmFzZVZlcnNpb24gLzEuNyAvRXh0ZW5zaW9uTGV2"
    b"ZWwgOCA+PiA+PiAvUGFnZXMgMiAwIFIgL1R5cGUgL0NhdGFsb2cgPj4KZW5kb2JqCjIgMCBvYmoKPDwgL0NvdW50IDEgL0tpZHMgWyAzIDAg"
    b"UiBdIC9UeXBlIC9QYWdlcyA+PgplbmRvYmoKMyAwIG9iago8PCAvQ29udGVudHMgNCAwIFIgL01lZGlhQm94IFsgMCAwIDIwMCAxMDAgXSAv"
    b"UGFyZW50IDIgMCBSIC9SZXNvdXJjZXMgPDwgL0V4dEdTdGF0ZSA8PCAvSGFsZiA8PCAvY2EgMC41ID4+ID4+IC9Gb250IDw8IC9GMSA8PCAv"
    b"QmFzZUZvbnQgL0hlbHZldGljYSAvU3VidHlwZSAvVHlwZTEgL1R5cGUgL0ZvbnQgPj4gPj4gPj4gL1R5cGUgL1BhZ2UgPj4KZW5kb2JqCjQg"
    b"MCBvYmoKPDwgL0xlbmd0aCA2NCAvRmlsdGVyIC9GbGF0ZURlY29kZSA+PgpzdHJlYW0KMehcVhnvhuvpfV1H+xB2icCMgzzcPZ4ktfR6ce9m"
    b"zKIjUOfgrawJ6K7DXMHlHWl31wQaK5Epk2iPKRaBhRRdNWVuZHN0cmVhbQplbmRvYmoKNSAwIG9iago8PCAvQ0YgPDwgL1N0ZENGIDw8IC9B"
    b"dXRoRXZlbnQgL0RvY09wZW4gL0NGTSAvQUVTVjMgL0xlbmd0aCAzMiA+PiA+PiAvRmlsdGVyIC9TdGFuZGFyZCAvTGVuZ3RoIDI1NiAvTyA8"
    b"ZDc5NDY2ZTNiNjdiZTQzODM3NjAxZDdhNmMzZmZlYmI1MDY2NjY1MGE1YzI5NmYzZjE2MDRlYTFhZmJkNWM0ODRiNzViMmEzMzI1OThkYWYy"
    b"Nzk4ZmE3MmM5Mjk2NjRlPiAvT0UgPGE4Yjg5YzBhNTVlZTY3NmI0OGFhZjhmZTk5Y2EzNjFiMjk4NDNhYzY2NDUwNTY3NTYyZjI4NDU3Nzlk"
    b"MDAyZjY+IC9QIC00IC9QZXJtcyA8ZmQzYTU4OTVlMDdmYzhlNDBkNzg2M2JkYmI0YjU0MTY+IC9SIDYgL1N0bUYgL1N0ZENGIC9TdHJGIC9T"
    b"dGRDRiAvVSA8MTBhNWNjZTYwNTE3ZTYyZGU1MGRkZTVmMmU1YmQ0MDY3M2EwN2E2YjJhYmY4OTJhMDQ3YzU4MGQ4ZWY2MzgyZDYwZTA5Mjky"
    b"MzQ3MzhiNjk2ZjJlMjAyYjVmNDdkYzAwPiAvVUUgPGJjMTllNTI5ZjgwMzcxY2U5ODFmOTUxZGVlNzM5OWJmZTNhNDI1OTc4Yzg5OGNlMmQ5"
    b"MDZhNDdkMGI0Y2EyNDM+IC9WIDUgPj4KZW5kb2JqCnhyZWYKMCA2CjAwMDAwMDAwMDAgNjU1MzUgZiAKMDAwMDAwMDAxNSAwMDAwMCBuIAow"
    b"MDAwMDAwMTMwIDAwMDAwIG4gCjAwMDAwMDAxODkgMDAwMDAgbiAKMDAwMDAwMDQwMyAwMDAwMCBuIAowMDAwMDAwNTM3IDAwMDAwIG4gCnRy"
    b"YWlsZXIgPDwgL1Jvb3QgMSAwIFIgL1NpemUgNiAvSUQgWzwwYzM5ZmJjNmQ0NGY2NzMyYjFkOGQ0NTBjMjRkZTdhMT48MGMzOWZiYzZkNDRm"
    b"NjczMmIxZDhkNDUwYzI0ZGU3YTE+XSAvRW5jcnlwdCA1IDAgUiA+PgpzdGFydHhyZWYKMTA4NAolJUVPRgo="
)


def opened(body: bytes, settings: DecodeSettings = READING) -> Opened:
    return open_image(body, Format.PDF, settings)


def pages(body: bytes, first: int, most: int, settings: DecodeSettings = READING) -> Opened:
    return open_pages(body, settings, Extent(), first, most)


def corners(found: Opened, size: Size | None = None) -> list[object]:
    """The colors left and right above, and left and right below."""
    image = found.decode(DecodeRequest(size=size)).frames[0]
    left, top, right, bottom = 3, 3, image.width - 4, image.height - 4
    return [image.getpixel(at) for at in ((left, top), (right, top), (left, bottom), (right, bottom))]


def test_a_point_is_a_pixel() -> None:
    header = opened(pdf(Page(width=200.4, height=99.6), Page())).header

    assert (header.size, header.frames, header.is_page) == ((200, 100), 2, False)


@pytest.mark.parametrize(
    ("about", "size", "colors"),
    [
        pytest.param("", (200, 100), [RED, GREEN, BLUE, WHITE], id="as it is"),
        pytest.param("/Rotate 90", (100, 200), [BLUE, RED, WHITE, GREEN], id="turned"),
        pytest.param("/Rotate -90", (100, 200), [GREEN, WHITE, RED, BLUE], id="turned back"),
        pytest.param("/CropBox [50 20 120 100]", (70, 80), [RED, GREEN, BLUE, WHITE], id="cropped"),
        pytest.param("/CropBox [50 20 120 100] /Rotate 180", (70, 80), [WHITE, BLUE, GREEN, RED], id="cropped, turned"),
    ],
)
def test_a_page_is_shown_as_it_says(about: str, size: Size, colors: list[object]) -> None:
    found = opened(pdf(Page(about=about)))

    assert found.header.size == size
    assert corners(found) == colors


def test_a_page_is_drawn_at_the_size_that_is_wanted() -> None:
    assert corners(opened(pdf()), Size(31, 17)) == [RED, GREEN, BLUE, WHITE]


@pytest.mark.parametrize("is_transparent", [True, False])
def test_behind_a_page_there_is_white_or_nothing(is_transparent: bool) -> None:
    found = opened(pdf(Page(HALF)), DecodeSettings(enable_pdf=True, pdf_no_background=is_transparent))

    picture = found.decode()
    assert picture.has_alpha is found.header.has_alpha is is_transparent
    assert picture.frames[0].getpixel((150, 50)) == ((0, 0, 0, 0) if is_transparent else WHITE)


def test_several_pages_stand_one_below_the_other() -> None:
    found = pages(pdf(Page(HALF), Page(HALF, width=100, height=60)), 0, 2)

    assert (found.header.size, found.header.is_page) == ((200, 160), True)
    assert corners(found) == [RED, WHITE, RED, WHITE]


def test_beside_a_narrow_page_there_is_nothing_where_there_is_nothing_behind_pages() -> None:
    settings = DecodeSettings(enable_pdf=True, pdf_no_background=True)
    found = pages(pdf(Page(), Page(HALF, width=100, height=60)), 0, 2, settings)

    assert corners(found)[3] == (0, 0, 0, 0)


@pytest.mark.parametrize("size", [Size(50, 40), Size(3, 2), Size(1, 1), Size(777, 501)], ids=str)
def test_a_stack_is_drawn_at_the_size_that_is_wanted(size: Size) -> None:
    found = pages(pdf(*[Page(height=7)] * 5), 0, 5)

    assert found.decode(DecodeRequest(size=size)).size == size


@pytest.mark.parametrize(("first", "most", "height"), [(1, 1, 20), (1, 9, 50), (9, 9, 30), (0, 2, 30)])
def test_there_are_as_many_pages_as_there_are(first: int, most: int, height: int) -> None:
    body = pdf(*(Page(height=each) for each in (10, 20, 30)))

    assert pages(body, first, most).header.size.height == height


def test_a_page_of_two_hundred_meters_is_drawn_small() -> None:
    found = opened(pdf(Page("1 0 0 rg 0 0 566929 566929 re f", width=566_929, height=566_929)))

    assert corners(found, Size(20, 20)) == [RED] * 4


def test_a_page_of_two_hundred_meters_is_not_drawn_large() -> None:
    found = opened(pdf(Page(width=566_929, height=566_929)))

    with pytest.raises(ResolutionError):
        found.decode()


def test_whoever_needs_a_password_is_told_so() -> None:
    with pytest.raises(UndecodableImageError, match="needs a password"):
        opened(ENCRYPTED)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"%PDF-1.7\n", id="nothing"),
        pytest.param(pdf()[:300], id="cut off"),
        pytest.param(pdf().replace(b"/Kids [3 0 R]", b"/Kids [2 0 R]"), id="pages that are their own"),
        pytest.param(pdf().replace(b"/Kids [3 0 R]", b"/Kids []     "), id="no pages"),
    ],
)
def test_a_document_that_makes_no_sense_is_undecodable(body: bytes) -> None:
    with pytest.raises(UndecodableImageError):
        opened(body)


def test_a_table_that_is_wrong_is_made_anew() -> None:
    body = pdf().replace(b"startxref\n", b"startxref\n9")

    assert corners(opened(body)) == [RED, GREEN, BLUE, WHITE]


@pytest.mark.parametrize(
    "catalog",
    [
        pytest.param("/OpenAction <</S /JavaScript /JS (while\\(1\\);)>>", id="a script"),
        pytest.param("/OpenAction <</S /Launch /F (/bin/true)>>", id="a program"),
        pytest.param("/OpenAction <</S /URI /URI (http://127.0.0.1:9/)>>", id="a link"),
    ],
)
def test_what_a_document_wants_done_is_not_done(catalog: str) -> None:
    assert corners(opened(pdf(catalog=catalog))) == [RED, GREEN, BLUE, WHITE]


def test_a_picture_in_another_file_is_not_read() -> None:
    outside = f"<</Type /XObject /Subtype /Image /Width 1 /Height 1 /F ({__file__}) /BitsPerComponent 8 /Length 0"
    body = pdf(
        Page("200 0 0 100 0 0 cm /Im Do", about="/Resources <</XObject <</Im 5 0 R>>>>"),
        objects=[f"{outside} /ColorSpace /DeviceGray>>\nstream\n\nendstream"],
    )

    assert corners(opened(body)) == [WHITE] * 4
