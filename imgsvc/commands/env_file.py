"""The settings in the form of an env file: `imgsvc config --print`."""

from collections.abc import Iterator, Mapping
from dataclasses import fields

from imgsvc.config import Config
from imgsvc.settings.env import PREFIXES, masked, variables
from imgsvc.settings.envfile import quoted


def env_file(config: Config, environ: Mapping[str, str]) -> Iterator[str]:
    """Every setting in the form of an env file: what is set plainly, the rest as a comment."""
    for section in fields(config):
        values = getattr(config, section.name)
        yield f"# {(type(values).__doc__ or '').splitlines()[0]}"
        for each in fields(values):
            value = getattr(values, each.name)
            text = masked(each.metadata["kind"].show(value), secret=each.metadata["secret"])
            is_set = any(environ.get(name, "").strip() for name in variables(each))
            yield f"{'' if is_set else '# '}{PREFIXES[0]}{each.name.upper()}={quoted(text)}"
        yield ""
