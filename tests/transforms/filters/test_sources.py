"""Each filter on every kind of source, against its formula on what comes out without it."""

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from imgsvc.imaging.pixels import Watermark
from imgsvc.security.settings import LimitSettings
from imgsvc.sources.routing import Router
from tests.kinds import SOURCES, folder_of
from tests.renderers import renderer, rendition, watermarks
from tests.transforms.filters import formulas
from tests.transforms.filters.formulas import Floats

GEOMETRY = ["dpr:1", "rs:fit:30:0/dpr:2", "c:40:20:nowe:3:5", "rot:90/fl:1", "rs:fill:25:25"]
FILTERS: dict[str, Callable[[Floats], Floats]] = {
    "br:40": lambda image: formulas.brightness(image, 40),
    "br:-90": lambda image: formulas.brightness(image, -90),
    "co:1.7": lambda image: formulas.contrast(image, 1.7),
    "co:0": lambda image: formulas.contrast(image, 0),
    "sa:0.4": lambda image: formulas.saturation(image, 0.4),
    "sa:1.8": lambda image: formulas.saturation(image, 1.8),
    "mc:1": lambda image: formulas.monochrome(image, 1, (0xB3, 0xB3, 0xB3)),
    "mc:0.6:ffff00": lambda image: formulas.monochrome(image, 0.6, (255, 255, 0)),
    "mc:1:102080": lambda image: formulas.monochrome(image, 1, (16, 32, 128)),
    "dt:1:102030:ffe0a0": lambda image: formulas.duotone(image, 1, (16, 32, 48), (255, 224, 160)),
    "dt:0.3": lambda image: formulas.duotone(image, 0.3, (0, 0, 0), (255, 255, 255)),
    "col:0.3:f80": lambda image: formulas.over(image, (255, 136, 0), 0.3),
    "gr:0.8:206040:right:0.2:0.9": lambda image: _gradient(image, (32, 96, 64), 0.8, 270, 0.2, 0.9),
    "gr:1:ffffff:30": lambda image: _gradient(image, (255, 255, 255), 1, 30, 0, 1),
}


