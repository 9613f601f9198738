"""A JPEG that is shrunk while its rows come, against the same that is decoded before."""

from typing import Any

import numpy
import pytest
from PIL import Image, _imaging

from imgsvc.codecs.native.shrinker import Shrinker, shrunk
from imgsvc.codecs.opened import DecodeRequest
from imgsvc.errors import UndecodableImageError
from imgsvc.options.geometry import Box, Shrinking, Size
from imgsvc.transforms.pixels.cielab import linear_light
from imgsvc.transforms.planning.resampling import resampling
from tests.codecs.files import frame_of, opened
from tests.images import encoded, gradient, noise, quadrants

SIZE = Size(203, 150)
KINDS = pytest.mark.parametrize(
    ("mode", "options"),
    [
        ("RGB", {}),
        ("L", {}),
        ("RGB", {"subsampling": 0}),
        ("RGB", {"subsampling": 1}),
        ("RGB", {"progressive": True}),
        ("RGB", {"restart_marker_rows": 1}),
        ("RGB", {"keep_rgb": True}),
    ],
    ids=["color", "gray", "4:4:4", "4:2:2", "progressive", "restarts", "stored as RGB"],
)


def jpeg(mode: str, options: dict[str, Any]) -> bytes:
    """A smooth picture with some noise."""
    image = Image.blend(gradient(*SIZE).convert("RGB"), noise(*SIZE), 0.2).convert(mode)
    return encoded(image, "jpeg", quality=90, **options)


def to_a_third(size: Size) -> Shrinking:
    """Linear light is where rows are asked for."""
    return resampling(size, 1 / 3, 1 / 3).shrinking(linear=True)


