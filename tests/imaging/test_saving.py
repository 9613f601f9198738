"""What is sent where a result would be larger than its source, and texts in place of pictures."""

from base64 import b64decode
from pathlib import Path

import pytest

from imgsvc.codecs.settings import FormatSettings
from imgsvc.imaging.decision import Rules
from imgsvc.options.formats import Format
from imgsvc.options.saving import Placeholder
from imgsvc.rendition import Rendition
from imgsvc.security.settings import LimitSettings
from tests import images
from tests.codecs.gif.recipes import control, frame, head
from tests.kinds import SOURCES, folder_of
from tests.renderers import renderer, rendition

HARD = images.noise(240, 160)
WEAK = images.encoded(HARD, "jpg", quality=40, optimize=True)
BOTH = frozenset({Format.WEBP, Format.AVIF})


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """A folder of what is hard to make smaller, and of every kind of source."""
    few = images.encoded(images.quadrants(60, 40).quantize(4), optimize=True)
    hard = {
        "weak.jpg": WEAK,
        "weak.webp": images.encoded(HARD, "webp", quality=1),
        "located.jpg": images.encoded(HARD, "jpg", quality=40, optimize=True, exif=images.exif(artist="Me", model="X")),
        "side.jpg": images.encoded(HARD, "jpg", quality=40, optimize=True, exif=images.exif(6)),
        "ink.jpg": images.encoded(HARD.convert("CMYK"), "jpg", quality=40, optimize=True),
        "few.png": few,
        "profile.jpg": images.encoded(HARD, "jpg", quality=40, optimize=True, icc_profile=images.swapped_profile()),
        "a.gif": images.animated(3, "gif"),
        "later.gif": head() + frame(0) + frame(1, before=control(transparent=1)),
    }
    return folder_of(hard | SOURCES, tmp_path)


def made(
    pictures: Path, options: str, name: str, *, accepts: frozenset[Format] = frozenset(), **formats: bool
) -> Rendition:
    """What is sent for it."""
    with_them = renderer(
        pictures,
        limits=LimitSettings(max_animation_frames=9),
        rules=Rules(FormatSettings(**formats)),  # type: ignore[arg-type]
    )
    return rendition(with_them, f"/_/{options}/plain/local:///{name}", accepted=accepts)


@pytest.mark.parametrize("options", ["nl:1", "nl:1/f:jpg/q:95", "nl:1/w:240", "nl:1/rs:fill:240:160/bg:fff/wm:0/sm:0"])
def test_a_source_that_is_asked_for_as_it_is_is_sent_itself(pictures: Path, options: str) -> None:
    found = made(pictures, options, "weak.jpg")

    assert (found.body, found.format, found.result_size) == (WEAK, Format.JPEG, (240, 160))


CHANGES = [
    "w:30",
    "c:30",
    "rot:90",
    "fl:1",
    "bl:2",
    "sh:1",
    "pix:4",
    "br:20",
    "gr:1",
    "border:3",
    "pd:3",
    "ra:nearest/w:239",
]


@pytest.mark.parametrize("option", CHANGES)
def test_a_source_that_is_to_be_changed_is_not_sent_itself(pictures: Path, option: str) -> None:
    found = made(pictures, f"nl:1/q:95/{option}", "weak.jpg")

    assert found.body != WEAK


@pytest.mark.parametrize("option", ["bl:1", "br:3", "rot:180", "fl:1", "f:webp", "f:avif"])
def test_less_quality_makes_it_no_larger(pictures: Path, option: str) -> None:
    free, held = (made(pictures, f"{option}/q:95{more}", "weak.jpg") for more in ("", "/nl:1"))

    assert len(free.body) > len(WEAK) >= len(held.body)
    assert held.result_size == free.result_size


def test_what_max_bytes_asks_for_counts_as_well(pictures: Path) -> None:
    found = made(pictures, f"nl:1/bl:1/q:95/mb:{len(WEAK) // 2}", "weak.jpg")

    assert len(found.body) <= len(WEAK) // 2


@pytest.mark.parametrize("name", ["located.jpg", "side.jpg", "ink.jpg", "profile.jpg"])
def test_a_source_with_something_in_it_that_is_to_go_is_not_sent_itself(pictures: Path, name: str) -> None:
    found = made(pictures, "nl:1/q:95", name)

    assert found.body != (pictures / name).read_bytes()


@pytest.mark.parametrize(
    ("name", "options"), [("located.jpg", "sm:0"), ("side.jpg", "sm:0/ar:0"), ("profile.jpg", "scp:0")]
)
def test_a_source_whose_own_is_kept_is_sent_itself(pictures: Path, name: str, options: str) -> None:
    assert made(pictures, f"nl:1/q:95/{options}", name).body == (pictures / name).read_bytes()


