import ctypes

from imgsvc.codecs.webp.structures import AnimationOptions, Config, Data, PictureView


def test_they_are_as_long_as_libwebps_on_this_machine() -> None:
    sizes = [ctypes.sizeof(each) for each in (Config, PictureView, AnimationOptions, Data)]

    assert sizes == [116, 256, 44, 16]
