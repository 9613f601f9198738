"""Where a plan's boxes lie, held against the pixels that come out."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

from imgsvc.commands.boxes import Placed, on_result, on_source
from imgsvc.imaging.decision import Decision
from imgsvc.sources.network.body import fetch
from imgsvc.sources.source import SourceRequest
from tests import images
from tests.renderers import prepared, renderer, rendition, scope


def decided(root: Path, target: str) -> Decision:
    """What is decided for `target`."""
    made_by = renderer(root)
    job = prepared(made_by, target)
    return made_by.decide(job, fetch(made_by.sources, SourceRequest(job.source), scope(), 0))[1]


def colorful() -> Image.Image:
    """A picture no two places of which are alike."""
    bands = (
        images.gradient(160, 120),
        images.gradient(120, 160).rotate(90, expand=True),
        images.solid(160, 120, 90, "L"),
    )
    return Image.merge("RGB", bands)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("extension", ["jpg", "png"])
@pytest.mark.parametrize("options", ["rs:fill:30:30/g:nowe", "c:60:40:soea:5:3/rs:fill:20:20/g:so", "c:0.5:0.25:ea"])
def test_what_is_kept_of_the_upright_source_is_what_comes_out(tmp_path, orientation, extension, options):
    (tmp_path / "q").write_bytes(images.encoded(colorful(), extension, exif=images.exif(orientation)))
    target = f"/_/{options}/plain/local:///q@png"
    upright = ImageOps.exif_transpose(images.opened((tmp_path / "q").read_bytes())).convert("RGB")

    kept = on_source(decided(tmp_path, target))[-1]

    made = images.opened(rendition(renderer(tmp_path), target).body).convert("RGB")
    sides = (upright.width, upright.height, upright.width, upright.height)
    expected = upright.crop([round(share * side) for share, side in zip(kept[1:], sides, strict=True)]).resize(
        made.size
    )
    assert np.abs(np.asarray(made, np.int16) - np.asarray(expected, np.int16)).mean() < 6


def test_a_turn_of_the_url_does_not_turn_the_source(tmp_path: Path) -> None:
    (tmp_path / "q.png").write_bytes(images.encoded(images.quadrants(400, 200)))

    found = on_source(decided(tmp_path, "/_/rs:fill:100:100/rot:90/g:no/plain/local:///q.png"))

    assert found == [Placed("kept", 0.0, 0.0, 0.5, 1.0)]


def test_a_picture_of_which_all_is_kept_has_no_box(tmp_path: Path) -> None:
    (tmp_path / "q.png").write_bytes(images.encoded(images.quadrants(400, 200)))

    assert on_source(decided(tmp_path, "/_/rs:fit:100:100/plain/local:///q.png")) == []


def test_what_only_the_pixels_can_tell_has_no_box(tmp_path: Path) -> None:
    (tmp_path / "q.png").write_bytes(images.encoded(images.quadrants(400, 200)))

    assert on_source(decided(tmp_path, "/_/rs:fill:100:100/g:sm/plain/local:///q.png")) == []
    assert on_source(decided(tmp_path, "/_/t:1/plain/local:///q.png")) == []


def test_the_picture_lies_within_what_is_laid_around_it(tmp_path: Path) -> None:
    (tmp_path / "q.png").write_bytes(images.encoded(images.quadrants(400, 200)))

    found = on_result(decided(tmp_path, "/_/rs:fit:100:100:0:1:no/pd:50:0:50:100/plain/local:///q.png"))

    assert found == [Placed("extend", 0.0, 0.0, 1.0, 0.5), Placed("padding", 0.5, 0.25, 1.0, 0.75)]
