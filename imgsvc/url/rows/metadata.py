"""The rows of what a result says of itself and of its colors, and of what is read of a source beside its pixels."""

from imgsvc.url.arguments import BOOLEAN, ENCODED_TEXT, NOT_NEGATIVE, PROFILE
from imgsvc.url.grammar import one
from imgsvc.url.row import OptionRow

# fmt: off
METADATA: tuple[OptionRow, ...] = (
    OptionRow(
        ("strip_metadata", "sm"), "boolean", one("strip_metadata", BOOLEAN), "sm:0",
        "Drops EXIF, IPTC and XMP.",
    ),
    OptionRow(
        ("keep_copyright", "kcr"), "boolean", one("keep_copyright", BOOLEAN), "kcr:0",
        "Keeps copyright and artist where metadata is dropped.",
    ),
    OptionRow(
        ("strip_color_profile", "scp"), "boolean", one("strip_color_profile", BOOLEAN), "scp:0",
        "Converts to sRGB and drops the ICC profile.",
    ),
    OptionRow(
        ("color_profile", "cp", "icc"), "name", one("color_profile", PROFILE), "icc:srgb",
        "Converts to this profile, and puts it into the result: `srgb`, `cmyk`, or a file of COLOR_PROFILES_DIR, "
        "percent-encoded. A format that holds none goes without; empty takes it back.",
    ),
    OptionRow(
        ("dpi",), "dots", one("dpi", NOT_NEGATIVE), "dpi:300",
        "Dots per inch that the result says it has; 0 leaves them.",
    ),
    OptionRow(
        ("style", "st", "stl"), "css", one("style", ENCODED_TEXT), "st:KiB7ZmlsbDogI2YwMCAhaW1wb3J0YW50fQ",
        "CSS in base64, put first into an SVG; other sources have none. Empty takes it back.",
    ),
    OptionRow(
        ("preserve_hdr", "ph"), "boolean", one("preserve_hdr", BOOLEAN), "ph:1",
        "Keeps the gain map of a JPEG (Ultra HDR, ISO 21496-1) in a JPEG, where it is only cut, scaled and turned, and"
        " the 16 bits of an opaque PNG or a gray TIFF in a PNG, where it is also padded on gray, PQ and HLG among them;"
        " all else has 8 bits a channel.",
    ),
    OptionRow(
        ("enforce_thumbnail", "eth"), "boolean", one("enforce_thumbnail", BOOLEAN), "eth:1",
        "Takes the thumbnail in a HEIC or AVIF file for the picture, however small it is.",
    ),
)
# fmt: on
