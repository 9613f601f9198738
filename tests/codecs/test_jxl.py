import pytest
from PIL import Image

from imgsvc.codecs.jxl import jxl_header
from imgsvc.options.geometry import Size
from tests.images import encoded, solid


@pytest.mark.parametrize("size", [(1, 1), (8, 8), (40, 20), (257, 256), (1000, 3), (300, 200), (640, 360), (20, 9000)])
@pytest.mark.parametrize("boxed", [False, True], ids=["bare", "in boxes"])
def test_the_size_is_read_from_the_header(size: tuple[int, int], boxed: bool) -> None:
    body = encoded(solid(*size), "jxl", use_container=boxed)

    assert jxl_header(body).size == Size(*size)


@pytest.mark.parametrize(("mode", "has_alpha"), [("L", False), ("LA", True), ("RGB", False), ("RGBA", True)])
def test_alpha_is_read_from_the_header(mode: str, has_alpha: bool) -> None:
    body = encoded(Image.new(mode, (30, 20)), "jxl")

    assert jxl_header(body).has_alpha is has_alpha


@pytest.mark.parametrize("length", range(4))
def test_a_header_cut_short_is_an_error(length: int) -> None:
    body = encoded(solid(300, 200), "jxl")[:length]

    with pytest.raises(EOFError):
        jxl_header(body)


def test_a_box_that_ends_before_it_begins_is_an_error() -> None:
    body = b"\0\0\0\x0cJXL \r\n\x87\n" + b"\0\0\0\x02jxlc"

    with pytest.raises(ValueError, match="2 bytes"):
        jxl_header(body)
