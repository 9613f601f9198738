"""What the numbers of EXIF's tags mean, in words.

COMPAT: libexif's words, for imgproxy's are. A number that the standard knows no meaning of stays a number.
"""

from collections.abc import Mapping

_HARDNESS = ("Normal", "Soft", "Hard")
_UNIT = {2: "Inch", 3: "Centimeter"}
_FIRED, _NOT_FIRED = "Flash fired", "Flash did not fire"
_COMPULSORY, _AUTO, _RED_EYE = ", compulsory flash mode", ", auto mode", ", red-eye reduction mode"
_SEEN, _NOT_SEEN = ", return light detected", ", return light not detected"
_SOS, _REI = "tandard output sensitivity (SOS)", "ecommended exposure index (REI)"


def _from(first: int, *words: str) -> dict[int, str]:
    return dict(enumerate(words, first))


WORDS: Mapping[str, Mapping[int, str]] = {
    "Compression": {
        1: "Uncompressed",
        5: "LZW compression",
        6: "JPEG compression",
        7: "JPEG compression",
        8: "Deflate/ZIP compression",
        32773: "PackBits compression",
    },
    "PhotometricInterpretation": {
        **_from(0, "Reversed mono", "Normal mono", "RGB", "Palette"),
        5: "CMYK",
        6: "YCbCr",
        8: "CieLAB",
    },
    "Orientation": _from(
        1,
        "Top-left",
        "Top-right",
        "Bottom-right",
        "Bottom-left",
        "Left-top",
        "Right-top",
        "Right-bottom",
        "Left-bottom",
    ),
    "PlanarConfiguration": _from(1, "Chunky format", "Planar format"),
    "ResolutionUnit": _UNIT,
    "FocalPlaneResolutionUnit": _UNIT,
    "YCbCrPositioning": _from(1, "Centered", "Co-sited"),
    "ExposureProgram": _from(
        0,
        "Not defined",
        "Manual",
        "Normal program",
        "Aperture priority",
        "Shutter priority",
        "Creative program (biased toward depth of field)",
        "Creative program (biased toward fast shutter speed)",
        "Portrait mode (for closeup photos with the background out of focus)",
        "Landscape mode (for landscape photos with the background in focus)",
    ),
    "SensitivityType": _from(
        0,
        "Unknown",
        f"S{_SOS}",
        f"R{_REI}",
        "ISO speed",
        f"S{_SOS} and r{_REI}",
        f"S{_SOS} and ISO speed",
        f"R{_REI} and ISO speed",
        f"S{_SOS} and r{_REI} and ISO speed",
    ),
    "MeteringMode": {
        **_from(0, "Unknown", "Average", "Center-weighted average", "Spot", "Multi spot", "Pattern", "Partial"),
        255: "Other",
    },
    "LightSource": {
        **_from(0, "Unknown", "Daylight", "Fluorescent", "Tungsten incandescent light", "Flash"),
        **_from(9, "Fine weather", "Cloudy weather", "Shade", "Daylight fluorescent", "Day white fluorescent"),
        **_from(14, "Cool white fluorescent", "White fluorescent"),
        **_from(17, "Standard light A", "Standard light B", "Standard light C", "D55", "D65", "D75"),
        24: "ISO studio tungsten",
        255: "Other",
    },
    "Flash": {
        0: _NOT_FIRED,
        1: _FIRED,
        5: "Strobe return light not detected",
        7: "Strobe return light detected",
        8: _NOT_FIRED,
        9: _FIRED + _COMPULSORY,
        13: _FIRED + _COMPULSORY + _NOT_SEEN,
        15: _FIRED + _COMPULSORY + _SEEN,
        16: _NOT_FIRED + _COMPULSORY,
        24: _NOT_FIRED + _AUTO,
        25: _FIRED + _AUTO,
        29: _FIRED + _AUTO + _NOT_SEEN,
        31: _FIRED + _AUTO + _SEEN,
        32: "No flash function",
        65: _FIRED + _RED_EYE,
        69: _FIRED + _RED_EYE + _NOT_SEEN,
        71: _FIRED + _RED_EYE + _SEEN,
        73: _FIRED + _COMPULSORY + _RED_EYE,
        77: _FIRED + _COMPULSORY + _RED_EYE + _NOT_SEEN,
        79: _FIRED + _COMPULSORY + _RED_EYE + _SEEN,
        88: _NOT_FIRED + _AUTO + _RED_EYE,
        89: _FIRED + _AUTO + _RED_EYE,
        93: _FIRED + _AUTO + _NOT_SEEN + _RED_EYE,
        95: _FIRED + _AUTO + _SEEN + _RED_EYE,
    },
    "ColorSpace": {1: "sRGB", 2: "Adobe RGB", 65535: "Uncalibrated"},
    "SensingMethod": {
        **_from(1, "Not defined", "One-chip color area sensor", "Two-chip color area sensor"),
        **_from(4, "Three-chip color area sensor", "Color sequential area sensor"),
        **_from(7, "Trilinear sensor", "Color sequential linear sensor"),
    },
    "CustomRendered": _from(0, "Normal process", "Custom process"),
    "ExposureMode": _from(0, "Auto exposure", "Manual exposure", "Auto bracket"),
    "WhiteBalance": _from(0, "Auto white balance", "Manual white balance"),
    "SceneCaptureType": _from(0, "Standard", "Landscape", "Portrait", "Night scene"),
    "GainControl": _from(0, "Normal", "Low gain up", "High gain up", "Low gain down", "High gain down"),
    "Contrast": dict(enumerate(_HARDNESS)),
    "Sharpness": dict(enumerate(_HARDNESS)),
    "Saturation": _from(0, "Normal", "Low saturation", "High saturation"),
    "SubjectDistanceRange": _from(0, "Unknown", "Macro", "Close view", "Distant view"),
    "FileSource": {3: "DSC"},
    "SceneType": {1: "Directly photographed"},
    "GPSAltitudeRef": _from(0, "Sea level", "Sea level reference"),
}
COMPONENTS = ("-", "Y", "Cb", "Cr", "R", "G", "B")
EXIF_VERSIONS = {
    **{f"0{each}": f"Exif Version {each[0]}.{each[1]}" for each in ("110", "200", "210", "220", "230")},
    **{f"0{each}": f"Exif Version {each[0]}.{each[1:]}" for each in ("221", "231", "232")},
}
FLASHPIX_VERSIONS = {"0100": "FlashPix Version 1.0", "0101": "FlashPix Version 1.01"}
