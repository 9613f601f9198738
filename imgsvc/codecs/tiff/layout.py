"""How the pixels of a TIFF are laid out, as libtiff has read its tags, and which of those layouts are read at all."""

from dataclasses import dataclass
from enum import IntEnum

from imgsvc.codecs.headers.extent import Bound
from imgsvc.codecs.tiff.header import PARTS
from imgsvc.codecs.tiff.libtiff import LibTiff, can_unpack
from imgsvc.errors import UndecodableImageError
from imgsvc.options.geometry import Size

# Most samples of a pixel may be no part of the picture, and yet are unpacked if they stand among the others.
PIXEL_BYTES = Bound(64, "bytes in a tiff pixel")
# What is unpacked at once has to have room: a tile or a strip, in all of its planes.
PART_BYTES = Bound(256 << 20, "bytes in a tiff strip or tile")

_WIDTH, _HEIGHT, _BITS, _COMPRESSION, _PHOTOMETRIC, _ORIENTATION = 256, 257, 258, 259, 262, 274
_SAMPLES, _ROWS, _PLANAR, _TILE_WIDTH, _TILE_HEIGHT, _INK_SET = 277, 278, 284, 322, 323, 332
_EXTRA, _FORMAT, _SUBSAMPLING = 338, 339, 530
_IN_PLANES, _OTHER_INKS = 2, 2

OLD_JPEG, JPEG, THUNDER_SCAN, LOG_LUV, LOG_LUV_24 = 6, 7, 32809, 34676, 34677
# SECURITY: of all that libtiff can unpack those that are seen; the others (JBIG, LERC, PixarLog, NeXT) are refused.
_COMPRESSIONS = frozenset(
    {1, 2, 3, 4, 5, OLD_JPEG, JPEG, 8, 32771, 32773, THUNDER_SCAN, 32946, LOG_LUV, LOG_LUV_24, 34925, 50000, 50001}
)
# libtiff's own tags, and what is chosen with them: colors that a JPEG keeps apart as RGB, measured light in 8 bits.
_JPEG_COLORS, _JPEG_AS_RGB, _LOG_FORMAT, _LOG_IN_8_BITS = 65538, 1, 65560, 3


class Photometric(IntEnum):
    """What the samples of a pixel mean."""

    WHITE_IS_ZERO = 0
    BLACK_IS_ZERO = 1
    RGB = 2
    PALETTE = 3
    INKS = 5
    YCBCR = 6
    CIE_LAB = 8
    ICC_LAB = 9
    ITU_LAB = 10
    LOG_L = 32844
    LOG_LUV = 32845


class Numbers(IntEnum):
    """Which kind of number a sample is."""

    UNSIGNED = 1
    SIGNED = 2
    FLOAT = 3
    # What is said not to be known is taken for unsigned, as by everybody.
    UNKNOWN = 4


class Alpha(IntEnum):
    """Whether there is an alpha channel, and whether the colors are multiplied with it; by TIFF's numbers."""

    NONE = 0
    ASSOCIATED = 1
    UNASSOCIATED = 2


_COLORS = {
    Photometric.RGB: 3,
    Photometric.INKS: 4,
    Photometric.YCBCR: 3,
    Photometric.CIE_LAB: 3,
    Photometric.ICC_LAB: 3,
    Photometric.ITU_LAB: 3,
    Photometric.LOG_LUV: 3,
}
_LOGS, _LABS = (Photometric.LOG_L, Photometric.LOG_LUV), (Photometric.CIE_LAB, Photometric.ICC_LAB, Photometric.ITU_LAB)
_LIGHTS = (Photometric.WHITE_IS_ZERO, Photometric.BLACK_IS_ZERO, Photometric.RGB)
_FLOATS, _LAB_BITS, _STEPS = frozenset({16, 32, 64}), frozenset({8, 16}), frozenset({1, 2, 4})
_BLOCK_BITS = 8
_MOST_BITS = 64
# Of samples that are numbers; a palette has an entry for each of its values.
_PALETTE_BITS = 16


