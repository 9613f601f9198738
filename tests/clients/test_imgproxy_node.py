"""imgproxy's own library for Node.js builds and signs URLs over all of its options, and the server answers them."""

import re
from collections.abc import Mapping
from typing import Any

import pytest

from tests.clients.libraries import ENDPOINT, KEY, NOT_FOUND, SALT, SOURCE, Expected, Libraries, Picture, Wish, seen
from tests.serving.server import Server

pytestmark = pytest.mark.slow

# Every option under each of its names; what no name is given to is asked for elsewhere.
OPTIONS: list[tuple[str, Any, Expected]] = [
    ("resize rs", {"resizing_type": "fill", "width": 50, "height": 60}, Picture(50, 60)),
    ("size s", {"width": 40, "height": 40, "extend": {"extend": True}}, Picture(40, 40)),
    ("resizing_type rt", "force", Picture()),
    ("width w", 100, Picture(100, 50)),
    ("height h", 100, Picture(200, 100)),
    ("min_width mw", 500, Picture(500, 250)),
    ("min_height mh", 300, Picture(600, 300)),
    ("zoom z", 0.5, Picture(200, 100)),
    ("zoom z", {"zoom_x": 0.5, "zoom_y": 1}, Picture(200, 200)),
    ("dpr", 2, Picture()),
    ("enlarge el", True, Picture()),
    ("extend ex", {"extend": True, "gravity": {"type": "so"}}, Picture()),
    ("extend_aspect_ratio extend_ar exar", {"extend": True, "gravity": {"type": "fp", "x": 0, "y": 0}}, Picture()),
    ("gravity g", {"type": "noea", "x_offset": 5, "y_offset": 0.1}, Picture()),
    ("crop c", {"width": 30, "height": 0.5, "gravity": {"type": "sm"}}, Picture(30, 100)),
    ("trim t", {"threshold": 10, "color": "FF00FF", "equal_hor": True, "equal_ver": False}, Picture()),
    ("padding pd", {"top": 1, "right": 2, "bottom": 3, "left": 4}, Picture(406, 204)),
    ("padding pd", 5, Picture(410, 210)),
    ("auto_rotate ar", False, Picture()),
    ("rotate rot", 270, Picture(200, 400)),
    ("flip fl", {"horizontal": True, "vertical": "t"}, Picture()),
    ("background bg", {"r": 1, "g": 2, "b": 3}, Picture()),
    ("background bg", "ffcc00", Picture()),
    ("blur bl", 1.5, Picture()),
    ("sharpen sh", 0.5, Picture()),
    ("pixelate pix", 8, Picture()),
    ("watermark wm", {"opacity": 0.5, "position": "soea", "x_offset": 3, "y_offset": 4, "scale": 0.2}, Picture()),
    ("watermark wm", {"opacity": 1, "position": "re"}, Picture()),
    ("strip_metadata sm", True, Picture()),
    ("keep_copyright kcr", True, Picture()),
    ("strip_color_profile scp", "t", Picture()),
    ("preserve_hdr ph", True, Picture()),
    ("enforce_thumbnail eth", True, Picture()),
    ("quality q", 50, Picture()),
    ("format_quality fq", [{"format": "png", "quality": 50}, {"format": "webp", "quality": 9}], Picture()),
    ("max_bytes mb", 100_000, Picture()),
    # The library shortens it to sp, which imgproxy does not know; imgsvc does.
    ("skip_processing sp", ["jpg", "webp"], Picture()),
    ("raw", True, Picture()),
    ("cachebuster cb", "v1", Picture()),
    ("expires exp", 4_000_000_000, Picture()),
    ("expires exp", 1, NOT_FOUND),
    ("filename fn", {"name": "kitten"}, Picture(header=("content-disposition", 'filename="kitten.png"'))),
    ("filename fn", {"name": "a2l0dGVu", "encoded": True}, Picture(header=("content-disposition", "kitten.png"))),
    ("return_attachment att", True, Picture(header=("content-disposition", "attachment"))),
    ("preset pr", ["small", "gray"], Picture(40, 20)),
    ("max_src_resolution msr", 1, Picture()),
    ("max_src_file_size msfs", 1_000_000, Picture()),
    ("max_src_file_size msfs", 10, 422),
    ("max_animation_frames maf", 3, Picture()),
    ("max_animation_frame_resolution mafr", 1, Picture()),
    ("max_result_dimension mrd", 100, Picture(100, 50)),
    *(("format f ext", word, Picture(media_type=f"image/{word}")) for word in ("png", "webp", "avif", "gif", "tiff")),
    ("format f ext", "jpg", Picture(media_type="image/jpeg")),
    ("wild_options", [["w", 80], ["rt", "force"]], Picture(80, 200)),
    # Of imgproxy Pro
    ("adjust a", {"brightness": 10, "contrast": 1.2, "saturation": 0.5}, Picture()),
    ("brightness br", 10, Picture()),
    ("contrast co", 1.2, Picture()),
    ("saturation sa", 0.5, Picture()),
    ("background_alpha bga", 0.5, Picture()),
    ("blur_areas ba", {"sigma": 2, "areas": [{"left": 0, "top": 0, "width": 0.5, "height": 0.5}]}, Picture()),
    ("colorize col", {"opacity": 0.5, "color": "ff0000"}, Picture()),
    ("duotone dt", {"intensity": 0.5}, Picture()),
    ("gradient gr", {"opacity": 0.5}, Picture()),
    ("monochrome mc", {"intensity": 0.5}, Picture()),
    ("progressive_blur pbl", {"sigma": 2}, Picture()),
    ("unsharp_masking ush", {"mode": "auto"}, Picture()),
    ("crop_aspect_ratio crop_ar car", {"aspect_ratio": 1.5}, Picture(300, 200)),
    ("objects_position obj_pos op", {"type": "prop"}, Picture()),
    ("resizing_algorithm ra", "cubic", Picture()),
    ("color_profile cp icc", "srgb", Picture()),
    ("dpi", 300, Picture()),
    ("style stl", "fill", Picture()),
    ("autoquality aq", {"method": "dssim", "target": 0.02}, Picture()),
    ("avif_options avifo", "on", Picture()),
    ("disable_animation da", True, Picture()),
    ("jpeg_options jpgo", {"progressive": True}, Picture()),
    ("page pg", 1, Picture()),
    ("pages pgs", 2, Picture()),
    ("png_options pngo", {"interlaced": True}, Picture()),
    ("webp_options webpo", "lossless", Picture()),
    ("watermark_shadow wmsh", 2, Picture()),
    ("watermark_size wms", {"width": 10}, Picture()),
    ("watermark_text wmt", "cat", Picture()),
    # The library does not encode it.
    ("watermark_url wmu", "bG9jYWw6Ly8vY2F0LnBuZw", Picture()),
    ("fallback_image_url fiu", "bG9jYWw6Ly8vY2F0LnBuZw", Picture()),
    ("watermark wm", {"opacity": 1, "position": "ch"}, Picture()),
    ("blur_detections bd", {"sigma": 2, "class_names": ["face"]}, Picture()),
    ("crop_objects c_obj", {"scale_factor": 1}, Picture()),
    ("draw_detections dd", {"draw": True}, Picture()),
    (
        "video_thumbnail_animation vta",
        {"step": 1, "delay": 1, "frames": 2, "frame_width": 9, "frame_height": 9},
        Picture(),
    ),
    ("video_thumbnail_keyframes vtk", True, Picture()),
    ("video_thumbnail_second vts", 1, Picture()),
    ("video_thumbnail_tile vtt", {"step": 1, "columns": 2, "rows": 2, "tile_width": 9, "tile_height": 9}, Picture()),
    # A Pro option, that the library takes and leaves out of the URL.
    ("watermark_rotate wm_rot wmr", 45, Picture()),
    ("bypass_cache bc", True, Picture()),
    ("cache_tags ct", ["cats"], Picture()),
]

