"""Format, frames and limits, from a header alone."""

import pytest

from imgsvc.codecs.decode import open_image
from imgsvc.codecs.settings import DecodeSettings, EncodeSettings, FormatSettings
from imgsvc.codecs.sniff import sniff
from imgsvc.errors import ResolutionError
from imgsvc.imaging.decision import Decision, Rules, decide
from imgsvc.options.formats import Format
from imgsvc.options.geometry import Size
from imgsvc.options.processing import ProcessingOptions, Trim
from imgsvc.security.limits import Limits, limits_for
from imgsvc.security.settings import LimitSettings
from tests import images

NOTHING: frozenset[Format] = frozenset()


def limits(**changes: int) -> Limits:
    """The default limits with `changes`."""
    return limits_for(LimitSettings(**changes), ProcessingOptions())


def decided(
    body: bytes, options: ProcessingOptions, *, rules: Rules = Rules(), within: Limits | None = None
) -> Decision:
    """The decision for the file `body`."""
    header = open_image(body, sniff(body), rules.decoding).header
    return decide(header, options, within or limits(), NOTHING, rules)


def test_a_jpeg_is_decoded_no_larger_than_its_result_needs() -> None:
    decision = decided(images.encoded(images.quadrants(800, 400), "jpg"), ProcessingOptions(width=100))

    assert decision.plan is not None
    assert (decision.plan.load_shrink, decision.plan.result_size) == (8, Size(100, 50))


def test_a_jpeg_is_decoded_whole_where_the_settings_say_so() -> None:
    rules = Rules(decoding=DecodeSettings(disable_shrink_on_load=True))
    decision = decided(images.encoded(images.quadrants(800, 400), "jpg"), ProcessingOptions(width=100), rules=rules)

    assert decision.plan is not None
    assert decision.plan.load_shrink == 1


def test_a_still_webp_is_decoded_at_the_size_of_its_result() -> None:
    decision = decided(images.encoded(images.quadrants(80, 40), "webp"), ProcessingOptions(width=30))

    assert decision.plan is not None
    assert decision.plan.load_size == Size(30, 15)


WITH_THUMBNAIL = images.encoded(images.quadrants(400, 200), "heic", thumbnails=[80])


def test_a_thumbnail_in_the_file_serves_where_it_is_large_enough() -> None:
    small, large = (decided(WITH_THUMBNAIL, ProcessingOptions(width=width)).plan for width in (80, 81))

    assert small is not None
    assert large is not None
    assert (small.load_size, large.load_size) == (Size(80, 40), None)


@pytest.mark.parametrize(
    "settings", [DecodeSettings(use_thumbnails=False), DecodeSettings(disable_shrink_on_load=True)]
)
def test_no_thumbnail_serves_where_the_settings_say_so(settings: DecodeSettings) -> None:
    decision = decided(WITH_THUMBNAIL, ProcessingOptions(width=40), rules=Rules(decoding=settings))

    assert decision.plan is not None
    assert decision.plan.load_size is None


def test_a_frame_of_an_animated_webp_is_decoded_whole() -> None:
    decision = decided(images.animated(2, "webp"), ProcessingOptions(width=4, format=Format.PNG))

    assert decision.plan is not None
    assert decision.plan.load_size is None


def test_an_animation_keeps_as_many_frames_as_the_limit_allows() -> None:
    decision = decided(images.animated(5, "gif"), ProcessingOptions(), within=limits(max_animation_frames=3))

    assert (decision.format, decision.frames) == (Format.GIF, 3)


def test_a_still_format_gets_the_first_frame() -> None:
    options = ProcessingOptions(format=Format.PNG)

    assert decided(images.animated(5, "gif"), options, within=limits(max_animation_frames=9)).frames == 1


@pytest.mark.parametrize(("animates", "frames"), [(False, 1), (True, 5)], ids=["as imgproxy", "when asked to"])
def test_avif_is_animated_only_where_the_settings_say_so(animates: bool, frames: int) -> None:
    rules = Rules(encoding=EncodeSettings(avif_animation=animates))
    options = ProcessingOptions(format=Format.AVIF)

    within = limits(max_animation_frames=9)
    assert decided(images.animated(5, "gif"), options, rules=rules, within=within).frames == frames


def test_every_frame_counts_towards_the_resolution() -> None:
    within = limits(max_animation_frames=9, max_src_resolution=16 * 12 * 4)

    with pytest.raises(ResolutionError):
        decided(images.animated(5, "gif"), ProcessingOptions(), within=within)


def test_a_trimmed_picture_has_no_plan_before_its_pixels() -> None:
    assert decided(images.encoded(images.framed()), ProcessingOptions(trim=Trim(threshold=10.0))).plan is None


def test_a_skipped_picture_has_its_source_format_and_no_plan() -> None:
    rules = Rules(FormatSettings(skip_processing_formats=(Format.PNG,)))
    decision = decided(images.encoded(images.framed()), ProcessingOptions(), rules=rules)

    assert (decision.is_skipped, decision.format, decision.plan) == (True, Format.PNG, None)
