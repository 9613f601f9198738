"""The pictures of docs/url.md: what each option does to a sample, made as a client would have it made."""

import io
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PIL import Image, ImageChops, ImageStat

from imgsvc.app import create_renderer
from imgsvc.config import from_environment
from imgsvc.rendering import Renderer
from imgsvc.rendition import RenderRequest
from imgsvc.runtime.scope import Scope
from imgsvc.url.rows.unserved import UNSERVED
from imgsvc.url.table import OPTIONS

if TYPE_CHECKING:
    from imgsvc.rendition import Rendition

FOLDER = Path(__file__).parent / "url"
_SAMPLES = Path(__file__).parents[1] / "samples"
# Other builds of libwebp and Pillow-SIMD make other levels of the same picture: in a block of so many pixels a side,
# the mean of what differs.
_BLOCK, _ALIKE = 10, 16
_SECONDS = 60
_MEADOW, _SMALL = "meadow.jpg", "rs:fill:180:120"
# Of what is not to be seen, or needs what is not at hand: letters, an origin of its own.
NOT_SEEN = frozenset(
    [
        "objects_position",
        "preserve_hdr",
        "strip_metadata",
        "keep_copyright",
        "strip_color_profile",
        "color_profile",
        "dpi",
        "enforce_thumbnail",
        "format",
        "quality",
        "format_quality",
        "max_bytes",
        "never_larger",
        "autoquality",
        "jpeg_options",
        "png_options",
        "webp_options",
        "avif_options",
        "skip_processing",
        "raw",
        "cachebuster",
        "cache_tags",
        "bypass_cache",
        "hashsum",
        "fallback_image_url",
        "expires",
        "filename",
        "return_attachment",
        "preset",
        "max_src_resolution",
        "max_src_file_size",
        "max_animation_frames",
        "max_animation_frame_resolution",
        "watermark_url",
        "watermark_text",
        *(row.names[0] for row in UNSERVED),
    ]
)
# The options and the sample, where the example on the meadow, cut to 180x120, would not show it.
_RECIPES: Mapping[str, tuple[str, str]] = {
    "resize": ("rs:fill:90:120:1", _MEADOW),
    "size": ("s:90:120", _MEADOW),
    "resizing_type": ("rs:force:90:120", _MEADOW),
    "resizing_algorithm": ("c:45:30/rs:force:180:120:1/ra:nearest", _MEADOW),
    "width": ("w:120", _MEADOW),
    "height": ("h:60", _MEADOW),
    "min-width": ("rs:fit:60:120/mw:150", _MEADOW),
    "min-height": ("rs:fit:60:60/mh:90", _MEADOW),
    "zoom": ("rs:fit:100:0/z:1.5", _MEADOW),
    "dpr": ("rs:fit:80:0/dpr:2", _MEADOW),
    "enlarge": ("c:45:30/rs:fit:180:120/el:1", _MEADOW),
    "extend": ("rs:fit:180:120/c:0:0.5/ex:1:so/bg:ffdd99", _MEADOW),
    "extend_aspect_ratio": ("rs:fit:120:120/exar:1/bg:ffdd99", _MEADOW),
    "gravity": ("rs:fill:60:120/g:fp:0.2:0.5", _MEADOW),
    "crop": ("c:0.5:0.5:soea/rs:fit:180:120", _MEADOW),
    "crop_aspect_ratio": ("c:0.5:0.9/car:0.5/rs:fit:180:120", _MEADOW),
    "page": ("pg:8/rs:fit:180:120", "waves.gif"),
    "pages": ("pgs:3/rs:fit:120:180", "waves.gif"),
    "disable_animation": ("da:1/rs:fit:180:120", "waves.gif"),
    "trim": ("t:30/rs:fit:180:120", "framed.jpg"),
    "padding": ("rs:fit:140:90/pd:10:20/bg:ffdd99", _MEADOW),
    "auto_rotate": ("ar:0/rs:fit:180:120", "sideways.jpg"),
    "background": ("rs:fit:180:120/bg:ffdd99", "bird.png"),
    "background_alpha": ("rs:fit:180:120/bg:1b2a49/bga:0.5", "bird.png"),
    "max_result_dimension": ("w:300/mrd:100", _MEADOW),
    "watermark": (f"{_SMALL}/wm:0.8:soea:8:8:0.35", _MEADOW),
    "watermark_size": (f"{_SMALL}/wm:1:nowe:8:8/wms:90:60", _MEADOW),
    "watermark_rotate": (f"{_SMALL}/wm:1:ce:0:0:0.5/wmr:-30", _MEADOW),
    "watermark_shadow": (f"{_SMALL}/wm:1:ce:0:0:0.5/wmsh:3", _MEADOW),
    "style": ("rs:fit:180:120/st:KiB7ZmlsbDogI2YwMCAhaW1wb3J0YW50fQ", "chart.svg"),
    "sharpen": (f"{_SMALL}/sh:1.5", _MEADOW),
    "unsharp_masking": (f"{_SMALL}/ush:always:1:6", _MEADOW),
    "brightness": (f"{_SMALL}/br:60", _MEADOW),
    "blur_areas": (f"{_SMALL}/ba:12:0.5:0.1:0.35:0.6", _MEADOW),
    "pixelate_areas": (f"{_SMALL}/pixa:12:0.5:0.1:0.35:0.6", _MEADOW),
    "adjust": (f"{_SMALL}/a:30:1.4:0.3", _MEADOW),
    "saturation": (f"{_SMALL}/sa:0.2", _MEADOW),
}


