"""Config: the components' own settings in one value."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from difflib import get_close_matches

from imgsvc.codecs.settings import DecodeSettings, EncodeSettings, FormatSettings
from imgsvc.env import ENV_FILE, PREFIXES, Mistake, SettingsError, load, variables
from imgsvc.runtime.settings import RuntimeSettings
from imgsvc.security.settings import AddressSettings, LimitSettings, SignatureSettings
from imgsvc.sources.settings import SourceSettings
from imgsvc.telemetry.settings import LogSettings
from imgsvc.url.settings import OptionDefaults, UrlSettings
from imgsvc.web.settings import CacheSettings, FallbackSettings, WatermarkSettings, WebSettings


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that an operator can set; docs/configuration.md shows the sections in this order."""

    signature: SignatureSettings = SignatureSettings()
    runtime: RuntimeSettings = RuntimeSettings()
    web: WebSettings = WebSettings()
    cache: CacheSettings = CacheSettings()
    limits: LimitSettings = LimitSettings()
    addresses: AddressSettings = AddressSettings()
    sources: SourceSettings = SourceSettings()
    url: UrlSettings = UrlSettings()
    defaults: OptionDefaults = OptionDefaults()
    formats: FormatSettings = FormatSettings()
    encode: EncodeSettings = EncodeSettings()
    decode: DecodeSettings = DecodeSettings()
    watermark: WatermarkSettings = WatermarkSettings()
    fallback: FallbackSettings = FallbackSettings()
    log: LogSettings = LogSettings()


def from_environment(environ: Mapping[str, str]) -> Config:
    """Read every section; SettingsError lists all mistakes of all of them."""
    mistakes: list[Mistake] = []
    sections = {each.name: load(each.type, environ, mistakes) for each in fields(Config)}  # type: ignore[arg-type]
    if mistakes:
        raise SettingsError(mistakes)
    return Config(**sections)


def unknown_variables(environ: Mapping[str, str]) -> Iterator[str]:
    """A sentence for each variable that looks like a setting and is none, with the nearest one that is."""
    known = {name for section in fields(Config) for each in fields(section.type) for name in variables(each)}  # type: ignore[arg-type]
    known |= {prefix + ENV_FILE for prefix in PREFIXES}
    for name in sorted(environ):
        if name.startswith(PREFIXES) and name not in known:
            near = get_close_matches(name, known, 1, 0.85)
            yield f"{name} is not a setting here, and does nothing" + (f"; did you mean {near[0]}?" if near else "")
