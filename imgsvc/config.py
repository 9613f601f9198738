"""Config: the components' own settings in one value."""

from collections.abc import Mapping
from dataclasses import dataclass, fields

from imgsvc.codecs.settings import DecodeSettings, EncodeSettings, FormatSettings
from imgsvc.env import Mistake, SettingsError, load
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
