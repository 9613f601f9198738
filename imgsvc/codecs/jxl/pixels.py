"""Decodes the frames of a JPEG XL file, upright, to eight bits and colors that a profile describes, or their space."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from itertools import islice
from typing import Any

import numpy
import numpy.typing
from PIL import Image, ImageChops

from imgsvc.codecs.color.conversion import to_processing
from imgsvc.codecs.color.tone import mapped_samples
from imgsvc.codecs.jxl.layout import Layout
from imgsvc.codecs.jxl.libjxl import Decoder, opened
from imgsvc.codecs.jxl.memory import room_for
from imgsvc.codecs.jxl.structures import BasicInfo, Channel, Event, Sample
from imgsvc.codecs.picture import Picture
from imgsvc.codecs.spaces.space import LINEAR, SRGB, ColorSpace

# What a white of sRGB has, for what was made for brighter screens.
_NITS = 255.0
_MODES = {(True, False): "L", (True, True): "LA", (False, False): "RGB", (False, True): "RGBA"}
_SAMPLE_BYTES = {Sample.BYTE: 1, Sample.SHORT: 2}

_BITS = 8

_Levels = numpy.typing.NDArray[Any]


def decode(data: bytes, found: Layout, first: int, count: int, between: Callable[[], None] = lambda: None) -> Picture:
    """So many frames from `first` on, or those up to where the file is damaged; OSError if that is in the first."""
    frames: list[Image.Image] = []
    events = Event.BASIC_INFO, Event.COLORS, Event.PIXELS
    with opened(data, *events, most_bytes=room_for(found.samples)) as decoder:
        decoder.divide_by_alpha()
        reader = _Reader(decoder, found, between)
        try:
            for frame in islice(reader.frames(), first, None):
                frames.append(frame)
                if len(frames) == count:
                    break
        except OSError:
            # COMPAT: browsers play an animation up to where it ends.
            if not frames:
                raise
    is_animated = len(frames) > 1
    return Picture(
        frames=tuple(frames),
        delays_ms=found.delays_ms[first : first + len(frames)] if is_animated else (),
        loop=found.loop if is_animated else 0,
        profile=reader.profile,
        color_space=reader.space,
        metadata=found.metadata,
    )


class _Reader:
    """Frames out of a decoder."""

    def __init__(self, decoder: Decoder, found: Layout, between: Callable[[], None]) -> None:
        self._decoder, self._found, self._between = decoder, found, between
        self._mode = _MODES[found.is_gray, found.has_alpha]
        self._info, self._sample = BasicInfo(), Sample.BYTE
        self._pixels = self._black = bytearray()
        self._black_index: int | None = None
        self._profile: bytes | None = None
        # That of samples of more than eight bits which are mapped to the range of a screen.
        self._light: ColorSpace | None = None
        # That of the frames, where they are not in sRGB and no profile says it.
        self.space: ColorSpace | None = None

    def frames(self) -> Iterator[Image.Image]:
        """One after the other."""
        for event in self._decoder.events():
            if event == Event.BASIC_INFO:
                self._info = self._decoder.basic_info()
            elif event == Event.COLORS:
                self._choose_colors()
            elif event == Event.NEEDS_PIXELS:
                self._make_room()
            elif event == Event.PIXELS:
                yield self._frame()
            else:
                raise OSError(f"libjxl stops at {event}")

    @property
    def profile(self) -> bytes | None:
        """That of the frames."""
        return None if self._black_index is not None else self._profile

    def _choose_colors(self) -> None:
        """Those of the file, of which linear light takes more than eight bits, unless it may come as sRGB."""
        decoder, space = self._decoder, self._found.color_space
        self._black_index = next(filter(self._is_black, range(self._info.num_extra_channels)), None)
        is_linear = space is not None and space.curve == LINEAR
        if is_linear and not self._info.uses_original_profile:
            decoder.convert_to_srgb(_NITS, is_gray=self._found.is_gray)
        elif space and is_linear:
            self._sample = Sample.SHORT
            space = replace(space, curve=SRGB)
            self._profile = space.profile(is_gray=self._found.is_gray)
            return
        elif space and space.is_hdr:
            has_more = self._info.bits_per_sample > _BITS or not self._info.uses_original_profile
            self._light = space if has_more and not self._found.is_gray else None
            self._sample, self.space = (Sample.SHORT, None) if self._light else (Sample.BYTE, space)
            return
        elif space:
            self._profile = space.profile(is_gray=self._found.is_gray)
            return
        self._profile = decoder.profile()

    def _is_black(self, index: int) -> bool:
        return self._decoder.channel(index) == Channel.BLACK

    def _make_room(self) -> None:
        """For a frame, in the memory of the one before."""
        channels, (width, height) = len(self._mode), self._found.size
        length = width * height * channels * _SAMPLE_BYTES[self._sample]
        if len(self._pixels) != length:
            self._pixels = bytearray(length)
        self._decoder.take_pixels(self._pixels, channels, self._sample)
        if self._black_index is not None:
            self._black = bytearray(width * height)
            self._decoder.take_channel(self._black, self._black_index)

    def _frame(self) -> Image.Image:
        if self._light:
            samples = numpy.frombuffer(self._pixels, numpy.uint16)
            rows = samples.reshape(*self._found.size[::-1], len(self._mode))
            return mapped_samples(rows, self._light, self._between)
        is_light = self._sample is Sample.SHORT
        levels = _eight_bits(self._pixels, len(self._mode)) if is_light else self._pixels
        image = Image.frombytes(self._mode, self._found.size, levels)
        return image if self._black_index is None else self._printed(image)

    def _printed(self, inks: Image.Image) -> Image.Image:
        """In RGB what has a channel of black ink as well; a sample of 0 is all of an ink."""
        black = Image.frombytes("L", inks.size, self._black)
        paper = ImageChops.invert(Image.merge("CMYK", (*inks.split()[:3], black)))
        shown = to_processing(Picture(frames=(paper,), profile=self._profile)).frames[0]
        if self._found.has_alpha:
            shown.putalpha(inks.getchannel("A"))
        return shown


def _eight_bits(pixels: bytearray, channels: int) -> bytes:
    """Light as sRGB encodes it; alpha as it is."""
    samples = numpy.frombuffer(pixels, numpy.uint16).reshape(-1, channels)
    levels = _encoded_light()[samples]
    if channels in (2, 4):
        levels[:, -1] = samples[:, -1] // 257
    return bytes(levels)


@cache
def _encoded_light() -> _Levels:
    """The level of each of 65,536 amounts of light (IEC 61966-2-1)."""
    light = numpy.arange(1 << 16) / 0xFFFF
    encoded = numpy.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    levels: _Levels = numpy.rint(encoded * 255).astype(numpy.uint8)
    return levels
