"""What a URL means, in words."""

from pathlib import Path

import pytest

from imgsvc.commands.explanation import changed_options, explain, explain_as_json
from imgsvc.options.formats import Format
from imgsvc.options.geometry import Gravity, GravityType
from imgsvc.options.processing import ProcessingOptions
from imgsvc.sources.network.body import fetch
from imgsvc.sources.source import SourceRequest
from imgsvc.url.settings import OptionDefaults
from tests import images
from tests.codecs.jpeg.gain_maps import ultra_hdr
from tests.codecs.png.files import chunk, red
from tests.renderers import prepared, renderer, rendition, scope

_OTHERS = ["crop:30:20:nowe", "watermark:1", "-", "padding:5"]


def lines(root: Path, target: str) -> list[tuple[str, str]]:
    """What is said of `target`."""
    made_by = renderer(root)
    job = prepared(made_by, target)
    fetched = fetch(made_by.sources, SourceRequest(job.source), scope(), 0)
    return explain(job, made_by.decide(job, fetched)[1])


def explained(root: Path, target: str) -> dict[str, str]:
    """The lines for `target`, by subject."""
    return dict(lines(root, target))


def test_the_result_that_is_explained_is_the_one_that_comes_out(tmp_path: Path) -> None:
    (tmp_path / "q.jpg").write_bytes(images.encoded(images.quadrants(401, 203), "jpg", exif=images.exif(8)))
    target = "/_/rs:fill:77:55/pd:3:5/dpr:2/plain/local:///q.jpg@webp"

    size = images.opened(rendition(renderer(tmp_path), target).body).size
    assert explained(tmp_path, target)["result"] == f"{size[0]}x{size[1]} webp"


def test_a_watermark_is_explained(tmp_path: Path) -> None:
    (tmp_path / "q.png").write_bytes(images.encoded(images.solid()))
    found = explained(tmp_path, "/_/wm:0.5:ch/wmt:SGk/wmr:30/wms:8/wmsh:2/plain/local:///q.png")

    assert found["watermark"] == "the URL's text, 0.5 of it, at ch:0:0"
    assert {"watermark size", "watermark rotate", "watermark shadow"} < set(found)


def test_what_is_assumed_of_colors_is_explained(tmp_path: Path) -> None:
    (tmp_path / "p.png").write_bytes(red(chunk(b"cICP", bytes((9, 16, 0, 1)))))

    assert "mapped to the range of a screen" in explained(tmp_path, "/_/plain/local:///p.png")["colors"]


MOVED = "cut, scaled and turned with the picture"


@pytest.mark.parametrize(("options", "said"), [("ph:1/f:jpg", MOVED), ("f:jpg", "left out")])
def test_what_comes_of_a_gain_map_is_explained(tmp_path: Path, options: str, said: str) -> None:
    (tmp_path / "u.jpg").write_bytes(ultra_hdr())

    assert explained(tmp_path, f"/_/{options}/plain/local:///u.jpg")["gain map"] == said


def test_a_trimmed_picture_is_not_planned_from_its_header(tmp_path: Path) -> None:
    (tmp_path / "f.png").write_bytes(images.encoded(images.framed()))

    assert "border" in explained(tmp_path, "/_/t:10/plain/local:///f.png")["plan"]


def test_a_picture_that_is_passed_on_is_said_to_be(tmp_path: Path) -> None:
    (tmp_path / "f.png").write_bytes(images.encoded(images.framed()))

    assert "not processed" in explained(tmp_path, "/_/skp:png/plain/local:///f.png")["format"]


def test_each_pipeline_of_a_chain_is_explained_with_its_boxes(tmp_path: Path) -> None:
    (tmp_path / "q.png").write_bytes(images.encoded(images.quadrants(400, 200)))
    found = lines(tmp_path, "/_/w:100/-/c:30:20:nowe/wm:1/-/pd:5/plain/local:///q.png")

    assert [text for subject, text in found if subject == "option"] == ["resize:fit:100", "-", *_OTHERS]
    assert [each for each in found if each[0] in ("pipeline", "crop", "gives", "padding", "result")] == [
        ("pipeline", "1 of 3"),
        ("gives", "100x50 to the next pipeline"),
        ("pipeline", "2 of 3"),
        ("crop", "to 30x20 at 0,0"),
        ("gives", "30x20 to the next pipeline"),
        ("pipeline", "3 of 3"),
        ("padding", "to 40x30, image at 5,5"),
        ("result", "40x30 png"),
    ]


def test_what_is_behind_a_border_in_a_chain_is_not_planned(tmp_path: Path) -> None:
    (tmp_path / "f.png").write_bytes(images.encoded(images.framed(60, 40, 10)))
    found = lines(tmp_path, "/_/w:30/-/t:7/w:10/-/w:5/plain/local:///f.png")

    assert found[-2:] == [
        ("pipeline", "2 of 3"),
        ("plan", "once the border of threshold 7 is cut off: its size is not in the header"),
    ]


def test_wishes_are_shown_as_a_url_says_them() -> None:
    options = ProcessingOptions(width=3, gravity=Gravity(GravityType.SOUTH), format=Format.WEBP, auto_rotate=True)

    assert list(changed_options(options)) == ["resize:fit:3", "gravity:so", "format:webp"]


def test_what_the_settings_ask_for_anyway_is_no_wish() -> None:
    options = ProcessingOptions(auto_rotate=False)

    assert list(changed_options(options, OptionDefaults(auto_rotate=False))) == []


def test_as_json_the_sizes_are_those_of_the_upright_source_and_of_the_result(tmp_path: Path) -> None:
    (tmp_path / "q.jpg").write_bytes(images.encoded(images.quadrants(400, 200), "jpg", exif=images.exif(6)))
    made_by = renderer(tmp_path)
    job = prepared(made_by, "/_/rs:fill:60:60/plain/local:///q.jpg@webp")
    decision = made_by.decide(job, fetch(made_by.sources, SourceRequest(job.source), scope(), 0))[1]

    found = explain_as_json(job, decision)

    assert (found["source"]["size"], found["result"]["size"]) == ((200, 400), (60, 60))
    assert found["on_source"] == [{"name": "kept", "left": 0.0, "top": 0.25, "right": 1.0, "bottom": 0.75}]
