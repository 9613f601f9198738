from pathlib import Path

import pytest
from PIL import Image, ImageStat

from imgsvc.codecs.headers.extent import Extent
from imgsvc.codecs.jpeg.gain_map import gain_map_of
from imgsvc.codecs.opened import DecodeRequest
from tests.codecs.files import opened
from tests.codecs.jpeg.gain_maps import ADOBE, ISO, OTHER, STANDARD, pictures, ultra_hdr
from tests.images import encoded, quadrants, solid
from tests.images import opened as shown
from tests.renderers import renderer, rendition

WITH = DecodeRequest(gain_map=True)


def made(folder: Path, options: str, body: bytes = ultra_hdr()) -> bytes:
    """The result of a URL with these options."""
    (folder / "u.jpg").write_bytes(body)
    return rendition(renderer(folder), f"/_/{options}/plain/local:///u.jpg").body


def map_of(body: bytes) -> Image.Image:
    """That of a result, which has one."""
    part = gain_map_of(body, Extent())
    assert part
    return shown(part)


def left_and_right(image: Image.Image) -> tuple[float, float]:
    """The mean levels of its halves."""
    middle = image.width // 2
    halves = (0, 0, middle, image.height), (middle, 0, image.width, image.height)
    return tuple(ImageStat.Stat(image.convert("L").crop(box)).mean[0] for box in halves)


@pytest.mark.parametrize("order", [">", "<"])
@pytest.mark.parametrize("said", [ADOBE, STANDARD])
def test_a_gain_map_is_found(said: tuple[int, bytes], order: str) -> None:
    found = opened(ultra_hdr(said, order=order), "jpeg")

    gain_map = found.decode(WITH).gain_map

    assert found.header.has_gain_map
    assert gain_map
    assert (gain_map.image.size, gain_map.said, gain_map.scale) == ((40, 20), (said,), 0.25)


def test_it_is_decoded_for_who_asks_alone() -> None:
    assert opened(ultra_hdr(), "jpeg").decode().gain_map is None


@pytest.mark.parametrize(
    "body",
    [ultra_hdr(OTHER), ultra_hdr(place=1 << 30), ultra_hdr()[:-900], pictures(encoded(quadrants(), "jpeg"), b"")],
    ids=["another picture", "beyond the file", "damaged head", "nothing"],
)
def test_what_is_no_map_is_none(body: bytes) -> None:
    found = opened(body, "jpeg")

    assert found.decode(WITH).gain_map is None
    assert not found.header.has_gain_map


def test_nor_is_one_that_is_larger_than_a_picture_may_be() -> None:
    body = ultra_hdr(levels=solid(200, 100, 9, "L"))

    assert gain_map_of(body, Extent(160 * 80)) is None


def test_a_damaged_one_leaves_its_picture() -> None:
    body = ultra_hdr(levels=solid(400, 400, 9, "L"))

    picture = opened(body[:-20] + bytes(20), "jpeg").decode(WITH)

    assert picture.size == (160, 80)


@pytest.mark.parametrize("options", ["f:jpg", "f:jpg/sm:0", "ph:1/f:png", "ph:1/f:webp/sm:0", "ph:1/wm:1", "ph:1/bl:2"])
def test_where_the_map_is_gone_nothing_speaks_of_it(tmp_path: Path, options: str) -> None:
    body = made(tmp_path, options)

    assert not any(word in body for word in (b"hdrgm", b"hdr-gain-map", b"MPF\0", ISO, b"photos/1.0/container"))


def test_what_else_metadata_says_stays(tmp_path: Path) -> None:
    assert b"Rating" in made(tmp_path, "f:jpg/sm:0")


def test_a_map_is_as_fine_beside_the_result_as_beside_the_source(tmp_path: Path) -> None:
    body = made(tmp_path, "ph:1/w:80")

    assert (shown(body).size, map_of(body).size) == ((80, 40), (20, 10))


def test_a_map_is_cut_with_its_picture(tmp_path: Path) -> None:
    left, right = left_and_right(map_of(made(tmp_path, "ph:1/c:80:80:ea")))

    assert left == pytest.approx(159, abs=12)
    assert right == pytest.approx(223, abs=12)


def test_a_map_is_cut_with_a_picture_that_is_scaled_finely(tmp_path: Path) -> None:
    body = made(tmp_path, "ph:1/sc:fine/c:80:80:ea/w:40")

    assert left_and_right(map_of(body)) == pytest.approx((159, 223), abs=24)


def test_a_map_is_turned_with_its_picture(tmp_path: Path) -> None:
    body = made(tmp_path, "ph:1/rot:180")

    left, right = left_and_right(map_of(body))
    assert left - right == pytest.approx(127, abs=12)
    assert shown(body).getpixel((0, 0)) == pytest.approx((255, 255, 255), abs=12)


@pytest.mark.parametrize(("said", "mark"), [(ADOBE, b'Semantic="GainMap"'), (STANDARD, ISO)])
def test_the_result_says_in_the_source_s_way_that_it_has_one(
    tmp_path: Path, said: tuple[int, bytes], mark: bytes
) -> None:
    body = made(tmp_path, "ph:1", ultra_hdr(said))

    found = opened(body, "jpeg").decode(WITH).gain_map
    assert mark in body[: body.index(b"\xff\xda")]
    assert found
    assert found.said == (said,)


def test_where_metadata_stays_it_says_both(tmp_path: Path) -> None:
    body = made(tmp_path, "ph:1/sm:0")

    head = body[: body.index(b"\xff\xda")]
    assert b"Rating" in head
    assert head.count(b"<Container:Directory") == 1
