from imgsvc.options.saving import AvifOptions, JpegOptions, PngOptions, WebpOptions


def test_each_leaves_all_to_the_settings_by_itself() -> None:
    kinds = (JpegOptions, PngOptions, WebpOptions, AvifOptions)

    assert not any(value is not None for kind in kinds for value in kind())


def test_they_can_be_keys() -> None:
    assert {JpegOptions(True): 1}[JpegOptions(True)] == 1
