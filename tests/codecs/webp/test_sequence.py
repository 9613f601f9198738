import pytest
from PIL import Image, ImageChops, ImageStat

from imgsvc.codecs.picture import Picture
from imgsvc.codecs.webp.sequence import compressed, config, fault
from imgsvc.errors import RequestTimeoutError
from imgsvc.options.saving import WebpPreset
from tests.images import RED, fading, frames, opened, quadrants, solid


def _nothing() -> None:
    pass


@pytest.mark.parametrize("preset", WebpPreset)
@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA"])
def test_every_preset_writes_every_mode(preset: WebpPreset, mode: str) -> None:
    image = quadrants(160, 80, mode)

    found = opened(compressed(Picture((image,)), config(preset), _nothing).body)

    assert found.size == (160, 80)
    assert max(ImageStat.Stat(ImageChops.difference(found.convert("RGB"), image.convert("RGB"))).mean) < 4


def test_each_preset_has_a_number_of_its_own() -> None:
    tunings = {bytes(config(each).tuning) for each in WebpPreset}

    assert len(tunings) == len(WebpPreset)


def test_alpha_is_kept_to_the_level() -> None:
    how = config(WebpPreset.DEFAULT)
    how.lossless = 1

    found = opened(compressed(Picture((fading(64, 32),)), how, _nothing).body)

    assert found.getchannel("A").tobytes() == fading(64, 32).getchannel("A").tobytes()


def test_an_animation_has_its_times_and_its_loop() -> None:
    picture = Picture(tuple(frames(3)), delays_ms=(100, 50, 70), loop=2)

    found = opened(compressed(picture, config(WebpPreset.PHOTO), _nothing).body)

    assert found.info["loop"] == 2
    assert _delays(found, 3) == [100, 50, 70]


def _delays(image, count: int) -> list[int]:  # type: ignore[no-untyped-def]
    found = []
    for index in range(count):
        image.seek(index)
        image.load()
        found.append(image.info["duration"])
    return found


@pytest.mark.parametrize("opacity", [0, 254, 255])
def test_what_is_transparent_in_any_frame_is_told(opacity: int) -> None:
    last = solid(40, 30, (*RED, opacity), "RGBA")
    picture = Picture((quadrants(40, 30, "RGBA"), last), delays_ms=(50, 50))

    found = compressed(picture, config(WebpPreset.DEFAULT), _nothing)

    assert found.is_transparent == (opacity < 255)


@pytest.mark.parametrize(("colors", "is_exact"), [(90, True), (110, False)])
def test_frames_of_an_animation_keep_what_few_colors_they_have(colors: int, is_exact: bool) -> None:
    """Those of more lose the resolution of their color, as all of imgproxy's do, and are smaller for it."""
    first = Image.new("RGB", (128, 64))
    first.putdata([(number % colors, 0, 255 - number % colors) for number in range(128 * 64)])
    second = first.transpose(Image.Transpose.FLIP_TOP_BOTTOM)

    found = opened(compressed(Picture((first, second), delays_ms=(9, 9)), config(WebpPreset.DEFAULT), _nothing).body)

    assert (found.convert("RGB").tobytes() == first.tobytes()) == is_exact


def test_the_deadline_is_asked_for_before_each_frame() -> None:
    left = [1, 1]

    def check() -> None:
        if not left:
            raise RequestTimeoutError("over")
        left.pop()

    with pytest.raises(RequestTimeoutError):
        compressed(Picture(tuple(frames(3)), delays_ms=(1, 1, 1)), config(WebpPreset.DEFAULT), check)


def test_what_libwebp_cannot_hold_is_said() -> None:
    with pytest.raises(OSError, match="libwebp"):
        compressed(Picture((quadrants(16_385, 1),)), config(WebpPreset.DEFAULT), _nothing)


def test_another_interface_than_this_one_is_a_fault() -> None:
    assert fault() is None
    assert fault(0x0309) == "linked with a libwebp whose encoder's interface is not 3.x"
