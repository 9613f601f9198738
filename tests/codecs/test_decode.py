import io
import struct
import zlib
from dataclasses import replace

import numpy
import pytest
from PIL import GifImagePlugin, Image

from imgsvc.codecs.decode import LOAD_SHRINKS, Opened, open_image
from imgsvc.codecs.gif import gif
from imgsvc.codecs.headers.extent import Extent
from imgsvc.codecs.picture import Picture
from imgsvc.codecs.plugins import guarded
from imgsvc.codecs.settings import DecodeSettings
from imgsvc.errors import BrokenImageError, BrokenSvgError, ImageError, ResolutionError
from imgsvc.options.formats import Format
from imgsvc.options.geometry import Size
from tests.codecs.headers import giants
from tests.images import (
    BLUE,
    FRAME_COLORS,
    RED,
    WHITE,
    animated,
    encoded,
    exif,
    fading,
    gradient,
    noise,
    oriented,
    quadrants,
    solid,
    svg,
    swapped_profile,
)

LOSSLESS = ("png", "gif", "bmp", "tiff")
LOSSY = ("jpeg", "webp", "avif", "heic", "jxl")
DEFAULTS = DecodeSettings()
HUGE = Extent(1 << 62)


def opened(body: bytes, word: str) -> Opened:
    return open_image(body, Format[word.upper()], DEFAULTS)


def corners(image: Image.Image) -> list[object]:
    """Pixels well inside the four quadrants."""
    rgb = image.convert("RGB")
    return [rgb.getpixel((x, y)) for y in (3, rgb.height - 4) for x in (3, rgb.width - 4)]


