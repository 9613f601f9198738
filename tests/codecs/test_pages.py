"""Pages by themselves, and as URLs ask for them on every format that has some."""

import io
import struct
from pathlib import Path

import pytest
from PIL import Image

from imgsvc.codecs.pages import Pages, count_of
from imgsvc.codecs.settings import DecodeSettings
from imgsvc.errors import ResolutionError, UndecodableImageError
from imgsvc.imaging.decision import Rules
from imgsvc.options.formats import Format
from imgsvc.rendition import Rendition
from imgsvc.security.settings import LimitSettings
from tests import images
from tests.codecs.bmp.files import icon
from tests.codecs.files import opened
from tests.codecs.pdf.files import Page, pdf
from tests.images import BLUE, GREEN, RED, animated, encoded, exif, frames, solid
from tests.kinds import SOURCES, folder_of
from tests.renderers import renderer, rendition

COLORS = [RED, GREEN, BLUE]
TIFF = encoded(solid(16, 12, RED), "tiff", save_all=True, append_images=frames(3)[1:])


def _big(body: bytes) -> bytes:
    """As BigTIFF."""
    buffer = io.BytesIO()
    with Image.open(io.BytesIO(body)) as image:
        image.save(buffer, "tiff", save_all=True, big_tiff=True)
    return buffer.getvalue()


