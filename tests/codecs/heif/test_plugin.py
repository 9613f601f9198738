from imgsvc.codecs.heif import plugin
from imgsvc.codecs.heif.plugin import AvifImagePlugin


def test_a_decoder_starts_no_threads() -> None:
    assert AvifImagePlugin.DEFAULT_MAX_THREADS == 1
    assert plugin.pillow_heif.options.DECODE_THREADS == 1


def test_what_is_installed_reads_and_writes_both() -> None:
    assert (plugin.READS_HEIC, plugin.WRITES_HEIC, plugin.WRITES_AVIF) == (True, True, True)
