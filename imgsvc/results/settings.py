"""Settings of the store of results."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from imgsvc.settings.env import Kind, integer, setting

_SCHEME = "file://"


def _folder(text: str) -> Path:
    path = Path(unquote(text.removeprefix(_SCHEME)))
    if not text.startswith(_SCHEME) or not path.is_absolute() or path == Path("/"):
        raise ValueError(text)
    return path


FOLDER: Kind[Path | None] = Kind(
    "file:/// and the path of a folder", _folder, lambda path: path.as_uri() if path else ""
)


@dataclass(frozen=True, slots=True)
class ResultStoreSettings:
    """Where finished pictures are kept, and for how long they are good."""

    result_store: Path | None = setting(
        None,
        FOLDER,
        "Keep finished pictures in this folder and answer with them; docs/results.md says what is kept.",
        zero="off",
    )
    result_store_fresh: int = setting(
        3600,
        integer(0),
        "Seconds until the source is asked whether a kept picture still holds, where its own Cache-Control is silent.",
        zero="each time",
    )
    result_store_min_ms: int = setting(0, integer(0), "Keep only what took at least so many milliseconds to make.")
