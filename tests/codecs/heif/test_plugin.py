import subprocess
import sys

from imgsvc.codecs.heif import plugin
from imgsvc.codecs.heif.plugin import AvifImagePlugin


def test_a_decoder_starts_no_threads() -> None:
    assert AvifImagePlugin.DEFAULT_MAX_THREADS == 1
    assert plugin.pillow_heif().options.DECODE_THREADS == 1


def test_what_is_installed_reads_and_writes_both() -> None:
    assert (plugin.READS_HEIC, plugin.writes_heic(), plugin.WRITES_AVIF) == (True, True, True)


def test_who_has_no_heic_does_not_load_what_reads_it() -> None:
    code = "import sys, imgsvc.codecs.decode, imgsvc.codecs.encode; print('pillow_heif' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout == b"False\n"
