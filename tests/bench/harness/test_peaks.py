import json
from pathlib import Path

from PIL import Image

from bench.figures.page import DOCS
from bench.origins.pictures import enlarge_pictures
from bench.peaks import FORMATS, wanted


def test_sources_of_every_format_have_as_many_pixels_as_is_said(tmp_path: Path) -> None:
    names = {f"1.{suffix}": 1 for suffix in FORMATS.values()}

    enlarge_pictures(tmp_path, None, names, lambda _: None)

    for name in names:
        with Image.open(tmp_path / name) as image:
            assert abs(image.width * image.height - 1_000_000) < 3000


def test_the_peaks_that_are_kept_are_those_that_were_drawn() -> None:
    kept = json.loads((DOCS / "performance" / "peaks.json").read_text("utf-8"))["peaks"]

    assert [(each["line"], each["x"]) for each in kept] == [(line, x) for line, x, _ in wanted()]