def test_another_format_is_not_answered_with_the_sources_own(pictures: Path) -> None:
    found = made(pictures, "nl:1/f:png", "weak.jpg")

    assert (found.format, len(found.body) > len(WEAK)) == (Format.PNG, True)


def test_a_format_that_was_negotiated_gives_way_to_the_source(pictures: Path) -> None:
    plain, held = (made(pictures, each, "few.png", accepts=BOTH, auto_avif=True) for each in ("q:100", "q:100/nl:1"))

    assert plain.format is Format.AVIF
    assert held.body == (pictures / "few.png").read_bytes()


def test_a_source_that_the_client_may_not_know_is_not_sent(pictures: Path) -> None:
    found = made(pictures, "nl:1", "weak.webp", accepts=BOTH)

    assert found.format is Format.PNG or found.format is Format.JPEG


@pytest.mark.parametrize(
    ("options", "is_sent"), [("nl:1/f:gif", True), ("nl:1/f:gif/w:8", False), ("nl:1/f:webp/q:100", False)]
)
def test_an_animation_is_sent_itself_where_all_of_it_is_asked_for(pictures: Path, options: str, is_sent: bool) -> None:
    source = (pictures / "a.gif").read_bytes()

    found = made(pictures, options, "a.gif")

    assert (found.body == source) is is_sent or len(found.body) < len(source)


@pytest.mark.parametrize("name", SOURCES)
@pytest.mark.parametrize("geometry", ["dpr:1", "rs:fit:30:0/dpr:2", "c:40:20:nowe:3:5", "rot:90/fl:1"])
def test_the_size_is_what_it_is_without(pictures: Path, name: str, geometry: str) -> None:
    name = name.replace(" ", "-")
    plain, held = (made(pictures, geometry + more, name) for more in ("", "/nl:1"))

    assert images.opened(held.body).size == images.opened(plain.body).size == held.result_size
    assert len(held.body) <= len(plain.body)


@pytest.mark.parametrize("name", SOURCES)
def test_neutral_arguments_change_no_byte(pictures: Path, name: str) -> None:
    name = name.replace(" ", "-")

    assert made(pictures, "w:30/nl:0", name).body == made(pictures, "w:30", name).body


def test_the_best_is_what_no_other_format_is_smaller_than(pictures: Path) -> None:
    rivals = [made(pictures, f"bl:1/f:{word}", "weak.jpg") for word in ("jpg", "webp", "avif")]

    found = made(pictures, "bl:1/f:best", "weak.jpg", accepts=BOTH, auto_webp=True, auto_avif=True)

    assert found.body == min((each.body for each in rivals), key=len)


def test_the_best_by_default_is_where_no_format_is_named(pictures: Path) -> None:
    best = made(pictures, "f:best", "few.png").body

    assert made(pictures, "dpr:1", "few.png", best_format_by_default=True).body == best
    assert made(pictures, "f:jpg", "few.png", best_format_by_default=True).format is Format.JPEG
    assert made(pictures, "f:thumbhash", "few.png", best_format_by_default=True).format is Placeholder.THUMBHASH


def test_the_best_is_never_what_would_be_skipped_unless_the_settings_say_so(pictures: Path) -> None:
    source = (pictures / "few.png").read_bytes()

    assert made(pictures, "skp:png/f:best", "few.png").body != source
    assert made(pictures, "skp:png/f:best", "few.png", best_format_allow_skips=True).body == source


@pytest.mark.parametrize("kind", Placeholder)
@pytest.mark.parametrize("name", SOURCES)
def test_every_kind_of_source_has_a_placeholder(pictures: Path, name: str, kind: Placeholder) -> None:
    found = made(pictures, f"f:{kind.word}", name.replace(" ", "-"), accepts=BOTH, enforce_webp=True)

    assert (found.format.media_type, found.format.extension) == ("text/plain", ".txt")
    assert len(found.body) < 45
    assert max(found.result_size) <= 100


def test_a_placeholder_shows_what_other_options_make(pictures: Path) -> None:
    cut, turned = (made(pictures, f"{each}f:thumbhash", "few.png").body for each in ("c:10:10:nowe/", "rot:90/"))

    assert len({cut, turned, made(pictures, "f:thumbhash", "few.png").body}) == 3
    assert b64decode(cut)


def test_a_large_picture_is_decoded_no_larger_than_its_placeholder_needs(pictures: Path) -> None:
    (pictures / "large.jpg").write_bytes(images.encoded(images.quadrants(1600, 800), "jpg"))

    assert made(pictures, "f:blurhash", "large.jpg").result_size == (100, 50)


@pytest.mark.parametrize(("options", "stands_in"), [("f:avif", Format.PNG), ("f:avif/bg:fff", Format.JPEG)])
def test_what_stands_in_for_a_format_holds_what_might_be_seen_through(
    pictures: Path, options: str, stands_in: Format
) -> None:
    assert made(pictures, options, "later.gif").format is stands_in
