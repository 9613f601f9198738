"""Calls libjxl, which `pylibjxl` is linked with, for what no package offers of it: animations, layers, every sample.

Its interface is known by the version that it says of itself.
"""

import ctypes
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache

from imgsvc.codecs.jxl.memory import Memory, room_for
from imgsvc.codecs.jxl.structures import (
    BasicInfo,
    ColorEncoding,
    Event,
    ExtraChannel,
    FrameHeader,
    PixelFormat,
    Sample,
)
from imgsvc.codecs.native.linked import library_beside

# 0.11, of which the structures below are.
_VERSION = 11
_SUCCESS, _NEEDS_MORE_INPUT = 0, 2
# Colors as they come out, not as they were before they were encoded.
_OF_PIXELS = 1

_HANDLE, _BYTES = ctypes.c_void_p, ctypes.c_size_t

_DECODER: Mapping[str, tuple[type, ...]] = {
    "Version": (),
    "Create": (_HANDLE,),
    "Destroy": (_HANDLE,),
    "SubscribeEvents": (_HANDLE, ctypes.c_int),
    "SetCoalescing": (_HANDLE, ctypes.c_int),
    "SetUnpremultiplyAlpha": (_HANDLE, ctypes.c_int),
    "SetDecompressBoxes": (_HANDLE, ctypes.c_int),
    "SetDesiredIntensityTarget": (_HANDLE, ctypes.c_float),
    "SetPreferredColorProfile": (_HANDLE, _HANDLE),
    "SetInput": (_HANDLE, ctypes.c_char_p, _BYTES),
    "CloseInput": (_HANDLE,),
    "ProcessInput": (_HANDLE,),
    "GetBasicInfo": (_HANDLE, _HANDLE),
    "GetFrameHeader": (_HANDLE, _HANDLE),
    "GetExtraChannelInfo": (_HANDLE, _BYTES, _HANDLE),
    "GetColorAsEncodedProfile": (_HANDLE, ctypes.c_int, _HANDLE),
    "GetICCProfileSize": (_HANDLE, ctypes.c_int, _HANDLE),
    "GetColorAsICCProfile": (_HANDLE, ctypes.c_int, _HANDLE, _BYTES),
    "GetBoxType": (_HANDLE, ctypes.c_char_p, ctypes.c_int),
    "SetBoxBuffer": (_HANDLE, _HANDLE, _BYTES),
    "ReleaseBoxBuffer": (_HANDLE,),
    "SetImageOutBuffer": (_HANDLE, _HANDLE, _HANDLE, _BYTES),
    "SetExtraChannelBuffer": (_HANDLE, _HANDLE, _HANDLE, _BYTES, ctypes.c_uint32),
}
_ENCODER: Mapping[str, tuple[type, ...]] = {
    "Create": (_HANDLE,),
    "Destroy": (_HANDLE,),
    "InitBasicInfo": (_HANDLE,),
    "SetBasicInfo": (_HANDLE, _HANDLE),
    "SetColorEncoding": (_HANDLE, _HANDLE),
    "DistanceFromQuality": (ctypes.c_float,),
    "FrameSettingsCreate": (_HANDLE, _HANDLE),
    "FrameSettingsSetOption": (_HANDLE, ctypes.c_int, ctypes.c_int64),
    "SetFrameDistance": (_HANDLE, ctypes.c_float),
    "SetFrameLossless": (_HANDLE, ctypes.c_int),
    "AddImageFrame": (_HANDLE, _HANDLE, ctypes.c_char_p, _BYTES),
    "UseBoxes": (_HANDLE,),
    "AddBox": (_HANDLE, ctypes.c_char_p, ctypes.c_char_p, _BYTES, ctypes.c_int),
    "CloseInput": (_HANDLE,),
    "ProcessOutput": (_HANDLE, _HANDLE, _HANDLE),
}
_RESULTS: Mapping[str, type] = {
    "DecoderCreate": _HANDLE,
    "DecoderReleaseBoxBuffer": _BYTES,
    "EncoderCreate": _HANDLE,
    "EncoderDistanceFromQuality": ctypes.c_float,
    "EncoderFrameSettingsCreate": _HANDLE,
}


@cache
def library() -> ctypes.CDLL:
    """Its functions, each with the types of what it takes and gives."""
    found = library_beside("pylibjxl", "_pylibjxl")
    if found is None:  # pragma: no cover
        raise ImportError("pylibjxl is missing")
    for part, signatures in (("Decoder", _DECODER), ("Encoder", _ENCODER)):
        for name, types in signatures.items():
            function = getattr(found, f"Jxl{part}{name}")
            function.argtypes, function.restype = types, _RESULTS.get(part + name, ctypes.c_int)
    found.JxlColorEncodingSetToSRGB.argtypes = (_HANDLE, ctypes.c_int)
    return found


def fault(version: int = 0) -> str | None:
    """What is wrong with the libjxl that is there, if anything; `version` is what it says of itself."""
    try:
        found = version or int(library().JxlDecoderVersion())
    except ImportError as error:
        return str(error)
    except AttributeError as error:
        return f"pylibjxl shows nothing of libjxl: {error}"
    is_known = found // 1000 == _VERSION
    return None if is_known else f"pylibjxl is linked with libjxl {_dotted(found)}, not 0.{_VERSION}.x"


