"""A JPEG that is shrunk while its rows come, against the same that is decoded before."""

from typing import Any

import pytest
from PIL import Image, _imaging

from imgsvc.codecs.native.shrinker import Shrinker, shrunk
from imgsvc.codecs.opened import DecodeRequest
from imgsvc.errors import UndecodableImageError
from imgsvc.options.geometry import Box, Shrinking, Size
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
        _imaging.jpeg_rows(shrinker.native, jpeg("RGB", {}), shrink, box)


@pytest.mark.parametrize(
    ("mode", "box"), [("L", (0, 0, 203, 150)), ("RGB", (1, 0, 204, 150)), ("RGB", (-1, 0, 202, 150))]
)
def test_a_picture_that_is_not_as_it_was_said_to_be_is_not_sound(mode: str, box: tuple[int, int, int, int]) -> None:
    shrinker = Shrinker(mode, SIZE, to_a_third(SIZE))

    assert not _imaging.jpeg_rows(shrinker.native, jpeg("RGB", {}), 1, box)
