"""Settings of /info: what may be asked, by which names, and what is told."""

from dataclasses import dataclass, replace
from pathlib import Path

from imgsvc.settings.env import BOOLEAN, FILE, LIST, STRING, setting
from imgsvc.url.settings import UrlSettings


@dataclass(frozen=True, slots=True)
class InfoSettings:
    """What may be asked about a source at /info; keys, allowed sources and limits are those of pictures."""

    allowed_info_options: tuple[str, ...] = setting(
        (), LIST, "Options that an info URL may use, by the name spelled in it; presets are exempt.", zero="all"
    )
    info_presets: str = setting("", STRING, "As PRESETS, of options of /info; `default` is applied to every info URL.")
    info_presets_path: Path | None = setting(None, FILE, "As PRESETS_PATH, for INFO_PRESETS.")
    info_only_presets: bool | None = setting(
        None, BOOLEAN, "Info URLs hold names of presets in place of options.", zero="as ONLY_PRESETS"
    )
    # SECURITY: whoever shows a picture does not mean to show where its maker lives.
    info_positions: bool = setting(False, BOOLEAN, "Tell where a picture was taken, if its EXIF or XMP says so.")

    def of_urls(self, url: UrlSettings) -> UrlSettings:
        """How info URLs are read, where those of pictures are read so."""
        return replace(
            url,
            allowed_processing_options=self.allowed_info_options,
            presets=self.info_presets,
            presets_path=self.info_presets_path,
            only_presets=url.only_presets if self.info_only_presets is None else self.info_only_presets,
        )
