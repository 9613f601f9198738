from imgsvc.codecs.decode import open_image
from imgsvc.codecs.headers.extent import Extent
from imgsvc.codecs.settings import DecodeSettings
from imgsvc.options.formats import Format
from imgsvc.options.geometry import Size


def test_a_huge_jpeg_xl_is_opened_without_its_pixels() -> None:
    # 2^30 pixels a side in the long form of the size header, with all else at its defaults.
    bits = sum(value << shift for value, shift in ((0, 0), (3, 1), (2**30 - 1, 3), (1, 33), (1, 36)))
    body = b"\xff\x0a" + bits.to_bytes(8, "little")

    assert open_image(body, Format.JXL, DecodeSettings(), Extent(1 << 62)).header.size == Size(2**30, 2**30)
