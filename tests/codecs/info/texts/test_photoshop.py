import struct

import pytest

from imgsvc.codecs.info.texts.photoshop import RESOLUTION, resolution, resources


def resource(number: int, content: bytes, name: bytes = b"\0\0") -> bytes:
    return (
        b"8BIM" + struct.pack(">H", number) + name + struct.pack(">I", len(content)) + content + bytes(len(content) % 2)
    )


def test_a_resource_is_found_by_its_number() -> None:
    section = resource(1, b"abc", b"\3abc") + resource(RESOLUTION, b"defg")

    assert resources(section) == {1: b"abc", RESOLUTION: b"defg"}


def test_of_two_of_a_number_the_first_counts() -> None:
    assert resources(resource(1, b"a") + resource(1, b"b")) == {1: b"a"}


@pytest.mark.parametrize("rest", [b"8BIM", b"8BIM\0\1\0\0\xff\xff\xff\xff", b"nothing at all"])
def test_what_makes_no_sense_ends_them(rest: bytes) -> None:
    assert resources(resource(1, b"a") + rest) == {1: b"a"}


def test_a_resolution_is_told_with_its_units() -> None:
    content = struct.pack(">IHHIHH", 240 << 16, 1, 1, 120 << 16 | 0x8000, 2, 5)

    assert resolution(content) == {
        "XResolution": 240, "XResolutionUnit": "inches", "WidthUnit": "inches",
        "YResolution": 120.5, "YResolutionUnit": "cm", "HeightUnit": "columns",
    }  # fmt: skip


def test_without_one_nothing_is_told() -> None:
    assert resolution(b"") is None
