"""What is asked of an encoder, on every kind of source and with every geometry."""

import io
from pathlib import Path

import pytest
from PIL import Image

from imgsvc.codecs.settings import EncodeSettings
from imgsvc.imaging.decision import Rules
from imgsvc.options.saving import AvifSubsample, WebpCompression, WebpPreset
from imgsvc.rendition import Rendition
from imgsvc.security.settings import LimitSettings
from tests.kinds import SOURCES, folder_of
from tests.renderers import renderer, rendition

GEOMETRY = ["dpr:1", "rs:fit:30:0/dpr:2", "c:40:20:nowe:3:5", "rot:90/fl:1", "rs:fill:25:25"]
NEUTRAL = {
    "jpg": ["jpgo:", "jpgo:0:0:0:0:0:0", "jpgo:::1:1:1", "pngo:1:1:2", "webpo:lossless", "avifo:off", "aq:none:1:2:3"],
    "png": ["pngo:", "pngo:0:0:256", "pngo:::2", "jpgo:1", "webpo:lossless", "aq:dssim", "aq:size:1"],
    "webp": ["webpo:", "webpo:lossy:0:default", "pngo:1:1", "avifo:off"],
    "avif": ["avifo:", "avifo:auto", "avifo:on", "webpo:lossless"],
}
EFFECTIVE = {
    "jpg": ["jpgo:1", "jpgo::1", "jpgo::::::5", "aq:dssim:0.1:5:90", "aq:size:900:1:100"],
    "png": ["pngo:1", "pngo::1:4"],
    "webp": [
        "webpo:lossless",
        "webpo:near_lossless",
        "webpo::1",
        "webpo:::text",
        "webpo:near_lossless:1:photo",
        "aq:ml:0.1:5:60",
    ],
    "avif": ["avifo:off", "aq:size:500:1:100"],
}


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of all sources."""
    return folder_of(SOURCES, tmp_path_factory.mktemp("pictures"))


def made(pictures: Path, options: str, name: str, word: str, **settings: object) -> Rendition:
    """What comes out, all frames of it."""
    rules = Rules(encoding=EncodeSettings(**settings))  # type: ignore[arg-type]
    path = f"/_/{options}/plain/local:///{name.replace(' ', '-')}@{word}"
    return rendition(renderer(pictures, limits=LimitSettings(max_animation_frames=9), rules=rules), path)


def shown(found: Rendition) -> Image.Image:
    image = Image.open(io.BytesIO(found.body))
    image.load()
    return image


@pytest.mark.parametrize("word", NEUTRAL)
@pytest.mark.parametrize("name", SOURCES)
def test_what_is_neutral_or_another_formats_changes_no_byte(pictures: Path, name: str, word: str) -> None:
    plain = made(pictures, "rs:fit:30:0", name, word).body

    found = {option: made(pictures, f"rs:fit:30:0/{option}", name, word).body == plain for option in NEUTRAL[word]}

    assert all(found.values()), found


@pytest.mark.parametrize("word", EFFECTIVE)
@pytest.mark.parametrize("name", SOURCES)
def test_size_and_frames_are_as_without(pictures: Path, name: str, word: str) -> None:
    for geometry in GEOMETRY:
        plain = shown(made(pictures, geometry, name, word))
        for option in EFFECTIVE[word]:
            found = shown(made(pictures, f"{geometry}/{option}", name, word))

            assert found.size == plain.size, (geometry, option)
            assert getattr(found, "n_frames", 1) == getattr(plain, "n_frames", 1), (geometry, option)


@pytest.mark.parametrize(("word", "option"), [(word, each) for word, some in EFFECTIVE.items() for each in some])
def test_what_is_asked_for_changes_the_file(pictures: Path, word: str, option: str) -> None:
    assert made(pictures, option, "ink", word).body != made(pictures, "dpr:1", "ink", word).body


@pytest.mark.parametrize(
    ("word", "option", "settings"),
    [
        ("jpg", "jpgo:1:1::::3", {"jpeg_progressive": True, "jpeg_no_subsample": True, "jpeg_quant_table": 3}),
        ("png", "pngo:1:1:16", {"png_interlaced": True, "png_quantize": True, "png_quantization_colors": 16}),
        ("webp", "webpo:lossless", {"webp_compression": WebpCompression.LOSSLESS}),
        ("webp", "webpo::1:photo", {"webp_smart_subsample": True, "webp_preset": WebpPreset.PHOTO}),
        ("avif", "avifo:off", {"avif_subsample": AvifSubsample.OFF}),
    ],
)
def test_a_url_asks_for_what_a_setting_says(
    pictures: Path, word: str, option: str, settings: dict[str, object]
) -> None:
    by_setting = made(pictures, "dpr:1", "ink", word, **settings).body

    assert made(pictures, option, "ink", word).body == by_setting


@pytest.mark.parametrize(
    ("word", "option", "settings"),
    [
        ("jpg", "jpgo:0:0::::0", {"jpeg_progressive": True, "jpeg_no_subsample": True, "jpeg_quant_table": 3}),
        ("png", "pngo:0:0", {"png_interlaced": True, "png_quantize": True}),
        ("webp", "webpo:lossy:0:default", {"webp_compression": WebpCompression.LOSSLESS, "webp_smart_subsample": True}),
        ("avif", "avifo:auto", {"avif_subsample": AvifSubsample.OFF}),
    ],
)
def test_a_url_takes_back_what_a_setting_says(
    pictures: Path, word: str, option: str, settings: dict[str, object]
) -> None:
    plain = made(pictures, "dpr:1", "ink", word).body

    assert made(pictures, option, "ink", word, **settings).body == plain


def test_the_order_in_which_options_stand_does_not_matter(pictures: Path) -> None:
    options = ["jpgo:1", "webpo::1", "q:60", "aq:size:3000:10:95", "rs:fill:20:20", "mb:900", "webpo:::photo"]

    one = made(pictures, "/".join(options), "on its side", "webp")

    assert made(pictures, "/".join(reversed(options)), "on its side", "webp").body == one.body


@pytest.mark.parametrize("name", ["alpha", "gray", "ink", "frames"])
@pytest.mark.parametrize("geometry", GEOMETRY)
def test_lossless_webp_has_the_pixels_of_a_lossless_format(pictures: Path, name: str, geometry: str) -> None:
    found = shown(made(pictures, f"{geometry}/webpo:lossless", name, "webp")).convert("RGBA")
    plain = shown(made(pictures, geometry, name, "png")).convert("RGBA")

    # Of what cannot be seen at all the colors are not kept.
    assert Image.alpha_composite(Image.new("RGBA", found.size), found).tobytes() == (
        Image.alpha_composite(Image.new("RGBA", plain.size), plain).tobytes()
    )


def test_a_quality_that_is_searched_for_beats_one_that_is_named(pictures: Path) -> None:
    found = made(pictures, "q:1/fq:jpg:2/aq:size:1:95:95", "ink", "jpg")

    assert found.body == made(pictures, "q:95", "ink", "jpg").body


def test_max_bytes_may_go_below_what_was_searched_for(pictures: Path) -> None:
    searched = len(made(pictures, "aq:dssim:0:95:95", "ink", "jpg").body)

    assert len(made(pictures, f"aq:dssim:0:95:95/mb:{searched // 2}", "ink", "jpg").body) <= searched // 2


@pytest.mark.parametrize("name", SOURCES)
@pytest.mark.parametrize("geometry", GEOMETRY)
def test_best_has_the_size_and_frames_of_any_format(pictures: Path, name: str, geometry: str) -> None:
    plain = shown(made(pictures, geometry, name, "webp"))

    found = shown(made(pictures, geometry, name, "best"))

    assert found.size == plain.size
    assert getattr(found, "n_frames", 1) == getattr(plain, "n_frames", 1)
    if "alpha" in name:
        assert found.convert("RGBA").getchannel("A").getextrema()[0] < 200
