"""The rows of the options that say how the result's file is written."""

from imgsvc.url.arguments import BOOLEAN
from imgsvc.url.grammar import one
from imgsvc.url.row import OptionRow
from imgsvc.url.saving.grammars import AUTOQUALITY, AVIF_OPTIONS, JPEG_OPTIONS, PNG_OPTIONS, WEBP_OPTIONS

# fmt: off
SAVING: tuple[OptionRow, ...] = (
    OptionRow(
        ("never_larger", "nl"), "boolean", one("never_larger", BOOLEAN), "nl:1",
        "Sends no more bytes than the source has: the source itself, if it is in a format that may be sent, its pixels "
        "are those of the result, and there is no metadata in it that is to go; else the smallest file that is found "
        "by lowering the quality. imgsvc's own.",
    ),
    OptionRow(
        ("autoquality", "aq"), "[method][:target[:min_quality[:max_quality[:allowed_error]]]]", AUTOQUALITY,
        "aq:dssim:0.01:60:85",
        "Finds the quality for each picture: `dssim`, the lowest from min to max whose result is no more unlike the "
        "picture than target, from 0 to 1, or within allowed_error of that; `size`, the highest whose file has no more "
        "than target bytes, or min; `ml` is `dssim`, for there is no network; `none`. It beats `quality` and "
        "`format_quality`; `max_bytes` may go below it. DSSIM is that of lightness, in windows of 8x8: imgsvc's own.",
    ),
    OptionRow(
        ("jpeg_options", "jpgo"),
        "[progressive][:no_subsample[:trellis_quant[:overshoot_deringing[:optimize_scans[:quant_table]]]]]",
        JPEG_OPTIONS, "jpgo:1:1::::3",
        "How JPEG is written: in passes, with all of its color resolution (always from quality 90 on), and by a table "
        "from 0 to 9 that says what is left out first: 0 the standard's, 1 flat, 2 for MSSIM, 3 ImageMagick's, "
        "4 for PSNR-HVS-M, 5 to 8 models of what is seen, 9 imgsvc's own, in full color resolution. "
        "trellis_quant, overshoot_deringing and optimize_scans "
        "are read and do nothing: libjpeg-turbo has none of them.",
    ),
    OptionRow(
        ("png_options", "pngo"), "[interlaced][:quantize[:colors]]", PNG_OPTIONS, "pngo::1:64",
        "How PNG is written: interlaced, and with a palette of at most so many colors, 2 to 256.",
    ),
    OptionRow(
        ("webp_options", "webpo"), "[compression][:smart_subsample[:preset]]", WEBP_OPTIONS, "webpo:lossless",
        "How WebP is written: `lossy`, `near_lossless` (`quality` is how near) or `lossless`; with sharper edges in "
        "color; for a `photo`, `picture`, `drawing`, `icon` or `text`, or by `default`.",
    ),
    OptionRow(
        ("avif_options", "avifo"), "subsample", AVIF_OPTIONS, "avifo:off",
        "Whether AVIF has half of the color resolution: `on`, `off`, or `auto`, which is on below quality 90.",
    ),
)
# fmt: on
