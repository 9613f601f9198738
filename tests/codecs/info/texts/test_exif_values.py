import struct

import pytest

from imgsvc.codecs.info.texts.exif_values import (
    ASCII,
    BYTE,
    DOUBLE,
    LONG,
    RATIONAL,
    SHORT,
    SIGNED_RATIONAL,
    UNDEFINED,
    Fraction,
    text_of,
)


def fractions(*numbers: int, signed: bool = False) -> bytes:
    return struct.pack(f">{len(numbers)}{'i' if signed else 'I'}", *numbers)


@pytest.mark.parametrize(
    ("name", "kind", "data", "text"),
    [
        # As libexif 0.6.24 writes them; the first are those of imgproxy's documentation.
        ("ApertureValue", RATIONAL, fractions(8, 1), "8.00 EV (f/16.0)"),
        ("Contrast", SHORT, b"\0\0", "Normal"),
        ("Orientation", SHORT, b"\0\1", "Top-left"),
        ("ExposureTime", RATIONAL, fractions(1, 250), "1/250 sec."),
        ("FNumber", RATIONAL, fractions(16, 1), "f/16.0"),
        ("FocalLength", RATIONAL, fractions(35, 1), "35.0 mm"),
        ("ExposureTime", RATIONAL, fractions(30, 10), "3 sec."),
        ("ExposureTime", RATIONAL, fractions(1, 0), "1/0"),
        ("ShutterSpeedValue", SIGNED_RATIONAL, fractions(7965784, 1000000, signed=True), "7.97 EV (1/250 sec.)"),
        ("BrightnessValue", SIGNED_RATIONAL, fractions(8, 1, signed=True), "8.00 EV (877.12 cd/m^2)"),
        ("ExposureBiasValue", SIGNED_RATIONAL, fractions(-1, 3, signed=True), "-0.33 EV"),
        ("SubjectDistance", RATIONAL, fractions(28, 10), "2.8 m"),
        ("LensSpecification", RATIONAL, fractions(24, 1, 105, 1, 0, 0, 28, 10), "24, 105, 0/0, 2.8"),
        ("XResolution", RATIONAL, fractions(72009, 1000), "72.009"),
        ("CompressedBitsPerPixel", RATIONAL, fractions(4, 1), " 4"),
        ("GPSTimeStamp", RATIONAL, fractions(14, 1, 5, 1, 345, 100), "14:05:03.45"),
        ("Model", ASCII, "EOSé \0rest".encode(), "EOSé "),
        ("Model", ASCII, b"\xff", "\N{REPLACEMENT CHARACTER}"),
        ("Copyright", ASCII, b"Ann\0Bob\0", "Ann (Photographer) - Bob (Editor)"),
        ("Copyright", ASCII, b" \0Bob\0", "[None] (Photographer) - Bob (Editor)"),
        ("ExifVersion", UNDEFINED, b"0231", "Exif Version 2.31"),
        ("ExifVersion", UNDEFINED, b"9999", "Unknown Exif Version"),
        ("FlashpixVersion", UNDEFINED, b"0100", "FlashPix Version 1.0"),
        ("ComponentsConfiguration", UNDEFINED, b"\1\2\3\0", "Y Cb Cr -"),
        ("ComponentsConfiguration", UNDEFINED, b"\7\0\0\0", "Reserved - - -"),
        ("SceneType", UNDEFINED, b"\1", "Directly photographed"),
        ("FileSource", UNDEFINED, b"\3\0\0\0", "DSC"),
        ("UserComment", UNDEFINED, b"ASCII\0\0\0hello\0", "hello"),
        ("UserComment", UNDEFINED, b"UNICODE\0\0h\0i", "hi"),
        ("UserComment", UNDEFINED, b"no prefix", "no prefix"),
        ("UserComment", UNDEFINED, b"JIS\0\0\0\0\0abc", "abc"),
        ("SubjectArea", SHORT, b"\0\1\0\2\0\3", "Within distance 3 of (x,y) = (1,2)"),
        ("SubjectArea", SHORT, b"\0\1\0\2", "(x,y) = (1,2)"),
        ("SubjectArea", SHORT, b"\0\1\0\2\0\3\0\4", "Within rectangle (width 3, height 4) around (x,y) = (1,2)"),
        ("YCbCrSubSampling", SHORT, b"\0\2\0\1", "YCbCr4:2:2"),
        ("XPTitle", BYTE, "Tité\0".encode("utf-16le"), "Tité"),
        ("BatteryLevel", BYTE, b"\1\xff", "0x01, 0xff"),
        ("GPSVersionID", BYTE, b"\2\3\0\0", "2.3.0.0"),
        ("BitsPerSample", SHORT, b"\0\x08\0\x08", "8, 8"),
        ("PixelXDimension", LONG, b"\0\0\x0f\xa0", "4000"),
        ("MeteringMode", SHORT, b"\0\x3d", "61"),
        ("OECF", UNDEFINED, b"abcde", "5 bytes undefined data"),
        ("Gamma", DOUBLE, struct.pack(">d", 2.2), "2.2"),
    ],
)
def test_a_value_is_told_in_words_and_with_its_unit(name: str, kind: int, data: bytes, text: str) -> None:
    assert text_of(name, kind, data, ">") == text


def test_a_table_of_numbers_is_cut() -> None:
    assert text_of("TransferFunction", SHORT, bytes(100_000), ">").count(", ") == 255


def test_a_long_text_is_cut() -> None:
    assert len(text_of("ImageDescription", ASCII, b"x" * 100_000, ">")) == 32_768


@pytest.mark.parametrize("steps", [2**31 - 1, -(2**31)])
def test_a_number_of_steps_that_cannot_be_is_no_power_of_two(steps: int) -> None:
    value = fractions(steps, 1, signed=True)

    assert text_of("ShutterSpeedValue", SIGNED_RATIONAL, value, ">") == f"{steps}.00 EV"


def test_a_fraction_has_as_many_decimals_as_it_needs() -> None:
    assert [str(Fraction(upper, lower)) for upper, lower in ((1, 3), (1, 1000), (9050, 100))] == [
        "0.3",
        "0.001",
        "90.50",
    ]
