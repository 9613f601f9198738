"""Chained pipelines, from header to result."""

from base64 import urlsafe_b64encode
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from imgsvc.codecs.placeholders.writing import MAX_SIDE
from imgsvc.errors import ResolutionError
from imgsvc.imaging.decision import Decision
from imgsvc.imaging.pixels import Watermark
from imgsvc.options.geometry import Size
from imgsvc.rendering import Renderer
from imgsvc.security.settings import LimitSettings
from imgsvc.sources.local import LocalSource
from imgsvc.sources.network.body import fetch
from imgsvc.sources.routing import Router
from imgsvc.sources.source import SourceRequest
from imgsvc.url.settings import UrlSettings
from tests import images
from tests.renderers import prepared, renderer, rendition, scope, watermarks

GREEN = (0, 255, 0)


def b64(text: str) -> str:
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    for name, body in {
        "noise.png": images.encoded(images.noise(90, 60)),
        "clear.png": images.encoded(images.noise(90, 60, "RGBA")),
        "gray.png": images.encoded(images.noise(90, 60).convert("L")),
        "framed.png": images.encoded(images.framed(60, 40, 10)),
        "large.jpg": images.encoded(images.quadrants(800, 400), "jpg"),
        "turned.jpg": images.encoded(images.quadrants(80, 40), "jpg", exif=images.exif(6)),
        "three.gif": images.animated(3, width=40, height=20),
        "drawing.svg": images.svg(40, 20, "<rect width='40' height='20' fill='red'/>"),
        "mark.png": images.encoded(images.solid(4, 4, (0, 0, 255, 255), "RGBA")),
    }.items():
        (tmp_path / name).write_bytes(body)
    return tmp_path


def made_by(pictures: Path, **changes: object) -> Renderer:
    """With a green mark of 4 x 4."""
    sources = Router({"local": LocalSource(pictures)})
    mark = Watermark(images.solid(4, 4, (*GREEN, 255), "RGBA"), digest="green")
    limits = LimitSettings(max_animation_frames=9)
    return renderer(pictures, **{"watermarks": watermarks(sources, mark), "limits": limits, **changes})


def made(pictures: Path, options: str, name: str = "noise.png", **changes: object) -> Image.Image:
    return images.opened(rendition(made_by(pictures, **changes), f"/_/{options}/plain/local:///{name}").body)


def decided(pictures: Path, options: str, name: str, **changes: object) -> Decision:
    """What is decided before a pixel is decoded."""
    renders = made_by(pictures, **changes)
    job = prepared(renders, f"/_/{options}/plain/local:///{name}")
    return renders.decide(job, fetch(renders.sources, SourceRequest(job.source), scope(), 0))[1]


@pytest.mark.parametrize("name", ["noise.png", "clear.png", "gray.png", "framed.png"])
@pytest.mark.parametrize(
    "steps",
    [
        ("w:50", "w:20/rot:90"),
        ("c:40:30:nowe", "rs:fill:20:20/g:sm", "pd:3:4"),
        ("pd:5", "bg:123456", "w:40/blur:1"),
        ("w:60/wm:1:nowe", "w:30/wm:0.5:soea"),
        ("w:80", "t:10", "w:10"),
        ("rc:9", "ba:3:0:0:0.5:0.5/fl:1", "t:10:ff00ff"),
        ("rs:fit:200:0:1", "c:0.5:0.5", "ush:always:1:24"),
        ("bg:fff/bga:0.5/pd:4", "gr:0.5:ff0000", "mc:1"),
    ],
)
def test_a_chain_makes_what_its_pipelines_make_one_after_the_other(
    pictures: Path, name: str, steps: tuple[str, ...]
) -> None:
    whole = made(pictures, "/-/".join((*steps, "f:png")), name)

    for number, step in enumerate(steps):
        (pictures / f"{number}.png").write_bytes(images.encoded(made(pictures, f"{step}/f:png", name)))
        name = f"{number}.png"
    apart = images.opened((pictures / name).read_bytes())
    assert whole.size == apart.size
    assert ImageChops.difference(whole.convert("RGBA"), apart.convert("RGBA")).getbbox(alpha_only=False) is None


def test_all_sizes_of_a_chain_are_known_from_the_header(pictures: Path) -> None:
    decision = decided(pictures, "w:400/-/rs:fill:100:100/-/pd:5", "large.jpg")

    assert [plan.result_size for plan in decision.plans] == [Size(400, 200), Size(100, 100), Size(110, 110)]
    assert decision.plans[0].load_shrink == 2


def test_a_border_is_planned_once_it_is_cut_off(pictures: Path) -> None:
    decision = decided(pictures, "w:30/-/t:10/w:5/-/pd:1", "framed.png")

    assert [plan.result_size for plan in decision.plans] == [Size(30, 20)]
    assert made(pictures, "w:30/-/t:10/w:5/-/pd:1", "framed.png").size == (7, 5)


def test_a_first_border_leaves_all_to_be_planned_later(pictures: Path) -> None:
    assert decided(pictures, "t:10/-/w:20/-/t:1/-/pd:1", "framed.png").plans == ()
    assert made(pictures, "t:10/-/w:20/-/t:1/-/pd:1", "framed.png").size == (22, 12)