def _gradient(image: Floats, color: tuple[int, int, int], opacity: float, *ramp: float) -> Floats:
    height, width = image.shape[:2]
    return formulas.over(image, color, opacity * formulas.ramp(width, height, *ramp))


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of all sources."""
    return folder_of(SOURCES, tmp_path_factory.mktemp("pictures"))


def made(pictures: Path, options: str, name: str) -> list[Floats]:
    """The frames of what comes out as TIFF, or as WebP where there are several."""
    word = "webp" if name == "frames" else "tiff"
    path = f"/_/{options}/plain/local:///{name.replace(' ', '-')}@{word}"
    image = Image.open(
        io.BytesIO(rendition(renderer(pictures, limits=LimitSettings(max_animation_frames=9)), path).body)
    )
    found = []
    for index in range(getattr(image, "n_frames", 1)):
        image.seek(index)
        found.append(formulas.pixels(image))
    return found


@pytest.mark.parametrize("name", [each for each in SOURCES if each != "frames"])
@pytest.mark.parametrize("filter_", FILTERS)
def test_a_filter_is_its_formula_on_every_kind_of_source(pictures: Path, filter_: str, name: str) -> None:
    for geometry in GEOMETRY:
        plain, found = made(pictures, geometry, name)[0], made(pictures, f"{geometry}/{filter_}", name)[0]

        differ = np.abs(found - FILTERS[filter_](plain))
        # What is hardly there at all has a color of few levels.
        seen = found[..., 3] > 250
        assert found.shape == plain.shape
        assert differ[..., 3].max() <= 1
        assert (differ[seen].max() if seen.any() else 0) <= 1, geometry


BACKED = [("bg:206080/bga:0.4", (32, 96, 128), 0.4), ("bg:fff/bga:0", (255, 255, 255), 0), ("bg:f80", (255, 136, 0), 1)]


@pytest.mark.parametrize("name", [each for each in SOURCES if each != "frames"])
@pytest.mark.parametrize(("background", "color", "opacity"), BACKED)
def test_a_background_of_any_alpha_lies_behind_every_kind_of_source(
    pictures: Path, background: str, color: tuple[int, int, int], opacity: float, name: str
) -> None:
    for geometry in GEOMETRY:
        plain, found = made(pictures, geometry, name)[0], made(pictures, f"{geometry}/{background}", name)[0]

        wanted = formulas.before(plain, color, opacity)
        seen = wanted[..., 3:] / 255
        assert np.abs(found[..., 3] - wanted[..., 3]).max() <= 1
        assert (np.abs(found[..., :3] - wanted[..., :3]) * seen).max() <= 1.5, geometry


def test_where_nothing_can_be_transparent_white_is_behind_the_background(pictures: Path) -> None:
    body = rendition(renderer(pictures), "/_/bg:000/bga:0.5/q:100/plain/local:///alpha@jpeg").body

    wanted = formulas.before(made(pictures, "dpr:1", "alpha")[0], (128, 128, 128), 1)
    assert np.abs(formulas.pixels(Image.open(io.BytesIO(body))) - wanted).mean() < 2


@pytest.mark.parametrize("name", [each for each in SOURCES if each != "frames"])
def test_a_watermark_lies_over_every_kind_of_source(pictures: Path, name: str) -> None:
    mark = Watermark(Image.new("RGBA", (6, 4), (20, 200, 90, 128)))
    made_by = renderer(pictures, watermarks=watermarks(Router({}), mark))
    for geometry in GEOMETRY:
        target = f"plain/local:///{name.replace(' ', '-')}@tiff"
        plain, found = (
            formulas.pixels(Image.open(io.BytesIO(rendition(made_by, f"/_/{geometry}{more}/{target}").body)))
            for more in ("", "/wm:0.5:nowe:2:3")
        )

        # As much of dpr as the source has pixels for.
        dpr = plain.shape[1] / 30 if "dpr:2" in geometry else 1
        left, top = round(2 * dpr), round(3 * dpr)
        opacity = np.zeros(plain.shape[:2])
        opacity[top : top + 4, left : left + 6] = 64 / 255
        differ = np.abs(found - formulas.over(plain, (20, 200, 90), opacity))
        assert differ[..., 3].max() <= 1
        assert (differ[..., :3] * found[..., 3:] / 255).max() <= 2, geometry


@pytest.mark.parametrize("filter_", ["br:-40", "sa:0.4", "mc:1", "rc:9", "border:3", "gr:1"])
def test_a_filter_changes_every_frame(pictures: Path, filter_: str) -> None:
    plain, found = made(pictures, "dpr:1", "frames"), made(pictures, filter_, "frames")

    assert len(found) == len(plain) == 2
    assert not any(np.array_equal(*pair) for pair in zip(plain, found, strict=True))


NEUTRAL = ["br:0", "co:1", "sa:1", "a:0:1:1", "mc:0:f00", "dt:0", "ba:0:0:0:1:1", "pixa:1:0:0:1:1", "pbl:0:up"]
NEUTRAL += ["col:0:f00", "gr:0:f00:left", "ush:none:3", "rc:0", "border:0:f00", "bga:0.5", "ba:5:0:0:0:1"]


@pytest.mark.parametrize("option", NEUTRAL)
@pytest.mark.parametrize("name", ["alpha", "on its side", "gray"])
def test_what_is_neutral_changes_no_byte(pictures: Path, name: str, option: str) -> None:
    made_by, source = renderer(pictures), f"plain/local:///{name.replace(' ', '-')}"

    plain = rendition(made_by, f"/_/rs:fit:30:0/{source}")

    assert rendition(made_by, f"/_/rs:fit:30:0/{option}/{source}").body == plain.body


KEEPS_ALPHA = ["br:40", "co:2", "sa:0", "mc:1:f00", "dt:1", "ush:always:4:9", "col:0.5:f00:1"]


@pytest.mark.parametrize("option", KEEPS_ALPHA)
@pytest.mark.parametrize("name", ["alpha", "gray with alpha"])
def test_alpha_is_left_alone(pictures: Path, name: str, option: str) -> None:
    plain, found = made(pictures, "dpr:1", name)[0], made(pictures, option, name)[0]

    assert np.array_equal(found[..., 3], plain[..., 3])


def test_the_order_in_which_options_stand_does_not_matter(pictures: Path) -> None:
    options = ["br:20", "co:1.3", "sa:0.5", "mc:0.5:f80", "bl:2", "rc:9", "border:2:f00", "gr:0.5", "rs:fill:20:20"]
    made_by, source = renderer(pictures), "plain/local:///on-its-side@png"

    one = rendition(made_by, f"/_/{'/'.join(options)}/{source}")

    assert rendition(made_by, f"/_/{'/'.join(reversed(options))}/{source}").body == one.body
