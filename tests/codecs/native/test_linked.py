import pytest
from PIL import _imaging, _webp

from imgsvc.codecs.native.linked import library_of


@pytest.mark.parametrize(("module", "function"), [(_imaging, "TIFFGetVersion"), (_webp, "WebPGetDecoderVersion")])
def test_a_module_has_the_functions_of_what_it_is_linked_with(module, function: str) -> None:
    assert getattr(library_of(module), function)


def test_and_no_others() -> None:
    assert not hasattr(library_of(_imaging), "avifVersion")