@KINDS
@pytest.mark.parametrize("shrink", [1, 2, 4])
def test_every_pixel_is_that_of_the_whole_picture(mode: str, options: dict[str, Any], shrink: int) -> None:
    file, size = opened(jpeg(mode, options), "jpeg"), Size(SIZE.width // shrink, SIZE.height // shrink)

    found = file.decode(DecodeRequest(shrink=shrink, shrinking=to_a_third(size))).frames[0]

    whole = file.decode(DecodeRequest(shrink=shrink)).frames[0]
    assert (found.mode, found.tobytes()) == (mode, shrunk(whole, to_a_third(size)).tobytes())


def test_a_part_is_that_of_the_whole_picture() -> None:
    file, box = opened(jpeg("RGB", {}), "jpeg"), Box(11, 20, 77, 71)

    found = file.decode(DecodeRequest(shrink=2, box=box, shrinking=to_a_third(box.size))).frames[0]

    whole = file.decode(DecodeRequest(shrink=2)).frames[0]
    assert found.tobytes() == shrunk(whole.crop(box), to_a_third(box.size)).tobytes()


@pytest.mark.parametrize("kept", [0.4, 0.9])
@pytest.mark.parametrize("options", [{}, {"progressive": True}], ids=["sequential", "progressive"])
def test_of_a_file_that_ends_early_there_is_what_there_is_of_the_whole(kept: float, options: dict[str, Any]) -> None:
    body = jpeg("RGB", options)
    file, request = opened(body[: int(len(body) * kept)], "jpeg"), DecodeRequest(shrinking=to_a_third(SIZE))

    found = file.decode(request).frames[0]

    assert found.tobytes() == shrunk(file.decode(DecodeRequest()).frames[0], to_a_third(SIZE)).tobytes()


def test_of_a_file_without_a_row_there_is_nothing() -> None:
    body = jpeg("RGB", {})
    scan = body.index(b"\xff\xda")

    with pytest.raises(UndecodableImageError):
        opened(body[: scan + 40], "jpeg").decode(DecodeRequest(shrinking=to_a_third(SIZE)))


def test_bytes_between_segments_do_no_harm() -> None:
    body = jpeg("RGB", {})
    at = body.index(b"\xff\xdb")

    assert frame_of(body[:at] + b"\0\0\0" + body[at:], "jpeg").size == SIZE


def test_a_jpeg_in_ink_is_not_had_by_rows() -> None:
    assert opened(encoded(quadrants(), "jpeg"), "jpeg").header.by_rows_if_linear
    assert not opened(encoded(quadrants().convert("CMYK"), "jpeg"), "jpeg").header.by_rows_if_linear


@pytest.mark.parametrize(
    ("shrink", "box"),
    [(3, (0, 0, 203, 150)), (1, (0, 0, 202, 150)), (0, (0, 0, 203, 150))],
    ids=["a third", "another size", "nothing"],
)
def test_rows_of_another_picture_are_refused(shrink: int, box: tuple[int, int, int, int]) -> None:
    shrinker = Shrinker("RGB", SIZE, to_a_third(SIZE))

    with pytest.raises(ValueError, match="no such picture"):
        _imaging.jpeg_rows(shrinker.native, jpeg("RGB", {}), shrink, box, False, False)


@pytest.mark.parametrize(
    ("mode", "box"), [("L", (0, 0, 203, 150)), ("RGB", (1, 0, 204, 150)), ("RGB", (-1, 0, 202, 150))]
)
def test_a_picture_that_is_not_as_it_was_said_to_be_is_not_sound(mode: str, box: tuple[int, int, int, int]) -> None:
    shrinker = Shrinker(mode, SIZE, to_a_third(SIZE))

    assert not _imaging.jpeg_rows(shrinker.native, jpeg("RGB", {}), 1, box, False, False)


def screen(mode: str, options: dict[str, Any]) -> bytes:
    """Black and white by turns, as fine as can be, beside gray: light of which the decoder's means lose half."""
    checks = Image.fromarray(numpy.indices((128, 128)).sum(0).astype("uint8") % 2 * 200 + 20)
    checks.paste(120, (64, 0, 128, 128))
    return encoded(checks.convert(mode), "jpeg", quality=97, **options)


def light(body: bytes, shrink: int, *, fine: bool, box: Box | None = None) -> Any:
    """Of the screen and of the gray, the mean light; less of the edge between them."""
    box = box or Box(0, 0, 128 // shrink, 128 // shrink)
    shrinking = resampling(box.size, 1, 1 / 2).shrinking(linear=True)._replace(fine=fine)
    image = opened(body, "jpeg").decode(DecodeRequest(shrink=shrink, box=box, shrinking=shrinking)).frames[0]
    levels = numpy.asarray(image.convert("RGB"))[..., 1]
    quarter = levels.shape[1] // 4
    return [linear_light(part / 255).mean() for part in (levels[:, :quarter], levels[:, -quarter:])]


@KINDS
@pytest.mark.parametrize("shrink", [2, 4, 8])
def test_what_the_decoder_loses_of_light_is_given_back(mode: str, options: dict[str, Any], shrink: int) -> None:
    body = screen(mode, options)

    found = light(body, shrink, fine=True)

    if "keep_rgb" in options:
        assert found == light(body, shrink, fine=False)
    else:
        assert found == pytest.approx(light(body, 1, fine=False), rel=0.05)
        assert light(body, shrink, fine=False)[0] < 0.8 * found[0]


@pytest.mark.parametrize("left", [0, 5, 16, 33])
def test_a_part_is_given_back_what_that_part_has_lost(left: int) -> None:
    body = screen("RGB", {})

    found = light(body, 2, fine=True, box=Box(left, 3, 64, 60))

    assert found[1] == pytest.approx(light(body, 1, fine=False)[1], rel=0.02)
    assert found[0] == pytest.approx(light(body, 1, fine=False)[0 if left < 24 else 1], rel=0.05)


def test_where_nothing_is_lost_nothing_is_given() -> None:
    body = encoded(gradient(64, 64).convert("RGB"), "jpeg", quality=95)

    assert light(body, 1, fine=True) == light(body, 1, fine=False)


def test_waves_that_no_picture_has_do_no_harm() -> None:
    """The steps of quantization are as large as they can be, and so is each wave of noise."""
    body = bytearray(encoded(noise(128, 128), "jpeg", quality=100))
    at = body.index(b"\xff\xdb") + 5
    body[at : at + 64] = b"\xff" * 64

    assert all(0 <= each <= 1 for each in light(bytes(body), 4, fine=True))
