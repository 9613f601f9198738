"""What is shown of a file that ends early, and what is refused."""

import struct
import zlib

import pytest
from PIL import Image

from imgsvc.codecs.decode import open_image
from imgsvc.codecs.settings import DecodeSettings
from imgsvc.errors import UndecodableImageError
from imgsvc.options.formats import Format
from tests.faults import bombs
from tests.images import encoded, gradient, noise, quadrants, solid

GRAY, BLACK = (128, 128, 128), (0, 0, 0)
PHOTO = noise(64, 64)


def decoded(body: bytes, word: str = "jpeg", shrink: int = 1) -> Image.Image:
    return open_image(body, Format[word.upper()], DecodeSettings()).decode(shrink=shrink).frames[0].convert("RGB")


def scan_of(body: bytes) -> int:
    """Where the first scan's data begin."""
    at = body.index(b"\xff\xda")
    return at + 2 + int.from_bytes(body[at + 2 : at + 4])


def without(marker: bytes, body: bytes) -> bytes:
    while (at := body.find(marker)) > 0:
        body = body[:at] + body[at + 2 + int.from_bytes(body[at + 2 : at + 4]) :]
    return body


def changed(body: bytes, at: int, new: bytes) -> bytes:
    return body[:at] + new + body[at + len(new) :]


BASE = encoded(PHOTO, "jpeg", quality=90)
FATAL = {
    "lossless": changed(BASE, BASE.index(b"\xff\xc0"), b"\xff\xc3"),
    "hierarchical": changed(BASE, BASE.index(b"\xff\xc0"), b"\xff\xc5"),
    "arithmetic and lossless": changed(BASE, BASE.index(b"\xff\xc0"), b"\xff\xcb"),
    "huffman codes that cannot be": changed(BASE, BASE.index(b"\xff\xc4") + 5, b"\xff" * 16),
    "no quantizers": without(b"\xff\xdb", BASE),
    "no sampling": changed(BASE, BASE.index(b"\xff\xc0") + 11, b"\0"),
    "two frame headers": BASE[:2] + BASE[BASE.index(b"\xff\xc0") :][:19] + BASE[2:],
    "scan of a component that there is not": changed(BASE, BASE.index(b"\xff\xda") + 5, b"\x09"),
}


@pytest.mark.parametrize("name", FATAL)
@pytest.mark.parametrize("kept", [1, 0.8], ids=["whole", "cut short"])
def test_a_jpeg_that_cannot_be_decoded_is_not_an_empty_picture(name: str, kept: float) -> None:
    body = FATAL[name]

    with pytest.raises(UndecodableImageError):
        decoded(body[: int(len(body) * kept)])


@pytest.mark.parametrize("shrink", [1, 2, 8])
@pytest.mark.parametrize("progressive", [False, True])
def test_of_a_jpeg_that_ends_early_the_rest_is_gray(progressive: bool, shrink: int) -> None:
    body = encoded(noise(128, 128), "jpeg", progressive=progressive)
    second = body.find(b"\xff\xda", scan_of(body))
    kept = (scan_of(body) + (second if progressive else len(body))) // 2

    found = decoded(body[:kept], shrink=shrink)

    assert found.getpixel((found.width - 1, found.height - 1)) == GRAY
    assert found.crop((0, 0, found.width, 16 // shrink)).getcolors(1) is None


def test_of_a_progressive_jpeg_its_means_alone_are_a_picture() -> None:
    body = encoded(gradient(256, 64, "RGB"), "jpeg", progressive=True)
    second = body.index(b"\xff\xda", body.index(b"\xff\xda") + 2)

    found = decoded(body[:second])

    assert found.getpixel((0, 60))[0] < 16 < 240 < found.getpixel((255, 60))[0]


@pytest.mark.parametrize("ending", [b"", b"\xff\xd9"], ids=["cut short", "ended properly"])
@pytest.mark.parametrize("scanned", [0, 1, 8])
@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"subsampling": 0}], ids=str)
def test_less_than_a_row_of_blocks_is_nothing(options: dict[str, bool], scanned: int, ending: bytes) -> None:
    body = encoded(noise(256, 256), "jpeg", **options)

    with pytest.raises(UndecodableImageError):
        decoded(body[: scan_of(body) + scanned] + ending)


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
@pytest.mark.parametrize("progressive", [False, True])
def test_a_picture_that_is_gray_is_one(mode: str, progressive: bool) -> None:
    gray = solid(80, 80, 128 if mode == "L" else (128,) * len(mode), mode)

    assert decoded(encoded(gray, "jpeg", progressive=progressive)).size == (80, 80)


def test_of_a_png_that_ends_early_the_rest_is_black() -> None:
    body = encoded(PHOTO, "png")

    found = decoded(body[: len(body) // 2], "png")

    assert (found.getpixel((63, 63)), found.crop((0, 0, 64, 1)).getcolors(1)) == (BLACK, None)


@pytest.mark.parametrize("kept", [0, 20, 150])
def test_less_than_a_row_of_a_png_is_nothing(kept: int) -> None:
    body = encoded(PHOTO, "png", compress_level=0)

    with pytest.raises(UndecodableImageError):
        decoded(body[: body.index(b"IDAT") + 4 + kept], "png")


def test_a_png_whose_pixels_are_packed_otherwise_is_nothing() -> None:
    packer = zlib.compressobj(wbits=-15)
    content = packer.compress(bytes(72)) + packer.flush()
    body = bombs.png(8, 8, data=bytes(72))
    at = body.index(b"IDAT") - 4

    with pytest.raises(UndecodableImageError):
        decoded(body[:at] + struct.pack(">I4s", len(content), b"IDAT") + content + bytes(4) + body[-12:], "png")


def test_a_text_behind_its_pixels_does_not_spoil_a_png() -> None:
    large = b"zTXt" + b"a\0\0" + zlib.compress(bytes(4 << 20))
    body = bombs.png(8, 8, data=bytes(72))
    late = struct.pack(">I", len(large) - 4) + large + struct.pack(">I", zlib.crc32(large))

    assert decoded(body[:-12] + late + body[-12:], "png").size == (8, 8)


def test_of_a_gif_that_ends_early_there_is_what_came() -> None:
    body = encoded(PHOTO.quantize(64), "gif")

    found = decoded(body[: len(body) // 2], "gif")

    assert found.crop((0, 0, 64, 1)).getcolors(1) is None


def test_less_than_a_row_of_a_gif_is_nothing() -> None:
    body = encoded(PHOTO.quantize(64), "gif")

    with pytest.raises(UndecodableImageError):
        decoded(body[: body.index(b"\x2c\0\0\0\0") + 30], "gif")


@pytest.mark.parametrize("word", ["bmp", "tiff", "webp", "avif", "heic", "jxl", "ico"])
def test_of_any_other_format_there_is_all_or_nothing(word: str) -> None:
    body = encoded(PHOTO, word)

    with pytest.raises(UndecodableImageError):
        decoded(body[: len(body) * 2 // 3], word)


@pytest.mark.parametrize("word", ["jpeg", "png", "gif"])
def test_what_is_whole_is_not_looked_at_twice(word: str) -> None:
    assert decoded(encoded(quadrants(), word), word).getpixel((39, 19)) != BLACK


def test_a_solid_picture_cut_short_has_its_rows() -> None:
    body = encoded(solid(256, 256, (200, 30, 30)), "jpeg")

    assert decoded(body[: len(body) - 200]).getpixel((128, 4))[0] > 180