def assert_alike(image: Image.Image, color: tuple[int, ...]) -> None:
    pixel = image.convert("RGB").getpixel((9, 9))
    assert isinstance(pixel, tuple)
    assert max(abs(a - b) for a, b in zip(pixel, color, strict=True)) < 8


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(width: int, height: int, *chunks: bytes, depth: int = 8, color_type: int = 2) -> bytes:
    """A PNG of raw chunks after its header."""
    header = struct.pack(">IIBBBBB", width, height, depth, color_type, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + b"".join(chunks) + chunk(b"IEND", b"")


@pytest.mark.parametrize("word", LOSSLESS)
def test_pixels_come_out_as_they_went_in(word: str) -> None:
    picture = opened(encoded(quadrants(), word), word).decode()

    assert corners(picture.frames[0]) == [RED, (0, 255, 0), (0, 0, 255), WHITE]


@pytest.mark.parametrize("word", LOSSY)
def test_lossy_pixels_come_out_nearly_as_they_went_in(word: str) -> None:
    source = quadrants(128, 96)

    picture = opened(encoded(source, word, quality=95), word).decode()

    difference = numpy.asarray(picture.frames[0].convert("RGB"), int) - numpy.asarray(source, int)
    assert abs(difference).mean() < 5


@pytest.mark.parametrize("word", LOSSLESS + LOSSY)
def test_the_header_tells_the_size_of_what_is_decoded(word: str) -> None:
    found = opened(encoded(quadrants(41, 23), word), word)

    assert found.header.size == found.decode().size == Size(41, 23)


@pytest.mark.parametrize("word", ["png", "webp", "tiff", "avif", "heic", "jxl", "ico"])
def test_the_header_tells_of_alpha(word: str) -> None:
    assert opened(encoded(fading(64, 32), word), word).header.has_alpha


@pytest.mark.parametrize("word", ["jpeg", "png", "webp", "gif", "tiff", "avif", "heic", "jxl", "bmp"])
def test_the_header_tells_of_no_alpha(word: str) -> None:
    assert not opened(encoded(quadrants(), word), word).header.has_alpha


@pytest.mark.parametrize("word", ["jpeg", "png", "webp"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_orientation_is_told_and_not_obeyed(orientation: int, word: str) -> None:
    header = opened(oriented(orientation, 40, 20, word), word).header

    assert header.orientation == orientation
    assert header.size == (Size(20, 40) if orientation >= 5 else Size(40, 20))


@pytest.mark.parametrize("orientation", [0, 9, 65535])
def test_an_orientation_that_makes_no_sense_is_none(orientation: int) -> None:
    body = encoded(quadrants(), "jpeg", exif=exif(orientation))

    assert opened(body, "jpeg").header.orientation == 1


def test_a_tiff_obeys_its_orientation_by_itself() -> None:
    body = encoded(quadrants().transpose(Image.Transpose.ROTATE_90), "tiff", tiffinfo={274: 6})

    found = opened(body, "tiff")

    assert (found.header.orientation, found.header.size) == (1, Size(40, 20))
    assert corners(found.decode().frames[0])[0] == RED


@pytest.mark.parametrize("shrink", LOAD_SHRINKS[Format.JPEG])
@pytest.mark.parametrize("size", [(64, 64), (65, 71), (200, 33)])
def test_a_jpeg_is_decoded_at_reduced_scale(shrink: int, size: tuple[int, int]) -> None:
    body = encoded(quadrants(*size), "jpeg", quality=95)

    picture = opened(body, "jpeg").decode(shrink=shrink)

    assert picture.size == Size(size[0] // shrink, size[1] // shrink)


def test_a_jpeg_thinner_than_the_shrink_is_reduced_all_the_same() -> None:
    body = encoded(quadrants(64, 4), "jpeg")

    assert opened(body, "jpeg").decode(shrink=8).size == Size(8, 1)


@pytest.mark.parametrize("width", range(16, 80))
def test_of_a_thin_jpeg_nothing_is_cut_off_but_a_part_of_a_block(width: int) -> None:
    image = solid(width, 4, RED)
    image.paste(BLUE, (width - 16, 0, width, 4))

    found = opened(encoded(image, "jpeg", quality=95, subsampling=0), "jpeg").decode(shrink=8).frames[0]

    assert found.size == (width // 8, 1)
    assert found.getpixel((found.width - 1, 0))[2] > 80


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_a_webp_is_decoded_at_the_size_that_is_asked_for(mode: str) -> None:
    body = encoded(quadrants(200, 100, mode) if mode == "RGB" else fading(200, 100), "webp", lossless=True)

    frame = opened(body, "webp").decode(size=Size(33, 19)).frames[0]

    assert (frame.mode, frame.size) == (mode, (33, 19))


@pytest.mark.parametrize("word", ["gif", "webp", "avif"])
def test_an_animation_comes_frame_by_frame(word: str) -> None:
    found = opened(animated(3, word, width=32, height=32, delays_ms=[100, 200, 300]), word)

    picture = found.decode(max_frames=10)

    assert (found.header.frames, found.header.is_animated) == (3, True)
    assert picture.delays_ms == (100, 200, 300)
    for frame, color in zip(picture.frames, FRAME_COLORS, strict=False):
        assert_alike(frame, color)


@pytest.mark.parametrize(("frames", "known"), [(3, (0, True)), (1, (1, False))])
def test_frames_that_nobody_reads_are_not_counted(frames: int, known: tuple[int, bool]) -> None:
    found = open_image(animated(frames), Format.GIF, DEFAULTS, counts_frames=False)

    assert (found.header.frames, found.header.is_animated) == known
    assert len(found.decode().frames) == 1


@pytest.mark.parametrize(("max_frames", "count"), [(1, 1), (2, 2), (9, 4)])
def test_no_more_frames_are_decoded_than_asked_for(max_frames: int, count: int) -> None:
    assert len(opened(animated(4), "gif").decode(max_frames=max_frames).frames) == count


def test_a_frame_that_turns_transparent_makes_all_frames_rgba() -> None:
    frames = (solid(16, 12, (*RED, 255), "RGBA"), Image.new("RGBA", (16, 12)))
    body = gif(Picture(frames=frames, delays_ms=(100, 100)), 8)

    picture = opened(body, "gif").decode(max_frames=2)

    assert {frame.mode for frame in picture.frames} == {"RGBA"}


def growing(width: int, height: int) -> bytes:
    """An 8x8 GIF whose second frame says that it is larger."""
    body = bytearray(animated(2, "gif", width=8, height=8))
    second = body.index(b"\x2c", body.index(b"\x2c") + 1)
    body[second + 5 : second + 9] = struct.pack("<HH", width, height)
    return bytes(body)


def test_a_later_frame_that_claims_a_huge_size_is_refused() -> None:
    with pytest.raises(ResolutionError):
        opened(growing(65_535, 65_535), "gif")


def test_a_later_frame_that_reaches_beyond_the_screen_is_cropped() -> None:
    """As browsers do; only a first frame makes the screen larger."""
    body = bytearray(animated(2, "gif", width=8, height=8))
    second = body.rindex(b"\x2c\0\0\0\0")
    body[second + 1 : second + 5] = struct.pack("<HH", 4, 4)

    assert [frame.size for frame in opened(bytes(body), "gif").decode(max_frames=2).frames] == [(8, 8)] * 2


@pytest.mark.parametrize(("word", "header"), [("gif", Size(9, 8)), ("png", Size(8, 9)), ("tiff", Size(9, 9))])
def test_nothing_is_decoded_that_has_not_its_headers_size(word: str, header: Size) -> None:
    found = opened(encoded(solid(8, 8), word), word)
    promising = replace(found, header=replace(found.header, size=header))

    with pytest.raises(BrokenImageError, match="where its header says"):
        promising.decode()


@pytest.mark.parametrize("name", ["png: two headers", "tiff: two widths"])
def test_a_file_that_says_its_size_twice_is_not_opened(name: str) -> None:
    format_, made = giants.AMBIGUOUS[name]

    with pytest.raises(BrokenImageError):
        open_image(made(), format_, DEFAULTS)


def test_pillow_has_a_guard_of_its_own_while_it_decodes() -> None:
    """It sees to what a header walk might not."""
    with pytest.raises(Image.DecompressionBombError), guarded(Extent(100)):
        solid(4, 4).crop((0, 0, 11, 11))


def test_frames_are_all_of_the_first_one_s_size() -> None:
    first, second = Image.new("P", (8, 8), 1), Image.new("P", (8, 10), 2)
    parts = [b"".join(GifImagePlugin.getdata(each, include_color_table=True)) for each in (first, second)]
    body = b"GIF89a" + struct.pack("<HHBBB", 8, 8, 0x70, 0, 0) + b"".join(parts) + b";"

    picture = opened(body, "gif").decode(max_frames=2)

    assert [frame.size for frame in picture.frames] == [(8, 8)] * 2


@pytest.mark.parametrize(("repeats", "shown"), [(0, 0), (3, 4), (None, 1)])
def test_gif_counts_repeats_where_we_count_showings(repeats: int | None, shown: int) -> None:
    first, second = solid(color=RED), solid(color=WHITE)
    loop = {} if repeats is None else {"loop": repeats}
    body = encoded(first, "gif", save_all=True, append_images=[second], duration=100, **loop)

    assert opened(body, "gif").decode(max_frames=2).loop == shown


@pytest.mark.parametrize("colors", [2, 4, 16, 256])
def test_the_palette_of_a_png_is_told_in_bits(colors: int) -> None:
    body = encoded(noise(32, 32).quantize(colors), "png", bits=colors.bit_length() - 1)

    assert opened(body, "png").header.palette_bits == colors.bit_length() - 1


@pytest.mark.parametrize("word", ["jpeg", "png", "webp", "tiff", "avif", "heic"])
def test_the_profile_is_told(word: str) -> None:
    body = encoded(quadrants(), word, icc_profile=swapped_profile())

    assert opened(body, word).header.profile == swapped_profile()


def test_sixteen_bit_gray_with_alpha_stays_gray() -> None:
    pixel = struct.pack(">HH", 0x8000, 0x4000)
    body = png(1, 1, chunk(b"IDAT", zlib.compress(b"\0" + pixel)), depth=16, color_type=4)

    frame = opened(body, "png").decode().frames[0]

    assert (frame.mode, frame.getpixel((0, 0))) == ("LA", (0x80, 0x40))


def test_the_transparent_color_of_a_sixteen_bit_png_is_found() -> None:
    row = b"\0" + struct.pack(">6H", 0x1200, 0x3400, 0x5600, 0, 0, 0)
    color = chunk(b"tRNS", struct.pack(">3H", 0x1200, 0x3400, 0x5600))
    body = png(2, 1, color, chunk(b"IDAT", zlib.compress(row)), depth=16)

    frame = opened(body, "png").decode().frames[0].convert("RGBA")

    assert [frame.getpixel((x, 0)) for x in (0, 1)] == [(0x12, 0x34, 0x56, 0), (0, 0, 0, 255)]


def test_an_svg_is_drawn_at_the_size_that_is_asked_for() -> None:
    frame = opened(svg(40, 20), "svg").decode(size=Size(101, 37)).frames[0]

    assert (frame.mode, frame.size) == ("RGBA", (101, 37))


@pytest.mark.parametrize("word", ["webp", "bmp", "tiff", "jxl", "avif", "heic", "ico"])
def test_a_file_cut_short_is_broken(word: str) -> None:
    body = encoded(noise(), word)

    with pytest.raises(BrokenImageError):
        opened(body[: len(body) * 2 // 3], word).decode()


@pytest.mark.parametrize(("word", "rest"), [("jpeg", 128), ("png", 0)])
def test_of_a_jpeg_or_png_cut_short_there_is_what_came(word: str, rest: int) -> None:
    body = encoded(noise(mode="L"), word)

    frame = opened(body[: len(body) * 2 // 3], word).decode().frames[0]

    assert (frame.getextrema() != (rest, rest), frame.getpixel((63, 63))) == (True, rest)


def test_what_one_file_may_lack_the_next_may_not() -> None:
    opened(encoded(noise(), "png")[:2000], "png").decode()

    with pytest.raises(BrokenImageError):
        opened(encoded(noise(), "bmp")[:2000], "bmp").decode()


@pytest.mark.parametrize("format_", list(Format))
def test_nonsense_is_broken_whatever_it_claims_to_be(format_: Format) -> None:
    with pytest.raises(ImageError):
        open_image(b"nonsense" * 10, format_, DEFAULTS).decode()


def test_a_broken_svg_says_so() -> None:
    with pytest.raises(BrokenSvgError):
        open_image(b"<svg", Format.SVG, DEFAULTS)


def test_a_huge_png_is_opened_without_its_pixels() -> None:
    body = png(50_000, 50_000, chunk(b"IDAT", zlib.compress(bytes(100))))

    assert open_image(body, Format.PNG, DEFAULTS, HUGE).header.size == Size(50_000, 50_000)


def test_a_huge_jpeg_xl_is_opened_without_its_pixels() -> None:
    # 2^30 pixels a side in the long form of the size header, with all else at its defaults.
    bits = sum(value << shift for value, shift in ((0, 0), (3, 1), (2**30 - 1, 3), (1, 33), (1, 36)))
    body = b"\xff\x0a" + bits.to_bytes(8, "little")

    assert open_image(body, Format.JXL, DEFAULTS, HUGE).header.size == Size(2**30, 2**30)


def test_a_png_whose_text_unpacks_without_bound_is_broken() -> None:
    bomb = chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(4 << 20)))
    body = png(1, 1, bomb, chunk(b"IDAT", zlib.compress(bytes(4))))

    with pytest.raises(BrokenImageError):
        opened(body, "png").decode()


def test_the_limit_on_png_text_can_be_lifted() -> None:
    text = chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(4 << 20)))
    body = png(1, 1, text, chunk(b"IDAT", zlib.compress(bytes(4))))

    assert open_image(body, Format.PNG, DecodeSettings(png_unlimited=True)).decode().size == Size(1, 1)


def test_only_the_first_picture_of_a_camera_jpeg_is_read() -> None:
    buffer = io.BytesIO()
    solid(40, 20, RED).save(buffer, "MPO", save_all=True, append_images=[gradient()])

    assert opened(buffer.getvalue(), "jpeg").decode().size == Size(40, 20)
