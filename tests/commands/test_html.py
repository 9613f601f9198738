"""Twin of imgsvc/commands/html.py: what is printed is read as a browser reads it, and its URLs as the server does."""

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from imgsvc.cli import main
from imgsvc.config import from_environment
from imgsvc.security.settings import SignatureSettings
from imgsvc.security.signature import Signature
from imgsvc.url.parse import Parser
from imgsvc.url.path import split_path
from tests.images import encoded, quadrants
from tests.markup import Element, candidates, elements

SAMPLES = Path(__file__).parents[2] / "samples"
KEYS = {"IMGSVC_KEY": "6b6579", "IMGSVC_SALT": "73616c74"}
HOST = "https://img.example"


def run(source: str, *arguments: str, root: Path = SAMPLES, **environ: str) -> Result:
    given = {**KEYS, "IMGSVC_LOCAL_FILESYSTEM_ROOT": str(root), "IMGSVC_MAX_ANIMATION_FRAMES": "64", **environ}
    return CliRunner().invoke(main, ["url", source, "--html", *arguments], env=given)


def written(source: str, *arguments: str, root: Path = SAMPLES, **environ: str) -> list[Element]:
    result = run(source, *arguments, root=root, **environ)
    assert result.exit_code == 0, result.output
    return elements(result.stdout)


def descriptors(element: Element) -> list[str]:
    return [descriptor for _, descriptor in candidates(element.attributes["srcset"])]


def size(element: Element) -> tuple[str | None, str | None]:
    return element.attributes.get("width"), element.attributes.get("height")


def test_a_picture_has_a_source_for_each_format_and_an_image_for_who_knows_none() -> None:
    picture, avif, webp, image = written("local:///meadow.jpg", "--widths", "320,640", "--alt", 'A "meadow" & <more>')

    assert (picture.name, avif.name, webp.name, image.name) == ("picture", "source", "source", "img")
    assert (avif.attributes["type"], webp.attributes["type"]) == ("image/avif", "image/webp")
    assert {tuple(descriptors(each)) for each in (avif, webp, image)} == {("320w", "640w")}
    assert image.attributes["alt"] == 'A "meadow" & <more>'


@pytest.mark.parametrize("source", ["local:///my photo, 50% é?.png", "local:///a,", 'local:///it\'s "b" <i>&amp;'])
def test_every_url_is_signed_and_says_the_source_and_its_width(tmp_path: Path, source: str) -> None:
    (tmp_path / source.removeprefix("local:///")).write_bytes(encoded(quadrants(900, 600)))
    config = replace(SignatureSettings(), key=(b"key",), salt=(b"salt",))

    _, *shown = written(source, "--widths", "320,640", "--host", HOST, root=tmp_path)

    found = [each for element in shown for each in candidates(element.attributes["srcset"])]
    for url, descriptor in found:
        path = split_path(url.removeprefix(HOST))
        Signature(config).verify(path.signature, path.rest)
        parsed = Parser(from_environment({}).url, now=lambda: 0.0).parse(path.rest)
        assert (str(parsed.source), f"{parsed.options.width}w") == (source, descriptor)
    assert len(found) == 6


def test_a_width_that_the_source_does_not_have_is_not_promised() -> None:
    image = written("local:///meadow.jpg", "--widths", "640,1280,2000")[-1]

    assert descriptors(image) == ["640w", "1200w"]
    assert size(image) == ("1200", "800")


def test_a_height_that_is_asked_for_goes_with_the_width() -> None:
    image = written("local:///meadow.jpg", "--widths", "300,600", "--options", "rs:fill:200:200/dpr:2")[-1]

    assert (descriptors(image), size(image)) == (["300w", "600w"], ("600", "600"))


def test_without_widths_it_is_for_screens_of_two_densities() -> None:
    image = written("local:///meadow.jpg", "--options", "w:300")[-1]

    assert (descriptors(image), size(image)) == (["", "2x"], ("300", "200"))


def test_a_picture_that_moves_is_in_no_format_that_stands_still() -> None:
    result = run("local:///waves.gif", "--widths", "80,160")

    assert [each.attributes["type"] for each in elements(result.stdout) if each.name == "source"] == ["image/webp"]
    assert "avif: that is left out" in result.stderr


def test_a_drawing_that_is_passed_on_is_one_image_of_its_own_size() -> None:
    [image] = written("local:///chart.svg", "--widths", "320,640")

    assert (size(image), "srcset" in image.attributes) == (("800", "500"), False)


def test_a_named_format_is_the_only_one() -> None:
    [image] = written("local:///meadow.jpg", "--widths", "320,640", "--format", "webp")

    assert all(url.endswith("@webp") for url, _ in candidates(image.attributes["srcset"]))


def test_where_the_source_cannot_be_looked_at_no_size_is_said() -> None:
    result = run("local:///none.jpg", "--widths", "320,640")
    image = elements(result.stdout)[-1]

    assert (size(image), descriptors(image)) == ((None, None), ["320w", "640w"])
    assert "warning: its size is not known" in result.stderr


def test_how_wide_it_is_shown_may_be_said() -> None:
    found = written("local:///meadow.jpg", "--widths", "320,640", "--sizes", "50vw")[1:]

    assert {each.attributes["sizes"] for each in found} == {"50vw"}


def test_another_separator_and_an_encrypted_source_are_the_servers_own() -> None:
    given = {"IMGSVC_ARGUMENTS_SEPARATOR": ",", "IMGSVC_SOURCE_URL_ENCRYPTION_KEY": "ab" * 16}

    image = written("local:///meadow.jpg", "--widths", "320", "--encrypt", "--options", "q,70", **given)[-1]

    assert "/q,70/w,320/enc/" in image.attributes["src"]
    assert size(image) == ("320", "213")


@pytest.mark.parametrize("arguments", [("--widths", "0"), ("--widths", "a"), ("--formats", "exe")])
def test_what_is_no_width_or_format_is_wrong_usage(arguments: tuple[str, str]) -> None:
    assert run("local:///meadow.jpg", *arguments).exit_code == 64


def test_a_server_of_presets_alone_has_no_widths() -> None:
    result = run("local:///meadow.jpg", IMGSVC_ONLY_PRESETS="1", IMGSVC_PRESETS="a=w:1")

    assert (result.exit_code, "ONLY_PRESETS" in result.output) == (64, True)
