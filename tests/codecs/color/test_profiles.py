from pathlib import Path

import numpy
import pytest
from PIL import Image, ImageCms

from imgsvc.codecs.color.conversion import srgb_profile, to_result
from imgsvc.codecs.color.profiles import Profile, Profiles, read_profiles, to_ink, to_profile
from imgsvc.codecs.picture import Picture
from imgsvc.errors import ArgumentError, ResultFormatError
from imgsvc.options.formats import Format
from tests.images import cmyk_profile, fading, gray_profile, ink_profile, noise, solid, swapped_profile

SWAPPED, INK = Profile(swapped_profile(), "RGB"), Profile(ink_profile(), "CMYK")
KNOWN = Profiles({"swapped": SWAPPED, "cmyk": INK, "gray": Profile(gray_profile(), "L")})


def levels(picture: Picture) -> numpy.ndarray:
    return numpy.asarray(picture.frames[0], int)


@pytest.mark.parametrize("name", ["", "srgb", "cmyk", "swapped", "swapped.icc", "swapped.ICM"])
def test_a_profile_is_known_with_and_without_its_extension(name: str) -> None:
    KNOWN.check(name)


@pytest.mark.parametrize("name", ["Swapped", "nothing", "../swapped", ".icc", "swapped.icc.icc"])
def test_any_other_name_is_refused(name: str) -> None:
    with pytest.raises(ArgumentError, match=r"^color_profile: .* as in icc:srgb$"):
        KNOWN.check(name)


@pytest.mark.parametrize(
    ("name", "format_", "mode"),
    [
        ("srgb", Format.JPEG, "RGB"),
        ("swapped", Format.AVIF, "RGB"),
        ("cmyk", Format.TIFF, "CMYK"),
        ("gray", Format.PNG, "L"),
        ("gray", Format.WEBP, None),
        ("srgb", Format.GIF, None),
        ("cmyk", Format.GIF, None),
        ("srgb", Format.JXL, None),
        ("", Format.JPEG, None),
    ],
)
def test_a_format_that_holds_none_goes_without(name: str, format_: Format, mode: str | None) -> None:
    found = KNOWN.for_result(name, format_)

    assert (found and found.mode) == mode


@pytest.mark.parametrize(
    ("profiles", "format_"), [(KNOWN, Format.WEBP), (KNOWN, Format.PNG), (Profiles(), Format.JPEG)]
)
def test_ink_is_for_what_holds_it_and_needs_a_profile(profiles: Profiles, format_: Format) -> None:
    with pytest.raises(ResultFormatError):
        profiles.for_result("cmyk", format_)


def test_srgb_is_the_same_bytes_in_every_process_and_nobodys_file() -> None:
    found = Profiles({"srgb": SWAPPED}).for_result("srgb", Format.JPEG)

    assert found == Profile(srgb_profile(), "RGB")
    assert srgb_profile()[24:36] == bytes(12)
    assert ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()[36:] == srgb_profile()[36:]


def test_a_directory_is_read_with_those_right_in_it(tmp_path: Path) -> None:
    (tmp_path / "vendor" / "deep").mkdir(parents=True)
    for path, data in {
        "a.icc": swapped_profile(),
        "vendor/b.ICM": ink_profile(),
        "vendor/a.icc": gray_profile(),
        "vendor/deep/c.icc": swapped_profile(),
        "text.icc": b"text",
        "empty.icc": b"",
        "d.txt": swapped_profile(),
    }.items():
        (tmp_path / path).write_bytes(data)

    found = read_profiles(tmp_path)._found
    assert {name: each.mode for name, each in found.items()} == {"srgb": "RGB", "a": "RGB", "b": "CMYK"}


@pytest.mark.parametrize("folder", [None, Path("/nowhere")])
def test_without_a_directory_there_is_srgb(folder: Path | None) -> None:
    assert list(read_profiles(folder)._found) == ["srgb"]


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA"])
def test_there_and_back_again_it_is_the_same_picture(mode: str) -> None:
    before = Picture((noise(mode="RGBA").convert(mode),))

    after = to_profile(before, SWAPPED)
    assert after.profile == SWAPPED.data
    wanted = levels(before.map(lambda frame: frame.convert(after.frames[0].mode)))
    assert numpy.abs(levels(to_result(after, keep_profile=False)) - wanted).max() <= 4


def test_red_is_green_in_a_profile_in_which_they_are_swapped() -> None:
    red, green, _ = to_profile(Picture((solid(),)), SWAPPED).frames[0].getpixel((0, 0))

    assert (red < 30, green > 200) == (True, True)


def test_a_picture_with_a_profile_is_converted_from_that() -> None:
    found = to_profile(Picture((solid(color=(10, 200, 30)),), profile=SWAPPED.data), SWAPPED)

    assert found.frames[0].getpixel((0, 0)) == pytest.approx((10, 200, 30), abs=2)


def test_a_profile_of_a_source_that_says_nothing_is_passed_over() -> None:
    broken = swapped_profile()[:132] + bytes(len(swapped_profile()) - 132)

    found, wanted = (to_profile(Picture((solid(),), profile=each), SWAPPED) for each in (broken, None))
    assert found.frames[0].tobytes() == wanted.frames[0].tobytes()


def test_gray_becomes_ink_by_its_lightness() -> None:
    frames = [solid(color=(level,) * 3) for level in (0, 119, 255)]

    black = [to_profile(Picture((frame,)), INK).frames[0].getpixel((0, 0))[3] for frame in frames]
    assert black == pytest.approx([255, 128, 0], abs=4)


def test_what_is_clear_is_on_white_in_ink_and_stays_clear_elsewhere() -> None:
    clear = Picture((fading(),))

    assert to_profile(clear, INK).frames[0].getpixel((0, 0)) == (0, 0, 0, 0)
    before, after = clear.frames[0].getchannel("A"), to_profile(clear, SWAPPED).frames[0].getchannel("A")
    assert before.tobytes() == after.tobytes()


def test_every_frame_is_converted_and_all_else_stays() -> None:
    before = Picture((solid(), solid(color=(0, 0, 255))), (100, 200), 3)

    after = to_profile(before, SWAPPED)
    assert (len(after.frames), after.delays_ms, after.loop) == (2, (100, 200), 3)


def test_a_profile_that_nothing_can_be_converted_to_is_an_error() -> None:
    with pytest.raises(ResultFormatError):
        to_profile(Picture((Image.new("RGB", (4, 4)),)), Profile(cmyk_profile(), "CMYK"))


def test_what_was_ink_goes_back_into_it() -> None:
    found = to_ink(Picture((solid(color=(119,) * 3),), ink=INK.data))

    assert (found.frames[0].mode, found.profile) == ("CMYK", INK.data)
    assert found.frames[0].getpixel((0, 0)) == pytest.approx((0, 0, 0, 128), abs=4)


@pytest.mark.parametrize("ink", [None, cmyk_profile()], ids=["none", "no way back"])
def test_what_cannot_go_back_into_ink_stays_light(ink: bytes | None) -> None:
    before = Picture((solid(),), ink=ink)

    assert (to_ink(before).frames, to_ink(before).profile) == (before.frames, None)