FILES = {
    "a.gif": animated(3),
    "a.webp": animated(3, "webp"),
    "a.avif": animated(3, "avif"),
    "a.tiff": TIFF,
    "big.tiff": _big(TIFF),
    "a.ico": icon(*(encoded(solid(side, side, color)) for side, color in zip((16, 48, 32), COLORS, strict=True))),
    "turned.tiff": encoded(solid(16, 12, RED), "tiff", save_all=True, append_images=[solid(8, 30, BLUE)], exif=exif(6)),
    "clear.tiff": encoded(
        solid(16, 12, RED), "tiff", save_all=True, append_images=[solid(8, 8, (0, 0, 255, 128), "RGBA")]
    ),
    "one.png": encoded(solid(16, 12, RED)),
}
MOVING = ["a.gif", "a.webp", "a.avif"]
PAGED = [*MOVING, "a.tiff", "big.tiff"]


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of all of them."""
    return folder_of(FILES | SOURCES, tmp_path_factory.mktemp("pictures"))


def made(pictures: Path, options: str, name: str, word: str = "png", **limits: int) -> Rendition:
    """What comes out, animated where that can be."""
    with_them = renderer(pictures, limits=LimitSettings(**{"max_animation_frames": 9} | limits))
    return rendition(with_them, f"/_/{options}/plain/local:///{name}@{word}")


def colors(found: Rendition, *places: tuple[int, int]) -> list[str]:
    """Which color is strongest there."""
    image = images.opened(found.body).convert("RGB")
    levels = (image.getpixel(place) for place in places)
    return ["rgb"[max(range(3), key=level.__getitem__)] for level in levels]  # type: ignore[union-attr, arg-type]


@pytest.mark.parametrize("name", PAGED)
@pytest.mark.parametrize(("page", "color"), [(0, "r"), (1, "g"), (2, "b"), (3, "b"), (2**40, "b")])
def test_a_page_is_counted_from_0_and_beyond_the_last_there_is_the_last(
    pictures: Path, name: str, page: int, color: str
) -> None:
    found = made(pictures, f"pg:{page}", name)

    assert (images.opened(found.body).size, colors(found, (8, 6))) == ((16, 12), [color])


@pytest.mark.parametrize(("page", "side"), [(0, 48), (1, 32), (2, 16), (9, 16)])
def test_the_images_of_an_icon_are_counted_from_the_largest(pictures: Path, page: int, side: int) -> None:
    assert made(pictures, f"pg:{page}", "a.ico").result_size == (side, side)


@pytest.mark.parametrize("name", PAGED)
@pytest.mark.parametrize(
    ("options", "found"), [("pgs:3", "rgb"), ("pg:1/pgs:2", "gb"), ("pg:1/pgs:99", "gb"), ("pg:2/pgs:2", "b")]
)
def test_pages_stand_one_below_the_other(pictures: Path, name: str, options: str, found: str) -> None:
    result = made(pictures, options, name)

    assert images.opened(result.body).size == (16, 12 * len(found))
    assert "".join(colors(result, *((8, 12 * at + 6) for at in range(len(found))))) == found


@pytest.mark.parametrize("name", MOVING)
def test_source_and_result_being_animated_no_page_is_picked(pictures: Path, name: str) -> None:
    plain, found = (made(pictures, each, name, "webp").body for each in ("w:8", "w:8/pg:2/pgs:2"))

    assert found == plain


@pytest.mark.parametrize("name", MOVING)
@pytest.mark.parametrize(("options", "color"), [("da:1", "r"), ("da:1/pg:2", "b")])
def test_an_animation_that_is_disabled_is_a_still_picture(pictures: Path, name: str, options: str, color: str) -> None:
    found = made(pictures, options, name, "webp")

    assert getattr(images.opened(found.body), "n_frames", 1) == 1
    assert colors(found, (8, 6)) == [color]


@pytest.mark.parametrize("limits", [{"max_animation_frames": 1}, {}])
def test_where_animations_are_not_played_a_frame_can_be_picked(pictures: Path, limits: dict[str, int]) -> None:
    assert colors(made(pictures, "pg:1", "a.gif", "jpg", **limits), (8, 6)) == ["g"]


GEOMETRY = ["rs:fit:8:0/dpr:2", "c:8:8:nowe:1:1", "rot:90/fl:1", "rs:fill:5:5", "t:10"]


@pytest.mark.parametrize("name", PAGED)
@pytest.mark.parametrize("geometry", GEOMETRY)
def test_a_page_goes_through_every_step(pictures: Path, name: str, geometry: str) -> None:
    still = made(pictures, geometry, "one.png").result_size

    found = made(pictures, f"{geometry}/pg:2", name)

    assert (images.opened(found.body).size, colors(found, (2, 2))) == (still, ["b"])


@pytest.mark.parametrize("name", SOURCES)
@pytest.mark.parametrize("option", ["pg:0", "pgs:1", "da:0", "pg:5", "da:1"])
def test_neutral_arguments_change_no_byte(pictures: Path, name: str, option: str) -> None:
    plain, found = (made(pictures, f"w:30/{each}", name.replace(" ", "-")).body for each in ("q:0", option))

    assert found == plain or (name == "frames" and option == "pg:5")


def test_pages_of_a_tiff_are_upright_and_narrow_ones_stand_on_white(pictures: Path) -> None:
    found = made(pictures, "pgs:2", "turned.tiff")

    image = images.opened(found.body).convert("RGB")
    assert image.size in ((30, 24), (16, 42), (12, 46), (30, 28))
    assert image.getpixel((image.width - 1, 0 if image.width == 30 else image.height - 1)) == (255, 255, 255)


def test_beside_pages_of_which_one_has_alpha_there_is_nothing(pictures: Path) -> None:
    image = images.opened(made(pictures, "pgs:2", "clear.tiff").body)

    assert (image.mode, image.size) == ("RGBA", (16, 20))
    assert image.getpixel((12, 16)) == (0, 0, 0, 0)


def test_a_stack_is_held_to_the_resolution(pictures: Path) -> None:
    for name in ("a.gif", "a.tiff"):
        with pytest.raises(ResolutionError):
            made(pictures, "pgs:3", name, max_src_resolution=500)


def test_frames_that_are_drawn_before_the_page_are_held_to_the_resolution(pictures: Path) -> None:
    with pytest.raises(ResolutionError):
        made(pictures, "pg:2", "a.gif", max_src_resolution=500)


def test_a_chain_of_directories_may_end_nowhere(tmp_path: Path) -> None:
    """The last one says that the first is behind it, and one that it is behind the end of the file."""
    loops, beyond = bytearray(TIFF), bytearray(TIFF)
    (at,) = struct.unpack_from("<I", TIFF, 4)
    (count,) = struct.unpack_from("<H", TIFF, at)
    struct.pack_into("<I", loops, at + 2 + 12 * count, at)
    struct.pack_into("<I", beyond, at + 2 + 12 * count, 0xFFFFFFF0)
    folder_of({"loops.tiff": bytes(loops), "beyond.tiff": bytes(beyond)}, tmp_path)

    assert [colors(made(tmp_path, "pg:5", name), (8, 6)) for name in ("loops.tiff", "beyond.tiff")] == [["r"], ["r"]]


def test_a_gif_that_is_damaged_before_the_page_is_no_picture(tmp_path: Path) -> None:
    body = bytearray(animated(3, width=64, height=64))
    at = body.rindex(b"\x2c")
    body[at + 11] = 200
    (tmp_path / "a.gif").write_bytes(body)

    found = None
    try:
        found = made(tmp_path, "pg:2", "a.gif")
    except UndecodableImageError as error:
        assert "gif" in str(error)  # noqa: PT017
    assert found is None or found.format is Format.PNG


def test_a_source_of_which_a_page_is_asked_is_not_sent_itself(pictures: Path) -> None:
    source = FILES["a.gif"]

    assert made(pictures, "nl:1/da:1", "a.gif", "gif").body != source
    assert made(pictures, "nl:1/pg:1/da:1", "a.gif", "gif").body != source


@pytest.mark.parametrize(
    ("first", "most", "there", "found"),
    [(0, 1, 1, [0]), (5, 2, 3, [2]), (1, 9, 3, [1, 2]), (0, 500, 300, list(range(100)))],
)
def test_pages_are_those_that_there_are(first: int, most: int, there: int, found: list[int]) -> None:
    assert list(Pages(first, most).of(there)) == found


def test_the_order_in_which_options_stand_does_not_matter(pictures: Path) -> None:
    options = ["pg:1", "pgs:2", "da:1", "rs:fill:9:9", "rot:90"]

    one = made(pictures, "/".join(options), "a.webp", "webp")

    assert made(pictures, "/".join(reversed(options)), "a.webp", "webp").body == one.body


def drawn(pictures: Path, options: str, **decoding: bool) -> Rendition:
    """Pages of a PDF, where those are read."""
    rules = Rules(decoding=DecodeSettings(enable_pdf=True, **decoding))
    (pictures / "a.pdf").write_bytes(pdf(*(Page(f"{color} rg 0 0 500 500 re f", side, 20) for side, color in SHEETS)))
    return rendition(renderer(pictures, rules=rules), f"/_/{options}/plain/local:///a.pdf@png")


SHEETS = ((40, "1 0 0"), (60, "0 1 0"), (20, "0 0 1"))


@pytest.mark.parametrize(("page", "color"), [(0, RED), (1, GREEN), (2, BLUE), (9, BLUE)])
def test_any_page_of_a_pdf_can_be_had(pictures: Path, page: int, color: object) -> None:
    result = drawn(pictures, f"pg:{page}")

    assert images.opened(result.body).convert("RGB").getpixel((5, 5)) == color


def test_pages_of_a_pdf_stand_one_below_the_other(pictures: Path) -> None:
    image = images.opened(drawn(pictures, "pgs:9").body).convert("RGB")

    assert image.size == (60, 60)
    assert [image.getpixel((5, at)) for at in (5, 25, 45)] == COLORS
    assert image.getpixel((50, 5)) == images.WHITE


def test_a_stack_of_pages_is_drawn_and_not_enlarged(pictures: Path) -> None:
    image = images.opened(drawn(pictures, "pgs:2/h:400").body).convert("RGB")

    assert image.size == (600, 400)
    assert [image.getpixel((5, at)) for at in (199, 200)] == COLORS[:2]


def test_pages_without_background_are_transparent_beside_and_below(pictures: Path) -> None:
    image = images.opened(drawn(pictures, "pgs:2", pdf_no_background=True).body)

    assert image.getpixel((50, 5)) == (0, 0, 0, 0)


def test_a_pdf_is_drawn_larger_without_being_asked_to_enlarge(pictures: Path) -> None:
    assert images.opened(drawn(pictures, "w:400").body).size == (400, 200)


@pytest.mark.parametrize(
    ("body", "word", "count"),
    [(animated(3, "gif"), "gif", 3), (encoded(solid(), "png"), "png", 1), (encoded(solid(), "tiff"), "tiff", 1)],
)
def test_pages_and_frames_of_a_file_are_counted(body: bytes, word: str, count: int) -> None:
    assert count_of(opened(body, word), body) == count
