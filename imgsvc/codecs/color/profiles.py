"""Color profiles that results can be converted to: two with names of their own, and those of a directory."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageCms

from imgsvc.codecs.color.conversion import is_usable, srgb_profile, to_result
from imgsvc.codecs.picture import Picture
from imgsvc.errors import ArgumentError, ResultFormatError
from imgsvc.options.formats import Format
from imgsvc.options.modes import has_alpha, is_gray, without_alpha

_LOG = logging.getLogger("imgsvc")

SRGB, CMYK = "srgb", "cmyk"
_SUFFIXES = frozenset({".icc", ".icm"})
# What `cmyk` stands for: the first of these that there is. The second one is Ghostscript's, which Debian has.
_CMYK_NAMES = ("cmyk", "default_cmyk")
_MOST_FILES = 1000
_MOST_BYTES = 64 << 20
CMYK_FORMATS = frozenset({Format.JPEG, Format.TIFF})
# The JPEG XL plugin takes no profile.
_WITHOUT_PROFILE = frozenset({Format.JXL})
# It stores gray as RGB, which a gray profile would not fit.
_WITHOUT_GRAY = frozenset({Format.WEBP})


@dataclass(frozen=True, slots=True)
class Profile:
    """An ICC profile, and Pillow's name for its channels."""

    data: bytes = field(repr=False)
    mode: str


class Profiles:
    """Those that there are, by name without `.icc`."""

    def __init__(self, found: Mapping[str, Profile] | None = None) -> None:
        self._found = {**(found or {}), SRGB: Profile(srgb_profile(), "RGB")}

    def check(self, name: str) -> None:
        """ArgumentError where there is no profile of this name, which was percent-decoded already."""
        if name and name != CMYK and _base(name) not in self._found:
            known = "srgb, cmyk, or the name of a file, as in icc:srgb"
            raise ArgumentError(f"color_profile: COLOR_PROFILES_DIR has no {name!r}; it takes {known}")

    def for_result(self, name: str, format_: Format) -> Profile | None:
        """The profile of a result; None where none is asked for, or the format holds none."""
        if not name or not format_.traits.icc or format_ in _WITHOUT_PROFILE:
            return None
        profile = self._cmyk() if name == CMYK else self._found.get(_base(name))
        if profile is None:
            raise ResultFormatError("there is no CMYK profile: COLOR_PROFILES_DIR needs a file cmyk.icc")
        if profile.mode == "CMYK" and format_ not in CMYK_FORMATS:
            raise ResultFormatError(f"{name} is a profile of ink, and {format_.word} holds none; JPEG and TIFF do")
        return None if profile.mode == "L" and format_ in _WITHOUT_GRAY else profile

    def _cmyk(self) -> Profile | None:
        found = (self._found.get(name) for name in _CMYK_NAMES)
        return next((each for each in found if each and each.mode == "CMYK"), None)


def read_profiles(folder: Path | None) -> Profiles:
    """The profiles of a directory and of the directories right in it; what is none is left out."""
    found: dict[str, Profile] = {}
    left = _MOST_BYTES
    for path in _files(folder) if folder else ():
        try:
            data = path.read_bytes() if path.stat().st_size <= left else b""
        except OSError as error:
            _LOG.warning("%s cannot be read: %s", path, error)
            continue
        if profile := _profile(data):
            left -= len(data)
            found.setdefault(_base(path.name), profile)
    return Profiles(found)


def _files(folder: Path) -> Iterator[Path]:
    """Those of the directory itself first."""
    try:
        paths = sorted([*folder.glob("*"), *folder.glob("*/*")], key=lambda path: (len(path.parts), path.name))
        files = [path for path in paths if path.suffix.lower() in _SUFFIXES and path.is_file()]
    except OSError as error:
        _LOG.warning("COLOR_PROFILES_DIR cannot be read: %s", error)
        return
    yield from files[:_MOST_FILES]


def _base(name: str) -> str:
    return name[:-4] if name[-4:].lower() in _SUFFIXES else name


def _profile(data: bytes) -> Profile | None:
    """The profile, by its header; PERF: what lcms thinks of all of them would take 0.1 s of each start."""
    mode = next((each for each in ("RGB", "CMYK", "L") if is_usable(data, each)), None)
    return Profile(data, mode) if mode else None


def to_profile(picture: Picture, profile: Profile) -> Picture:
    """The picture in the colors of a profile, which it then has; where ink has no alpha, what is clear is on white."""
    mode = without_alpha(picture.frames[0].mode)
    if is_gray(mode) or picture.profile is None or not is_usable(picture.profile, mode):
        picture = to_result(picture, keep_profile=False).map(_in_color)
    transform = _transform(picture.profile or srgb_profile(), profile.data, "RGB", profile.mode)
    # A profile of the source's that is none is passed over, as it is elsewhere.
    transform = transform or _transform(srgb_profile(), profile.data, "RGB", profile.mode)
    try:
        if transform is None:
            raise OSError("no transform")
        # NOTE: Pillow has lcms write the profile out again, which it cannot do with each that it reads.
        converted = picture.map(lambda frame: _converted(frame, transform, profile.mode))
    except OSError as error:
        raise ResultFormatError(f"colors cannot be converted to this profile: {error}") from error
    return replace(picture, frames=converted.frames, profile=profile.data)


def to_ink(picture: Picture) -> Picture:
    """The picture in the ink of its source; in sRGB where that was none, or its profile says no way back."""
    if picture.ink:
        with suppress(ResultFormatError):
            return to_profile(picture, Profile(picture.ink, "CMYK"))
    return to_result(picture, keep_profile=True)


def _in_color(frame: Image.Image) -> Image.Image:
    return frame.convert("RGBA" if has_alpha(frame.mode) else "RGB") if is_gray(frame.mode) else frame


def _converted(frame: Image.Image, transform: ImageCms.ImageCmsTransform, mode: str) -> Image.Image:
    if not has_alpha(frame.mode):
        return transform.apply(frame)
    if mode == "CMYK":
        white = Image.new("RGB", frame.size, "white")
        white.paste(frame.convert("RGB"), mask=frame.getchannel("A"))
        return transform.apply(white)
    colors = transform.apply(frame.convert("RGB"))
    colors.putalpha(frame.getchannel("A"))
    return colors


@lru_cache(maxsize=16)
def _transform(source: bytes, target: bytes, mode: str, to: str) -> ImageCms.ImageCmsTransform | None:
    try:
        return ImageCms.buildTransform(
            ImageCms.ImageCmsProfile(BytesIO(source)),
            ImageCms.ImageCmsProfile(BytesIO(target)),
            mode,
            to,
            ImageCms.Intent.RELATIVE_COLORIMETRIC,
        )
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None
