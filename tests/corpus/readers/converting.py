"""Readers of what browsers do not show: each makes a PNG, which Chromium then reads."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


class NoReaderError(Exception):
    """The program is not installed; the sentence says what to type."""


@dataclass(frozen=True, slots=True)
class Converted:
    """A PNG, or nothing where the reader refuses the file; what the PNG cannot say beside it."""

    png: bytes | None
    reader: str
    orientation: int | None = None
    frames: int | None = None


def heic(body: bytes) -> Converted:
    """By heif-convert, of libheif: the primary one of its images, which heif-info tells."""
    info, convert = _program("heif-info", "libheif-examples"), _program("heif-convert", "libheif-examples")
    with _folder(body) as folder:
        said = _output([info, "in.file"], folder)
        images = re.findall(r"^image:.*$", said, re.MULTILINE)
        number = next((number for number, line in enumerate(images, 1) if "primary" in line), 1)
        _output([convert, "in.file", "out.png"], folder)
        made = folder / (f"out-{number}.png" if len(images) > 1 else "out.png")
        png = _without_exif(made.read_bytes()) if made.is_file() else None
    return Converted(png, f"heif-convert {_debian('libheif-examples')}")


def _without_exif(png: bytes) -> bytes:
    """It is turned already, and the file's EXIF, which heif-convert keeps, would have Chromium turn it again."""
    kept, at = png[:8], 8
    while at < len(png):
        end = at + 12 + int.from_bytes(png[at : at + 4], "big")
        kept += png[at:end] if png[at + 4 : at + 8] != b"eXIf" else b""
        at = end
    return kept


# Reads with libvips, upright and in sRGB of 8 bits.
_VIPS = """
import sys
import pyvips
image = pyvips.Image.new_from_file("in.file", access="random", fail_on=sys.argv[1])
get = lambda name: image.get(name) if image.get_typeof(name) else 1
said = get("n-pages"), get("orientation")
image = image.autorot()
image = image.icc_transform("srgb") if image.get_typeof("icc-profile-data") else image.colourspace("srgb")
image.cast("uchar").write_to_file("out.png", keep="none")
print("said", pyvips.version(0), pyvips.version(1), pyvips.version(2), *said)
"""


def libvips(body: bytes) -> Converted:
    """As imgproxy reads it; $VIPS_PYTHON has pyvips."""
    return _vips(body, "none")


def tiff(body: bytes) -> Converted:
    """The same, and no strip that cannot be read is taken for a black one; where libvips refuses, by libtiff."""
    found = _vips(body, "error")
    if found.png or not shutil.which("tiff2rgba"):
        return found
    with _folder(body) as folder:
        _output(["tiff2rgba", "in.file", "out.tiff"], folder)
        made = folder / "out.tiff"
        again = _vips(made.read_bytes(), "error") if made.is_file() else found
    return Converted(again.png, f"tiff2rgba {_debian('libtiff-tools')}" if again.png else found.reader)


def _vips(body: bytes, fails_on: str) -> Converted:
    python = os.environ.get("VIPS_PYTHON", "")
    if not python:
        raise NoReaderError("VIPS_PYTHON=/path/to/python of an environment with pyvips and pyvips-binary")
    with _folder(body) as folder:
        said = _output([python, "-c", _VIPS, fails_on], folder)
        words = re.search(r"^said (\d+) (\d+) (\d+) (\d+) (\d+)$", said, re.MULTILINE)
        png = (folder / "out.png").read_bytes() if words else None
    if not words:
        return Converted(None, "libvips")
    return Converted(png, f"libvips {'.'.join(words.groups()[:3])}", orientation=int(words[5]))


def pdf(body: bytes) -> Converted:
    """The first page by poppler, a point a pixel."""
    convert = _program("pdftoppm", "poppler-utils")
    with _folder(body) as folder:
        _output([convert, "-r", "72", "-cropbox", "-singlefile", "-png", "in.file", "out"], folder)
        made = folder / "out.png"
        return Converted(made.read_bytes() if made.is_file() else None, f"poppler {_debian('poppler-utils')}")


def psd(body: bytes) -> Converted:
    """The merged picture by ImageMagick."""
    convert = _program("convert", "imagemagick")
    with _folder(body) as folder:
        _output(
            [convert, "psd:in.file[0]", "-auto-orient", "-colorspace", "sRGB", "-depth", "8", "PNG32:out.png"], folder
        )
        made = folder / "out.png"
        return Converted(made.read_bytes() if made.is_file() else None, f"ImageMagick {_debian('imagemagick')}")


CONVERTERS: dict[str, Callable[[bytes], Converted]] = {"heic": heic, "tiff": tiff, "pdf": pdf, "psd": psd}


def _program(name: str, package: str) -> str:
    if found := shutil.which(name):
        return found
    raise NoReaderError(f"{name} is not installed: apt-get install {package}")


def _debian(package: str) -> str:
    said = subprocess.run(["dpkg-query", "-W", "-f=${Version}", package], capture_output=True, text=True, check=False)
    return said.stdout.split("-")[0].split("+")[0]


@contextmanager
def _folder(body: bytes) -> Iterator[Path]:
    """One of its own, with the file in it."""
    with tempfile.TemporaryDirectory(prefix="imgsvc-reader-") as folder:
        (Path(folder) / "in.file").write_bytes(body)
        yield Path(folder)


def _output(command: list[str], folder: Path) -> str:
    result = subprocess.run(command, cwd=folder, capture_output=True, check=False, timeout=120)
    return result.stdout.decode("utf-8", "replace")
