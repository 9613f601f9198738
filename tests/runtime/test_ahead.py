"""What the worker knows of an application is what ours offers."""

from inspect import getmembers, isfunction, signature

from imgsvc.runtime.ahead import Ahead, Prepared
from imgsvc.web.ahead import PreparedImage, PrepareImages


def offered(kind):
    return {name for name, _ in getmembers(kind, lambda each: isfunction(each) or isinstance(each, property))}


def test_a_prepared_image_is_what_a_worker_takes_for_prepared():
    wanted = {name for name in offered(Prepared) if not name.startswith("_")}

    assert wanted <= offered(PreparedImage)
    for name in wanted:
        ours, theirs = getattr(PreparedImage, name), getattr(Prepared, name)
        if isfunction(theirs):
            assert list(signature(ours).parameters) == list(signature(theirs).parameters)


def test_who_prepares_images_is_what_a_worker_asks():
    assert {"__call__", "held_bytes"} <= offered(PrepareImages)
    assert list(signature(PrepareImages.__call__).parameters) == list(signature(Ahead.__call__).parameters)