@dataclass(frozen=True, slots=True)
class Layout:
    """What is to be known of the first image of a file before it is unpacked."""

    size: Size
    photometric: Photometric
    bits: int
    numbers: Numbers
    samples: int
    compression: int
    # Which samples of a pixel are its color; alpha follows.
    colors: int
    alpha: Alpha = Alpha.NONE
    alpha_at: int = 0
    in_planes: bool = False
    # Of a strip that is the picture's width, or of a tile.
    part: Size = Size(0, 0)
    subsampling: tuple[int, int] = (1, 1)
    orientation: int = 1

    @property
    def channels(self) -> tuple[int, ...]:
        """The samples that make up the picture, in this order."""
        return (*range(self.colors), *([self.alpha_at] if self.alpha else []))

    @property
    def has_alpha(self) -> bool:
        """There is an alpha channel."""
        return self.alpha is not Alpha.NONE

    @property
    def has_blocks(self) -> bool:
        """There is less color than light: samples come in blocks of several of light and one of each color."""
        return self.subsampling != (1, 1)

    @property
    def count(self) -> int:
        """How many parts the picture has, in one plane."""
        return -(-self.size.width // self.part.width) * -(-self.size.height // self.part.height)

    @property
    def is_log(self) -> bool:
        """Light measured."""
        return self.photometric in _LOGS

    @property
    def is_light(self) -> bool:
        """Its numbers may be amounts of light."""
        return self.numbers is Numbers.FLOAT and self.photometric in _LIGHTS


def layout_of(tiff: LibTiff) -> Layout:
    """The layout; UndecodableImageError with the reason if it is none that is read."""
    compression = tiff.short(_COMPRESSION) or 1
    if compression not in _COMPRESSIONS or not can_unpack(compression):
        raise UndecodableImageError(f"tiff: compression {compression} is not read")
    if compression in (LOG_LUV, LOG_LUV_24):
        tiff.choose(_LOG_FORMAT, _LOG_IN_8_BITS)
    samples = tiff.short(_SAMPLES) or 1
    extra = tiff.shorts(_EXTRA)
    photometric = _photometric(tiff, compression, samples)
    in_planes = samples > 1 and tiff.short(_PLANAR) == _IN_PLANES
    is_upsampled = photometric is Photometric.YCBCR and compression == JPEG and not in_planes
    if is_upsampled:
        tiff.choose(_JPEG_COLORS, _JPEG_AS_RGB)
    colors = _COLORS.get(photometric, 1)
    if samples < colors:
        raise UndecodableImageError(f"tiff: {samples} samples a pixel for {photometric.name}")
    alpha, alpha_at = _alpha(photometric, colors, samples, extra)
    size = Size(tiff.long(_WIDTH) or 0, tiff.long(_HEIGHT) or 0)
    found = Layout(
        size=size,
        photometric=Photometric.RGB if is_upsampled else photometric,
        bits=tiff.short(_BITS) or 1,
        numbers=_numbers(tiff, photometric),
        samples=samples,
        compression=compression,
        colors=colors,
        alpha=alpha,
        alpha_at=alpha_at,
        in_planes=in_planes,
        part=_part(tiff, size),
        subsampling=_subsampling(tiff, photometric) if not is_upsampled else (1, 1),
        orientation=_orientation(tiff),
    )
    _check(found)
    return found


def _photometric(tiff: LibTiff, compression: int, samples: int) -> Photometric:
    number = tiff.short(_PHOTOMETRIC)
    if number is None:
        # As libtiff guesses.
        number = Photometric.RGB if samples >= _COLORS[Photometric.RGB] else Photometric.BLACK_IS_ZERO
    # Old JPEG most certainly keeps its colors apart, whatever is said.
    if compression == OLD_JPEG and number == Photometric.RGB:
        number = Photometric.YCBCR
    try:
        found = Photometric(number)
    except ValueError as error:
        raise UndecodableImageError(f"tiff: photometric interpretation {number} is not read") from error
    if found is Photometric.YCBCR and samples == 1:
        return Photometric.BLACK_IS_ZERO
    if found is Photometric.INKS and tiff.short(_INK_SET) == _OTHER_INKS and samples != _COLORS[found]:
        raise UndecodableImageError(f"tiff: {samples} inks that are not said to be those of print")
    return found


def _numbers(tiff: LibTiff, photometric: Photometric) -> Numbers:
    number = tiff.short(_FORMAT) or Numbers.UNSIGNED
    try:
        found = Numbers(number)
    except ValueError as error:
        raise UndecodableImageError(f"tiff: samples of format {number} are not read") from error
    # Whether an index or a part of CIE Lab has a sign is said by what it means.
    has_own = photometric in _LABS or photometric is Photometric.PALETTE
    return Numbers.UNSIGNED if has_own and found is Numbers.SIGNED else found


def _alpha(photometric: Photometric, colors: int, samples: int, extra: tuple[int, ...]) -> tuple[Alpha, int]:
    """The kind of the alpha channel, and which sample it is.

    COMPAT: one sample more of which nothing is said is alpha, as for libvips and libtiff; beside inks it is one more.
    """
    first = samples - len(extra)
    for at, kind in enumerate(extra, first):
        if kind in (Alpha.ASSOCIATED, Alpha.UNASSOCIATED) and at >= colors:
            return Alpha(kind) if photometric in _LIGHTS else Alpha.UNASSOCIATED, at
    if samples == colors + 1 and photometric is not Photometric.INKS:
        return Alpha.UNASSOCIATED, colors
    return Alpha.NONE, 0


def _part(tiff: LibTiff, size: Size) -> Size:
    if tiff.is_tiled:
        return Size(tiff.long(_TILE_WIDTH) or 0, tiff.long(_TILE_HEIGHT) or 0)
    return Size(size.width, min(tiff.long(_ROWS) or size.height, size.height))


def _subsampling(tiff: LibTiff, photometric: Photometric) -> tuple[int, int]:
    return (tiff.pair(_SUBSAMPLING) or (1, 1)) if photometric is Photometric.YCBCR else (1, 1)


def _orientation(tiff: LibTiff) -> int:
    found = tiff.short(_ORIENTATION) or 1
    return found if found <= 8 else 1


def _check(found: Layout) -> None:
    has_blocks = found.has_blocks
    if not _is_read(found) or (has_blocks and (found.in_planes or found.bits != _BLOCK_BITS)):
        raise UndecodableImageError(
            f"tiff: {found.photometric.name} of {found.bits} bits, {found.numbers.name}, is not read"
        )
    if has_blocks and (found.samples != found.colors or not _STEPS.issuperset(found.subsampling)):
        raise UndecodableImageError(f"tiff: colors in less detail, {found.subsampling}, are not read")
    if min(*found.size, *found.part) < 1:
        raise UndecodableImageError(f"tiff: parts of {found.part} in a picture of {found.size}")
    PARTS.hold(found.count)
    if not found.in_planes:
        PIXEL_BYTES.hold(found.samples * found.bits // 8)


def _is_read(found: Layout) -> bool:
    """Whether there is a meaning for samples of so many bits."""
    if found.photometric is Photometric.PALETTE:
        return found.bits <= _PALETTE_BITS and found.numbers is not Numbers.FLOAT
    if found.numbers is Numbers.FLOAT:
        return found.bits in _FLOATS and (found.is_light or found.photometric is Photometric.CIE_LAB)
    if found.is_log:
        return found.compression in (LOG_LUV, LOG_LUV_24)
    if found.photometric in _LABS:
        return found.bits in _LAB_BITS
    return 1 <= found.bits <= 32 or found.bits == _MOST_BITS
