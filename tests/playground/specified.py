"""The URLs of the specification, and what reads them."""

import tomllib
from dataclasses import replace
from functools import cache
from pathlib import Path

from imgsvc.app import create_parser
from imgsvc.config import Config
from imgsvc.errors import RenderingError
from imgsvc.playground.urls import Urls
from imgsvc.security.settings import SignatureSettings

SPEC = Path(__file__).parents[1] / "spec"
PRESETS = "thumb=rs:fill:30:30/skp:gif"


def urls(*, signature: SignatureSettings = SignatureSettings(), **of_url: object) -> Urls:
    """Those of a server with these settings."""
    url = replace(
        Config().url, **{"allow_security_options": True, "allow_bypass_cache": True, "presets": PRESETS} | of_url
    )
    config = replace(Config(), url=url, signature=signature)
    return Urls.of(config, create_parser(config))


def spec_paths() -> list[str]:
    """Every path of the specification that is not refused."""
    options = tomllib.loads((SPEC / "url_options.toml").read_text("utf-8"))
    paths = tomllib.loads((SPEC / "url_paths.toml").read_text("utf-8"))
    found = [f"{case['url']}/plain/http://x/a%20b.jpg@png" for group in options.values() for case in group]
    found += [case["rest"] for group in paths.values() for case in group if "settings" not in case]
    return [f"/_/{rest}" for rest in found if _is_served(rest)]


@cache
def _plain() -> Urls:
    return urls()


def _is_served(rest: str) -> bool:
    try:
        _plain().parser.parse(rest)
    except RenderingError:
        return False
    return True
