"""The pixels of watermarks: decoded, or drawn of a text, and kept for the next picture; so is how they are laid."""

from dataclasses import dataclass

from PIL import Image

from imgsvc.codecs.color.conversion import to_processing, to_result
from imgsvc.codecs.decode import open_image
from imgsvc.codecs.headers.extent import Extent
from imgsvc.codecs.opened import DecodeRequest
from imgsvc.codecs.settings import DecodeSettings
from imgsvc.codecs.sniff import sniff
from imgsvc.codecs.svg.text import draw_text
from imgsvc.options.geometry import Size
from imgsvc.options.markup import runs
from imgsvc.options.processing import WatermarkOptions
from imgsvc.security.limits import Limits, check_resolution
from imgsvc.sources.source import Fetched
from imgsvc.transforms.planning.loading import guarded
from imgsvc.transforms.planning.orientation import turn_of_exif
from imgsvc.transforms.rotate import turned
from imgsvc.transforms.watermark import Layer, layer
from imgsvc.watermarks.cache import Cache
from imgsvc.watermarks.fetching import MAX_AGE_SECONDS, Mark

# Of all that are kept, as pixels.
KEPT_BYTES = 32 << 20
# The same as they are laid over pictures, with what they were made of.
LAYERS_BYTES = 8 << 20


@dataclass(frozen=True, slots=True)
class _Laid:
    mark: Image.Image
    layer: Layer


class WatermarkPictures:
    """Of one worker, and of its main thread."""

    def __init__(self, kept: int = 256) -> None:
        self._kept: Cache[Image.Image] = Cache(kept, KEPT_BYTES, MAX_AGE_SECONDS)
        self._laid: Cache[_Laid] = Cache(kept, LAYERS_BYTES, MAX_AGE_SECONDS)

    def decoded(self, mark: Mark, path: str, settings: DecodeSettings, limits: Limits) -> Image.Image:
        """The pixels of a file, held to the limits of a source; `path` is a hint at its format."""
        name = f"{mark.digest}:{limits.resolution}"
        return self._kept.get(name) or self._keep(name, decoded(mark.fetched, path, settings, limits))

    def drawn(self, markup: str, settings: DecodeSettings, limits: Limits) -> Image.Image:
        """A text in pixels, which may be as many as those of a source."""
        name = f"text:{limits.resolution}:{markup}"
        return self._kept.get(name) or self._keep(
            name, draw_text(runs(markup), limits.resolution, settings.svg_timeout)
        )

    def layer(
        self, size: Size, mark: Image.Image, options: WatermarkOptions, *, opacity: float = 1.0, dpr: float = 1.0
    ) -> Layer | None:
        """As `transforms.watermark.layer`; pictures of a site have few sizes.

        PERF: a mark that is scaled, turned and faded takes 0.5 to 7 ms for 0.16 megapixels.
        """
        name = (id(mark), size, options, opacity, dpr)
        kept = self._laid.get(name)
        # Another image may have this id now.
        if kept and kept.mark is mark:
            return kept.layer
        found = layer(size, mark, options, opacity=opacity, dpr=dpr)
        if found:
            self._laid.put(name, _Laid(mark, found), _bytes(mark) + _bytes(found.image))
        return found

    def _keep(self, name: str, image: Image.Image) -> Image.Image:
        self._kept.put(name, image, _bytes(image))
        return image


def _bytes(image: Image.Image) -> int:
    return image.width * image.height * (1 if image.mode == "L" else 4)


def decoded(fetched: Fetched, path: str, settings: DecodeSettings, limits: Limits) -> Image.Image:
    """The first frame in sRGB, as its EXIF orientation turns it; ImageError where it is no image, or too large."""
    format_ = sniff(fetched.body, path, fetched.headers.get("content-type", ""))
    opened = open_image(fetched.body, format_, settings, Extent(limits.largest_frame), counts_frames=False)
    header = opened.header
    if format_.traits.vector:
        # It has no pixels of its own: it is drawn smaller instead.
        request = DecodeRequest(size=guarded(header.size, limits.resolution))
    else:
        check_resolution(header.size, 1, limits)
        request = DecodeRequest()
    picture = to_result(to_processing(opened.decode(request)), keep_profile=False)
    return turned(picture.frames[0], turn_of_exif(header.turn(auto_rotate=True)))
