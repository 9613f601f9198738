"""Readers of what browsers do not show: each makes a PNG, which Chromium then reads."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable
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
    """By heif-convert, of libheif."""
    program = _program("heif-convert", "libheif-examples")
    return Converted(_made([program, "in.file", "out.png"], body), f"heif-convert {_debian('libheif-examples')}")


# Reads with libvips, upright and in sRGB of 8 bits.
_VIPS = """
import pyvips
image = pyvips.Image.new_from_file("in.file", access="random", fail_on="none")
get = lambda name: image.get(name) if image.get_typeof(name) else 1
said = get("n-pages"), get("orientation")
image = image.autorot()
image = image.icc_transform("srgb") if image.get_typeof("icc-profile-data") else image.colourspace("srgb")
image.cast("uchar").write_to_file("out.png", keep="none")
print("said", pyvips.version(0), pyvips.version(1), pyvips.version(2), *said)
"""


def libvips(body: bytes) -> Converted:
    """As imgproxy reads it; $VIPS_PYTHON has pyvips."""
    python = os.environ.get("VIPS_PYTHON", "")
    if not python:
        raise NoReaderError("VIPS_PYTHON=/path/to/python of an environment with pyvips and pyvips-binary")
    said: list[str] = []
    png = _made([python, "-c", _VIPS], body, said.append)
    words = re.search(r"^said (\d+) (\d+) (\d+) (\d+) (\d+)$", "".join(said), re.MULTILINE)
    if not words:
        return Converted(None, "libvips")
    return Converted(png, f"libvips {'.'.join(words.groups()[:3])}", orientation=int(words[5]))


CONVERTERS: dict[str, Callable[[bytes], Converted]] = {"heic": heic, "tiff": libvips}


def _program(name: str, package: str) -> str:
    if found := shutil.which(name):
        return found
    raise NoReaderError(f"{name} is not installed: apt-get install {package}")


def _debian(package: str) -> str:
    said = subprocess.run(["dpkg-query", "-W", "-f=${Version}", package], capture_output=True, text=True, check=False)
    return said.stdout.split("-")[0].split("+")[0]


def _made(command: list[str], body: bytes, say: Callable[[str], object] = lambda _: None) -> bytes | None:
    """The out.png of a program that is given the file in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="imgsvc-reader-") as folder:
        (Path(folder) / "in.file").write_bytes(body)
        result = subprocess.run(command, cwd=folder, capture_output=True, check=False, timeout=120)
        say(result.stdout.decode("utf-8", "replace"))
        made = sorted(Path(folder).glob("out*.png"))
        return made[0].read_bytes() if made else None
