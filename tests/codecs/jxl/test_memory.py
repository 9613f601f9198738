import pytest

from imgsvc.codecs.headers.extent import Extent
from imgsvc.codecs.jxl.layout import layout
from imgsvc.codecs.jxl.libjxl import Decoder, library, opened
from imgsvc.codecs.jxl.memory import Memory, room_for
from imgsvc.codecs.jxl.structures import Event, Sample
from tests.images import encoded, noise, solid

PICTURE = encoded(noise(300, 200), "jxl")


def drain(decoder: Decoder) -> None:
    for event in decoder.events():
        if event == Event.NEEDS_PIXELS:
            decoder.take_pixels(bytearray(300 * 200 * 3), 3, Sample.BYTE)


def test_a_picture_that_takes_more_memory_than_it_may_is_refused() -> None:
    """Whatever it is that takes it: frames that are never shown are told of by nobody."""
    with (
        opened(PICTURE, Event.PIXELS, most_bytes=1 << 20) as decoder,
        pytest.raises(OSError, match="more than 1048576"),
    ):
        drain(decoder)


def test_memory_that_was_given_back_is_lent_again() -> None:
    memory = Memory(100)

    places = [memory.take(None, 60) for _ in range(2)]
    memory.give(None, places[0])

    assert (places[1], bool(memory.take(None, 60)), memory.was_refused) == (None, True, True)


def test_what_is_lent_comes_back() -> None:
    memory = Memory(room_for())

    library().JxlDecoderDestroy(library().JxlDecoderCreate(memory.manager))

    assert memory.lent == 0


def test_a_larger_picture_may_take_more() -> None:
    small, large = (layout(encoded(solid(*size), "jxl"), Extent()) for size in ((8, 8), (800, 600)))

    assert (small.samples, large.samples) == (8 * 8 * 3, 800 * 600 * 3)
    assert room_for(large.samples) > room_for(small.samples) > 64 << 20
