from imgsvc.codecs.jxl.plugin import HAS_JXL, JpegXLImagePlugin


def test_the_decoder_starts_no_threads() -> None:
    assert (HAS_JXL, JpegXLImagePlugin.DECODE_THREADS) == (True, 0)