def seen() -> list[str]:
    """The options that have a picture, by their canonical names, in the table's order."""
    return [row.names[0] for row in OPTIONS if row.names[0] not in NOT_SEEN]


def asked(name: str) -> str:
    """The options that make it, as they stand in a URL."""
    return _recipe(name)[0]


def _recipe(name: str) -> tuple[str, str]:
    example = next(row.example for row in OPTIONS if row.names[0] == name)
    return _RECIPES.get(name, (f"{_SMALL}/{example}", _MEADOW))


def picture(name: str) -> bytes:
    """The file that shows the option."""
    options, sample = _recipe(name)
    request = RenderRequest(f"/_/{options}/q:75/plain/local:///{sample}@webp")
    renderer, scope = _renderer(), Scope(_SECONDS)
    return cast("Rendition", renderer.render(renderer.prepare(request), scope)).body


@cache
def _renderer() -> Renderer:
    settings = {"ALLOW_SECURITY_OPTIONS": "true", "LOCAL_FILESYSTEM_ROOT": str(_SAMPLES)}
    settings |= {"WATERMARK_PATH": str(_SAMPLES / "bird.png")}
    return create_renderer(from_environment({f"IMGSVC_{name}": value for name, value in settings.items()}))


def gallery() -> Iterator[str]:
    """Each example beside its picture, two to a line."""
    yield "\n| URL | picture | URL | picture |\n|---|---|---|---|\n"
    names = seen()
    for at in range(0, len(names), 2):
        cells = [f"`{asked(name)}` | ![{name}](url/{name}.webp)" for name in names[at : at + 2]]
        yield f"| {' | '.join(cells)} |\n"


def stale() -> list[str]:
    """Files that are not there, do not look as they should, or belong to no option."""
    there = {path.name for path in FOLDER.glob("*.webp")}
    wanted = {f"{name}.webp": name for name in seen()}
    other = [file for file, name in wanted.items() if file not in there or not _is_alike(file, name)]
    return sorted(f"url/{file}" for file in {*other, *(there - wanted.keys())})


def _is_alike(file: str, name: str) -> bool:
    return are_alike(*(_opened(body) for body in ((FOLDER / file).read_bytes(), picture(name))))


def are_alike(one: Image.Image, other: Image.Image) -> bool:
    """The same picture, in every part of it."""
    if one.size != other.size:
        return False
    blocks = ImageChops.difference(one, other).reduce(_BLOCK)
    return max(most for _, most in ImageStat.Stat(blocks).extrema) <= _ALIKE


def _opened(body: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(body)).convert("RGBA")
    # What cannot be seen has any color.
    return Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")


def write(file: str) -> None:
    """Bring one of the stale files up to date."""
    name = Path(file).stem
    if name in seen():
        FOLDER.mkdir(exist_ok=True)
        (FOLDER / f"{name}.webp").write_bytes(picture(name))
    else:
        (FOLDER / f"{name}.webp").unlink()
