import subprocess
import sys

import pytest
from PIL import _imaging, _webp

from imgsvc.codecs.native.linked import library_beside, library_of


@pytest.mark.parametrize(("module", "function"), [(_imaging, "TIFFGetVersion"), (_webp, "WebPGetDecoderVersion")])
def test_a_module_has_the_functions_of_what_it_is_linked_with(module, function: str) -> None:
    assert getattr(library_of(module), function)


def test_and_no_others() -> None:
    assert not hasattr(library_of(_imaging), "avifVersion")


def test_a_package_s_library_is_had_without_running_the_package() -> None:
    code = "import imgsvc.codecs.jxl.libjxl as jxl, sys; print(jxl.HAS_JXL, 'pylibjxl' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout

    assert told == "True False\n"


@pytest.mark.parametrize(("package", "name"), [("no_such_package", "_x"), ("PIL", "_no_such_module")])
def test_what_is_missing_is_no_library(package: str, name: str) -> None:
    assert library_beside(package, name) is None
