"""Has Pillow write a file: with nothing of what a decoder left beside the pixels, and with room for all of it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from PIL import Image, ImageFile

from imgsvc.codecs.native.memory import without_info
from imgsvc.codecs.picture import Picture
from imgsvc.codecs.settings import EncodeSettings


@dataclass(frozen=True, slots=True)
class EncodeOptions:
    """One attempt: the quality is final; `check` raises once there is nobody left to answer."""

    quality: int
    settings: EncodeSettings
    check: Callable[[], None]


def saved(image: Image.Image, writer: str | None, *, room: int = 0, **parameters: Any) -> bytes:
    """The file that Pillow's encoder makes, `writer` being its name; parameters that are None or empty are left out.

    `room` is what an encoder needs that has to have all of its output in one buffer, in bytes.
    """
    buffer = BytesIO()
    given = {name: value for name, value in parameters.items() if value not in (None, b"")}
    with _buffer_of(room):
        # What a decoder left in `info` Pillow's writers would take for wishes.
        without_info(image).save(buffer, format=writer, **given)
    return buffer.getvalue()


def sequence(picture: Picture, rest: list[Image.Image]) -> dict[str, Any]:
    """Pillow's parameters for an animation whose first frame is not among the `rest`."""
    if not rest:
        return {}
    return {"save_all": True, "append_images": rest, "duration": list(picture.delays_ms), "loop": picture.loop}


@contextmanager
def _buffer_of(size: int) -> Iterator[None]:
    """PERF: what an encoder does not fill is never touched, and so takes no memory."""
    usual = ImageFile.MAXBLOCK
    ImageFile.MAXBLOCK = max(usual, size)
    try:
        yield
    finally:
        ImageFile.MAXBLOCK = usual
