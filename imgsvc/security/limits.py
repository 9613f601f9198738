"""How large a source may be, in bytes, pixels and frames, and how large a result."""

from dataclasses import dataclass

from imgsvc.errors import ResolutionError
from imgsvc.options.geometry import Size
from imgsvc.options.processing import ProcessingOptions
from imgsvc.security.settings import LimitSettings


@dataclass(frozen=True, slots=True)
class Limits:
    """What holds for one request.

    Resolutions are in pixels. 0 is no limit, except that a `resolution` of 0 refuses every source,
    and that with a `frame_resolution` of 0 an animation is held to `resolution` as a whole.
    A negative `file_size`, which only a URL can set, refuses every source too.
    """

    resolution: int
    file_size: int
    animation_frames: int
    frame_resolution: int
    result_dimension: int

    @property
    def largest_frame(self) -> int:
        """The most pixels that a single frame can have, however many will be read."""
        return max(self.resolution, self.frame_resolution if self.animation_frames > 1 else 0)


def limits_for(settings: LimitSettings, options: ProcessingOptions) -> Limits:
    """The settings' limits, each replaced by the URL's own where it has one."""

    def chosen(asked: int | None, configured: int) -> int:
        return configured if asked is None else asked

    return Limits(
        resolution=chosen(options.max_src_resolution, settings.max_src_resolution),
        file_size=chosen(options.max_src_file_size, settings.max_src_file_size),
        animation_frames=chosen(options.max_animation_frames, settings.max_animation_frames),
        frame_resolution=chosen(options.max_animation_frame_resolution, settings.max_animation_frame_resolution),
        result_dimension=chosen(options.max_result_dimension, settings.max_result_dimension),
    )


def check_resolution(size: Size, frames: int, limits: Limits) -> None:
    """Refuse a source of too many pixels; `frames` are those that will be read."""
    pixels = size.width * size.height
    if frames > 1 and limits.frame_resolution > 0:
        _refuse_above(pixels, limits.frame_resolution, f"a frame of {size.width}x{size.height}")
    else:
        _refuse_above(pixels * frames, limits.resolution, f"{frames} x {size.width}x{size.height}")


def _refuse_above(pixels: int, limit: int, what: str) -> None:
    if pixels > limit:
        raise ResolutionError(f"{what} is {pixels} pixels, and the limit is {limit}")
