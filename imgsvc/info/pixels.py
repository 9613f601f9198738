"""What is told of a source's pixels: those of its first frame or of the page asked for, upright and in sRGB."""

from collections.abc import Callable, Mapping

from PIL import Image

from imgsvc.codecs.color.conversion import to_processing, to_result
from imgsvc.codecs.opened import DecodeRequest, Header, Opened
from imgsvc.info.colors import average, dominant_colors, palette
from imgsvc.info.hashes import blurhash_of, perceptual_hash_of, thumb_hash_of
from imgsvc.options.geometry import Size
from imgsvc.options.info import InfoOptions
from imgsvc.options.orientation import orientation_of
from imgsvc.runtime.scope import Scope
from imgsvc.transforms.planning.position import cut
from imgsvc.transforms.planning.sizes import crop_size
from imgsvc.transforms.smart import smart_box

# A drawing is drawn no larger, and for hashes alone a photograph is decoded no larger than it has to be.
_DRAWN_SIDE, _HASHED_SIDE = 1000, 400

Tell = Callable[[Image.Image], object]


def of_pixels(options: InfoOptions, opened: Opened, scope: Scope, *, has_alpha: bool) -> dict[str, object]:
    """Whatever is asked for that only they tell."""
    with scope.stage("decode"):
        image = _upright(opened, options)
    found: dict[str, object] = {}
    with scope.stage("transform"):
        for name, tell in _wishes(options, has_alpha=has_alpha).items():
            scope.check(name)
            found[name] = tell(image)
    return found


def area(options: InfoOptions, size: Size, image: Image.Image | None = None) -> Mapping[str, float]:
    """The box of `crop` in fractions of an upright picture of this size; what draws the eye is found in its pixels."""
    gravity = options.crop.gravity or options.gravity
    found = cut(size, crop_size(size, options.crop), gravity)
    if found is None:
        return {"left": 0, "top": 0, "width": 1, "height": 1}
    box = found.box or (smart_box(image, found.size) if image else None)
    return {
        "left": box.left / size.width if box else 0,
        "top": box.top / size.height if box else 0,
        "width": found.size.width / size.width,
        "height": found.size.height / size.height,
    }


def _wishes(options: InfoOptions, *, has_alpha: bool) -> Mapping[str, Tell]:
    """What each key is told by, of those that are asked for."""
    ignores, builds = options.average.ignores_transparent, options.dominant_colors.builds_missed
    wishes: tuple[tuple[str, bool, Tell], ...] = (
        ("palette", options.palette > 0, lambda image: palette(image, options.palette)),
        ("average", options.average.is_told, lambda image: average(image, ignores_transparent=ignores)),
        (
            "dominant_colors",
            options.dominant_colors.is_told,
            lambda image: dominant_colors(image, builds_missed=builds),
        ),
        ("blurhash", all(options.blurhash), lambda image: blurhash_of(image, *options.blurhash)),
        ("thumb_hash", options.wants_thumb_hash, thumb_hash_of),
        ("perceptual_hash", options.wants_perceptual_hash, perceptual_hash_of),
        ("crop", options.needs_pixels_for_crop, lambda image: area(options, Size(*image.size), image)),
        ("alpha", options.alpha.is_told and options.alpha.checks_transparency, lambda image: _alpha(image, has_alpha)),
    )
    return {name: tell for name, is_asked, tell in wishes if is_asked}


def _alpha(image: Image.Image, has_alpha: bool) -> Mapping[str, bool]:
    # All that is opaque is counted in one place.
    return {"has_alpha": has_alpha, "transparent": image.getchannel("A").histogram()[255] < image.width * image.height}


def _upright(opened: Opened, options: InfoOptions) -> Image.Image:
    """In RGBA."""
    picture = to_result(to_processing(opened.decode(_request(opened.header, options))), keep_profile=False)
    image = picture.frames[0]
    name = orientation_of(opened.header.orientation).transposition
    return (image.transpose(Image.Transpose[name]) if name else image).convert("RGBA")


def _request(header: Header, options: InfoOptions) -> DecodeRequest:
    longest = max(header.size)
    if header.format.traits.vector:
        by = min(1.0, _DRAWN_SIDE / longest)
        return DecodeRequest(size=Size(*(max(1, round(side * by)) for side in header.size)))
    if options.needs_every_pixel or not header.shrinks:
        return DecodeRequest()
    return DecodeRequest(shrink=max((each for each in header.shrinks if longest // each >= _HASHED_SIDE), default=1))