def version() -> str:
    """That of libjxl."""
    return _dotted(library().JxlDecoderVersion())


def _dotted(number: int) -> str:
    return f"{number // 1_000_000}.{number // 1000 % 1000}.{number % 1000}"


HAS_JXL = fault() is None


class Decoder:
    """One that has a whole file before it."""

    def __init__(self, handle: int, events: int, data: bytes, memory: Memory) -> None:
        self._handle, self._memory = handle, memory
        self._call("SubscribeEvents", events)
        # It reads no further than the bytes that are given to `opened`, which outlive it.
        self._call("SetInput", data, len(data))
        self._do("CloseInput")

    def events(self) -> Iterator[int]:
        """Decode from one event to the next, up to the end; OSError where the file is damaged, or ends early."""
        while (status := self._do("ProcessInput")) > _NEEDS_MORE_INPUT:
            yield status
        if self._memory.was_refused:
            raise OSError(f"it takes more than {self._memory.most_bytes} bytes")
        if status != _SUCCESS:
            raise OSError("damaged, or cut off")

    def basic_info(self) -> BasicInfo:
        """What is true of all of it."""
        found = BasicInfo()
        self._call("GetBasicInfo", ctypes.byref(found))
        return found

    def frame_header(self) -> FrameHeader:
        """What is true of the frame, or layer, that begins."""
        found = FrameHeader()
        self._call("GetFrameHeader", ctypes.byref(found))
        return found

    def channel(self, index: int) -> int:
        """The kind of an extra channel."""
        found = ExtraChannel()
        self._call("GetExtraChannelInfo", index, ctypes.byref(found))
        return int(found.type)

    def keep_layers_apart(self) -> None:
        """Tell of every layer, and not of what they are together."""
        self._call("SetCoalescing", 0)

    def unpack_metadata(self) -> None:
        """Give boxes as they were before they were compressed."""
        self._call("SetDecompressBoxes", 1)

    def divide_by_alpha(self) -> None:
        """Give colors as if they were opaque."""
        self._call("SetUnpremultiplyAlpha", 1)

    def colors(self) -> ColorEncoding | None:
        """Those of the pixels; None where only a profile says them."""
        found = ColorEncoding()
        status = self._do("GetColorAsEncodedProfile", _OF_PIXELS, ctypes.byref(found))
        return found if status == _SUCCESS else None

    def convert_to_srgb(self, nits: float, *, is_gray: bool) -> None:
        """Have its own colors shown in those of sRGB, whose white is of so many nits."""
        wanted = ColorEncoding()
        library().JxlColorEncodingSetToSRGB(ctypes.byref(wanted), is_gray)
        self._call("SetDesiredIntensityTarget", nits)
        self._call("SetPreferredColorProfile", ctypes.byref(wanted))

    def profile(self) -> bytes | None:
        """The profile of the pixels; None where there can be none."""
        size = _BYTES()
        if self._do("GetICCProfileSize", _OF_PIXELS, ctypes.byref(size)) != _SUCCESS:
            return None
        found = ctypes.create_string_buffer(size.value)
        self._call("GetColorAsICCProfile", _OF_PIXELS, found, size.value)
        return found.raw

    def box_type(self) -> bytes:
        """That of the box that begins, in it if it is compressed."""
        found = ctypes.create_string_buffer(4)
        self._call("GetBoxType", found, 1)
        return found.raw

    def take_box(self, into: bytearray) -> None:
        """Have what is in the box written there."""
        self._call("SetBoxBuffer", _memory(into), len(into))

    def taken_of_box(self, into: bytearray) -> bytes:
        """What has been written there."""
        return bytes(into[: len(into) - self._do("ReleaseBoxBuffer")])

    def take_pixels(self, into: bytearray, channels: int, sample: Sample) -> None:
        """Have the pixels of the frame written there, row by row."""
        described = PixelFormat(channels, sample)
        self._call("SetImageOutBuffer", ctypes.byref(described), _memory(into), len(into))

    def take_channel(self, into: bytearray, index: int) -> None:
        """Have an extra channel written there."""
        described = PixelFormat(1, Sample.BYTE)
        self._call("SetExtraChannelBuffer", ctypes.byref(described), _memory(into), len(into), index)

    def _do(self, name: str, *arguments: object) -> int:
        return int(getattr(library(), f"JxlDecoder{name}")(self._handle, *arguments) or 0)

    def _call(self, name: str, *arguments: object) -> None:
        if self._do(name, *arguments) != _SUCCESS:
            raise OSError(f"libjxl refuses {name}")


def _memory(of: bytearray) -> ctypes.Array[ctypes.c_char]:
    return (ctypes.c_char * len(of)).from_buffer(of)


@contextmanager
def opened(data: bytes, *events: Event, most_bytes: int = room_for()) -> Iterator[Decoder]:
    """A decoder of a whole file, which stops for these events, and takes so much memory at most."""
    memory = Memory(most_bytes)
    handle = library().JxlDecoderCreate(memory.manager)
    try:
        yield Decoder(handle, sum(events), data, memory)
    finally:
        library().JxlDecoderDestroy(handle)