@pytest.mark.parametrize("options", ["w:20/-/h:5/-/pd:1", "t:10/w:20/-/t:1/h:5/-/pd:1"])
def test_every_frame_of_an_animation_goes_through_all_pipelines(pictures: Path, options: str) -> None:
    found = made(pictures, f"{options}/-/wm:1:nowe", "three.gif")

    corners = []
    for frame in range(3):
        found.seek(frame)
        corners.append(found.convert("RGB").getpixel((1, 1)))
    assert (found.size, corners) == ((12, 7), [GREEN] * 3)


def test_what_is_transparent_is_filled_once_at_the_end(pictures: Path) -> None:
    corners = [
        made(pictures, f"{options}/f:jpg/q:95", "large.jpg").getpixel((2, 2))
        for options in ("w:40/pd:9/-/bg:00f", "w:40/pd:9/bg:00f/-/rc:0", "w:40/pd:9/-/blur:0.1")
    ]

    assert [tuple(round(level / 255) for level in corner) for corner in corners] == [(0, 0, 1), (0, 0, 1), (1, 1, 1)]


def test_a_format_is_chosen_for_what_the_last_pipeline_leaves(pictures: Path) -> None:
    formats = [
        rendition(made_by(pictures), f"/_/{options}/plain/local:///drawing.svg").format.word
        for options in ("skp:png/w:9/f:best/-/pd:2", "w:9/f:jpg/-/pd:2")
    ]

    assert formats == ["png", "jpeg"]


def test_a_drawing_is_drawn_at_the_size_that_its_first_pipeline_asks_for(pictures: Path) -> None:
    assert made(pictures, "w:80/f:png/-/w:100", "drawing.svg").size == (80, 40)


def test_a_picture_is_turned_upright_once(pictures: Path) -> None:
    assert made(pictures, "w:20/-/h:30/-/rot:90", "turned.jpg").size == (30, 15)


def test_each_pipeline_has_a_watermark_of_its_own(pictures: Path) -> None:
    found = made(
        pictures,
        f"w:60/bg:fff/wm:1:nowe/-/wm:1:soea/wmu:{b64('local:///mark.png')}/-/wm:1:noea/wmt:{b64('█')}",
    ).convert("RGB")

    assert [found.getpixel(at) for at in ((1, 1), (59, 39), (57, 8))] == [GREEN, (0, 0, 255), (0, 0, 0)]


def test_a_watermark_that_two_pipelines_name_is_fetched_once(pictures: Path) -> None:
    one, other = b64("local:///mark.png"), b64("local:///noise.png")
    target = f"/_/wm:1/wmu:{one}/-/wm:1/wmu:{other}/-/wm:1/wmu:{one}/-/wm:0/wmu:{b64('local:///no')}"

    job = prepared(made_by(pictures), f"{target}/plain/local:///noise.png")

    assert [mark.text for mark in job.watermarks] == ["local:///mark.png", "local:///noise.png"]


def test_the_tag_knows_the_watermark_of_every_pipeline(pictures: Path) -> None:
    target = f"/_/w:9/-/wm:1/wmu:{b64('local:///mark.png')}/plain/local:///noise.png"
    before = rendition(made_by(pictures), target).job.variant
    (pictures / "mark.png").write_bytes(images.encoded(images.solid(4, 4)))

    assert rendition(made_by(pictures), target).job.variant != before


def test_the_longest_side_holds_for_every_pipeline(pictures: Path) -> None:
    limits = LimitSettings(max_result_dimension=50)
    decision = decided(pictures, "rs:fit:900:900:1/-/pd:900/-/w:20", "noise.png", limits=limits)

    assert max(max(plan.result_size) for plan in decision.plans) == 50


def test_the_size_of_a_placeholder_is_its_own_alone(pictures: Path) -> None:
    decision = decided(pictures, "w:400/-/w:300/f:blurhash", "large.jpg")

    assert decision.plans[0].result_size == Size(400, 200)
    assert max(decision.plans[1].result_size) <= MAX_SIDE < 300


@pytest.mark.parametrize(
    "options",
    [
        "rs:force:9000:9000:1/-/w:10/-/rs:force:9000:9000:1",
        "rs:force:9999:9999:1/-/rs:force:9998:9998:1",
        "rs:fill:9000:1:1/g:sm/-/rs:force:10:10/-/rs:fill:9000:1:1/g:sm",
        "pd:4000/f:ico/-/pd:4000",
        "w:10/-/rs:force:20000:20000:1/-/w:10",
    ],
)
def test_a_chain_that_enlarges_again_and_again_is_refused_before_a_pixel_is_decoded(
    pictures: Path, options: str
) -> None:
    with pytest.raises(ResolutionError):
        decided(pictures, options, "noise.png", url=UrlSettings())


def test_what_was_enlarged_before_a_border_is_cut_off_counts_behind_it(pictures: Path) -> None:
    with pytest.raises(ResolutionError, match="chained pipelines"):
        made(pictures, "t:10/-/rs:force:9000:1111:1/-/t:1/-/rs:force:9999:9999:1", "framed.png")


def test_pipelines_that_stay_within_their_source_are_as_many_as_there_may_be(pictures: Path) -> None:
    decision = decided(pictures, "/-/".join(["rot:90"] * 9), "large.jpg")

    assert decision.plans[-1].result_size == Size(400, 800)