CASES: list[tuple[dict[str, Any], Expected]] = [
    *(({name: value}, expected) for names, value, expected in OPTIONS for name in names.split()),
    # Several at once
    ({}, Picture()),
    ({"rs": {"resizing_type": "fill", "width": 60, "height": 90}, "g": {"type": "sm"}}, Picture(60, 90)),
    (
        {"rs": {"resizing_type": "fill", "width": 50, "height": 50}, "g": {"type": "fp", "x": 0.2, "y": 0.8}},
        Picture(50, 50),
    ),
    ({"rs": {"width": 9, "height": 9}, "g": {"type": "obj", "class_names": ["cat"]}}, Picture(9, 5)),
    (
        {"crop": {"width": 100, "height": 100}, "pd": {"top": 10, "left": 40}, "f": "jpg"},
        Picture(150, 120, "image/jpeg"),
    ),
    ({"width": 500, "enlarge": True, "dpr": 2}, Picture(1000, 500)),
    ({"rotate": 90, "blur": 1, "sharpen": 0.5}, Picture(200, 400)),
    (
        {"format": "avif", "format_quality": [{"format": "avif", "quality": 50}], "width": 64},
        Picture(64, 32, "image/avif"),
    ),
    ({"f": "best"}, Picture()),
]


def wish(options: Mapping[str, Any], form: str = "plain") -> Wish:
    """What generateImageUrl is given."""
    given = {"endpoint": ENDPOINT, "url": {"value": SOURCE, "displayAs": form}, "options": options}
    return {"library": "imgproxy-node", "wish": {**given, "key": KEY, "salt": SALT}}


@pytest.fixture(scope="module")
def paths(libraries: Libraries) -> Mapping[tuple[int, str], str]:
    """The library's signed path for each case, with the source URL in either form."""
    keys = [(number, form) for number in range(len(CASES)) for form in ("base64", "plain")]
    return dict(zip(keys, libraries.paths([wish(CASES[number][0], form) for number, form in keys]), strict=True))


@pytest.mark.parametrize("form", ["base64", "plain"])
@pytest.mark.parametrize("number", range(len(CASES)), ids=lambda number: str(CASES[number][0]))
def test_a_url_of_the_library_gets_the_answer_that_it_asks_for(
    server: Server, paths: Mapping[tuple[int, str], str], number: int, form: str
) -> None:
    expected = CASES[number][1]

    assert seen(server.get(paths[number, form]), expected) == expected


def test_a_changed_url_of_the_library_is_refused(server: Server, libraries: Libraries) -> None:
    [path] = libraries.paths([wish({"width": 100})])

    assert server.get(path.replace("w:100", "w:101")).status_code == 403


def test_no_option_of_the_library_is_left_out(libraries: Libraries) -> None:
    types = libraries.read("@imgproxy/imgproxy-js-core/dist/imgproxy-js-core.d.ts")
    groups = dict(re.findall(r"export interface (\w+) \{([^}]*)\}", types))
    members = re.findall(r"\w+", re.findall(r"export type Options = ([^;]*);", types)[0])
    known = {name for each in members for name in re.findall(r"^\t(\w+)\?:", groups[each], re.MULTILINE)}

    assert known == {name for names, *_ in OPTIONS for name in names.split()}
