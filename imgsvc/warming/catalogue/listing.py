"""Which kind of catalogue `--from` names, and what is in it."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from imgsvc.config import Config
from imgsvc.warming.catalogue import lines
from imgsvc.warming.catalogue.folder import files
from imgsvc.warming.units import Unit

_LOCAL = "local://"


def catalogue(text: str, config: Config) -> Iterator[Unit]:
    """The sources that `text` names; ValueError says what it may be."""
    if text.startswith(_LOCAL) or (text != lines.STDIN and Path(text).is_dir()):
        return _folder(text, config.sources.local_filesystem_root)
    if text == lines.STDIN or Path(text).is_file():
        return lines.listed(text)
    raise ValueError("a file with a source URL a line, - for standard input, or a folder")


def limited(units: Iterator[Unit], most: int | None) -> Iterator[Unit]:
    """The first ones, where there is to be an end."""
    return islice(units, most) if most else units


def _folder(text: str, root: Path | None) -> Iterator[Unit]:
    if root is None:
        raise ValueError("a folder of LOCAL_FILESYSTEM_ROOT, which is not set")
    root = root.resolve()
    is_local = text.startswith(_LOCAL)
    folder = (root / text.removeprefix(_LOCAL).lstrip("/") if is_local else Path(text)).resolve()
    if not folder.is_relative_to(root) or not folder.is_dir():
        raise ValueError(f"a folder below LOCAL_FILESYSTEM_ROOT, which is {root}")
    return files(root, folder)
