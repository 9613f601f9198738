"""Looks through a JPEG XL file without decoding it: its layers, its animation, and what stands beside its pixels."""

from contextlib import suppress
from dataclasses import dataclass

from imgsvc.codecs.headers.directories import upright
from imgsvc.codecs.headers.extent import Bound, Extent
from imgsvc.codecs.jxl.colors import space_of
from imgsvc.codecs.jxl.libjxl import Decoder, opened
from imgsvc.codecs.jxl.structures import BasicInfo, Event, FrameHeader
from imgsvc.codecs.picture import Metadata
from imgsvc.codecs.spaces.space import ColorSpace
from imgsvc.options.geometry import Size

# What is drawn into a frame before it is shown: each takes as long as a frame.
LAYERS = Bound(1024, "jxl layers")
# No further is looked.
_MOST_FRAMES = 1 << 14
# Larger blocks are not metadata any more.
_MOST_BYTES = 1 << 20
# A frame that stays until somebody turns the page.
_PAGE = 0xFFFFFFFF
# COMPAT: browsers take those that are too short to be meant for a tenth of a second.
_LEAST_DELAY_MS, _USUAL_DELAY_MS = 11, 100
_EXIF, _XMP = b"Exif", b"xml "


@dataclass(frozen=True, slots=True)
class Layout:
    """What a file has; `size` is that of the upright image, and each frame has its delay."""

    size: Size
    is_gray: bool
    has_alpha: bool
    delays_ms: tuple[int, ...]
    loop: int
    metadata: Metadata
    color_space: ColorSpace | None
    # Of the largest of its layers, or of itself.
    samples: int


def layout(data: bytes, extent: Extent) -> Layout:
    """Go through it to its end, or to where it is damaged; ResolutionError if a layer is larger than `extent`.

    OSError if no frame begins in it.
    """
    with opened(data, Event.BASIC_INFO, Event.COLORS, Event.FRAME, Event.BOX) as decoder:
        decoder.keep_layers_apart()
        decoder.unpack_metadata()
        walk = _Walk(decoder, extent)
        # How far the pixels go is seen when they are decoded.
        with suppress(OSError):
            for event in decoder.events():
                walk.take(event)
        walk.end_box()
        return walk.found()


class _Walk:
    def __init__(self, decoder: Decoder, extent: Extent) -> None:
        self._decoder, self._extent = decoder, extent
        self._info: BasicInfo | None = None
        self._space: ColorSpace | None = None
        self._layers, self._delays, self._has_pages = 0, list[int](), False
        self._most_pixels = 0
        self._box: tuple[bytes, bytearray] | None = None
        self._blocks = dict[bytes, bytes]()

    def take(self, event: int) -> None:
        """Note what there is to know."""
        if event == Event.BASIC_INFO:
            self._info = self._decoder.basic_info()
        elif event == Event.COLORS:
            self._space = space_of(self._decoder.colors())
        elif event == Event.FRAME:
            self._frame(self._decoder.frame_header())
        elif event == Event.BOX:
            self.end_box()
            self._begin_box(self._decoder.box_type())
        elif self._box:
            # Larger than its buffer: it is passed over.
            self._decoder.taken_of_box(self._box[1])
            self._box = None
        else:
            raise OSError(f"libjxl stops at {event}")

    def end_box(self) -> None:
        """Keep what is in the box that was begun, if any."""
        if self._box:
            kind, buffer = self._box
            self._blocks[kind] = self._decoder.taken_of_box(buffer)
            self._box = None

    def found(self) -> Layout:
        """All of it."""
        info = self._info
        if info is None or not self._delays:
            raise OSError("it ends before its first frame")
        width, height = (info.ysize, info.xsize) if info.orientation > 4 else (info.xsize, info.ysize)
        return Layout(
            size=Size(width, height),
            is_gray=info.num_color_channels == 1,
            has_alpha=info.alpha_bits > 0,
            delays_ms=tuple(self._delays),
            loop=info.num_loops,
            metadata=self._metadata(),
            color_space=self._space,
            samples=max(width * height, self._most_pixels) * (info.num_color_channels + info.num_extra_channels),
        )

    def _frame(self, header: FrameHeader) -> None:
        self._extent.admit(header.xsize, header.ysize, "layer")
        self._most_pixels = max(self._most_pixels, header.xsize * header.ysize)
        if not (header.duration or header.is_last):
            self._layers += 1
            LAYERS.hold(self._layers)
        elif not self._has_pages and len(self._delays) < _MOST_FRAMES:
            self._delays.append(self._delay_ms(header.duration))
            self._has_pages = header.duration == _PAGE

    def _delay_ms(self, ticks: int) -> int:
        info = self._info
        if not (info and info.have_animation and info.tps_numerator):
            return 0
        delay = round(1000 * ticks * info.tps_denominator / info.tps_numerator)
        return delay if delay >= _LEAST_DELAY_MS else _USUAL_DELAY_MS

    def _begin_box(self, kind: bytes) -> None:
        if kind in (_EXIF, _XMP) and kind not in self._blocks:
            self._box = kind, bytearray(_MOST_BYTES)
            self._decoder.take_box(self._box[1])

    def _metadata(self) -> Metadata:
        """Without the orientation: the pixels are turned as their own header says, which is what counts."""
        exif = self._blocks.get(_EXIF, b"")
        # How far behind its four bytes it begins.
        begin = 4 + int.from_bytes(exif[:4], "big")
        return Metadata(exif=upright(exif[begin:]), xmp=self._blocks.get(_XMP, b""))
