import io

import pytest

from imgsvc.codecs.jpeg.decoder import SHRINKS
from imgsvc.codecs.opened import DecodeRequest
from imgsvc.errors import UndecodableImageError
from imgsvc.options.geometry import Size
from tests.codecs.files import frame_of, opened
from tests.images import (
    BLUE,
    RED,
    encoded,
    gradient,
    noise,
    quadrants,
    solid,
)

GRAY = (128, 128, 128)


@pytest.mark.parametrize("shrink", SHRINKS)
@pytest.mark.parametrize("size", [(64, 64), (65, 71), (200, 33)])
def test_a_jpeg_is_decoded_at_reduced_scale(shrink: int, size: tuple[int, int]) -> None:
    body = encoded(quadrants(*size), "jpeg", quality=95)

    picture = opened(body, "jpeg").decode(DecodeRequest(shrink=shrink))

    assert picture.size == Size(size[0] // shrink, size[1] // shrink)


def test_a_jpeg_thinner_than_the_shrink_is_reduced_all_the_same() -> None:
    body = encoded(quadrants(64, 4), "jpeg")

    assert opened(body, "jpeg").decode(DecodeRequest(shrink=8)).size == Size(8, 1)


@pytest.mark.parametrize("width", range(16, 80))
def test_of_a_thin_jpeg_nothing_is_cut_off_but_a_part_of_a_block(width: int) -> None:
    image = solid(width, 4, RED)
    image.paste(BLUE, (width - 16, 0, width, 4))

    found = opened(encoded(image, "jpeg", quality=95, subsampling=0), "jpeg").decode(DecodeRequest(shrink=8)).frames[0]

    assert found.size == (width // 8, 1)
    assert found.getpixel((found.width - 1, 0))[2] > 80


def test_only_the_first_picture_of_a_camera_jpeg_is_read() -> None:
    buffer = io.BytesIO()
    solid(40, 20, RED).save(buffer, "MPO", save_all=True, append_images=[gradient()])

    assert opened(buffer.getvalue(), "jpeg").decode().size == Size(40, 20)


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


BASE = encoded(noise(64, 64), "jpeg", quality=90)


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
        frame_of(body[: int(len(body) * kept)], "jpeg")


@pytest.mark.parametrize("shrink", [1, 2, 8])
@pytest.mark.parametrize("progressive", [False, True])
def test_of_a_jpeg_that_ends_early_the_rest_is_gray(progressive: bool, shrink: int) -> None:
    body = encoded(noise(128, 128), "jpeg", progressive=progressive)
    second = body.find(b"\xff\xda", scan_of(body))
    kept = (scan_of(body) + (second if progressive else len(body))) // 2

    found = frame_of(body[:kept], "jpeg", shrink)

    assert found.getpixel((found.width - 1, found.height - 1)) == GRAY
    assert found.crop((0, 0, found.width, 16 // shrink)).getcolors(1) is None


def test_of_a_progressive_jpeg_its_means_alone_are_a_picture() -> None:
    body = encoded(gradient(256, 64, "RGB"), "jpeg", progressive=True)
    second = body.index(b"\xff\xda", body.index(b"\xff\xda") + 2)

    found = frame_of(body[:second], "jpeg")

    assert found.getpixel((0, 60))[0] < 16 < 240 < found.getpixel((255, 60))[0]


@pytest.mark.parametrize("ending", [b"", b"\xff\xd9"], ids=["cut short", "ended properly"])
@pytest.mark.parametrize("scanned", [0, 1, 8])
@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"subsampling": 0}], ids=str)
def test_less_than_a_row_of_blocks_is_nothing(options: dict[str, bool], scanned: int, ending: bytes) -> None:
    body = encoded(noise(256, 256), "jpeg", **options)

    with pytest.raises(UndecodableImageError):
        frame_of(body[: scan_of(body) + scanned] + ending, "jpeg")


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
@pytest.mark.parametrize("progressive", [False, True])
def test_a_picture_that_is_gray_is_one(mode: str, progressive: bool) -> None:
    gray = solid(80, 80, 128 if mode == "L" else (128,) * len(mode), mode)

    assert frame_of(encoded(gray, "jpeg", progressive=progressive), "jpeg").size == (80, 80)


def test_a_solid_picture_cut_short_has_its_rows() -> None:
    body = encoded(solid(256, 256, (200, 30, 30)), "jpeg")

    assert frame_of(body[: len(body) - 200], "jpeg").getpixel((128, 4))[0] > 180
