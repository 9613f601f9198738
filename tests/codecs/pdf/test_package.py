from imgsvc.codecs.pdf.package import HAS_PDFIUM, build, folder


def test_it_is_found_with_what_is_called() -> None:
    assert HAS_PDFIUM
    assert (folder() / "libpdfium.so").is_file()


def test_it_says_which_one_it_is() -> None:
    assert build().removeprefix("PDFium ").isdigit()
