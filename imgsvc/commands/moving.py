"""Moving in: what of an imgproxy's variables counts here, and the env file of those that do."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from types import MappingProxyType

from imgsvc.config import known_variables
from imgsvc.settings import envfile, foreign
from imgsvc.settings.env import PREFIXES

_NAME = r"[A-Z][A-Z0-9_]*"
# NAME=value and NAME: value, in a list or not, and as a shell exports it.
_PAIR = re.compile(rf"\s*(?:-\s+)?(?:export\s+)?[\"']?({_NAME})[\"']?\s*(?:=|:(?=\s|$))\s*(.*)")
_QUOTED_PAIR = re.compile(rf"\s*-\s+([\"'])({_NAME})=(.*)\1\s*(?:#.*)?")
# Without a value, it is what it is where compose runs.
_BARE = re.compile(rf"\s*-\s+({_NAME})\s*(?:#.*)?|\s*({_NAME}):\s*(?:#.*)?")
_NAMED = re.compile(rf"\s*-\s+name:\s*[\"']?({_NAME})[\"']?\s*")
_VALUE = re.compile(r"\s*value:\s*(.*)")
_COMMENT = re.compile(r"\s+#.*")
_ENV_LINE = re.compile(rf"\s*(?:#.*|(?:export\s+)?{_NAME}=.*)?")
_SETTING = re.compile(r"[A-Z][A-Z0-9_]+")
# What stands for something else: a block, an anchor, a template, a variable.
_NOT_PLAIN = re.compile(r"[|>&*{\[]|.*(?:\{\{|\$)")

# Those of imgproxy Pro that are settings here.
_PRO = (
    "MAX_CHAINED_PIPELINES SOURCE_URL_ENCRYPTION_KEY ALLOWED_INFO_OPTIONS INFO_* JPEG_NO_SUBSAMPLE JPEG_QUANT_TABLE "
    "WEBP_COMPRESSION WEBP_SMART_SUBSAMPLE AVIF_SUBSAMPLE AUTOQUALITY_* BEST_FORMAT_* WATERMARK_PREPROCESS_URL "
    "WATERMARKS_CACHE_SIZE UNSHARP_MASKING_* OBJECT_DETECTION_* STRIP_METADATA_DPI COLOR_PROFILES_DIR PDF_NO_BACKGROUND"
    " FALLBACK_IMAGE_PREPROCESS_URL FALLBACK_IMAGES_CACHE_SIZE CUSTOM_* *_HEADERS_PASSTHROUGH SERVER_NAME"
    " HEALTH_CHECK_MESSAGE CACHE_USE CACHE_BUCKET CACHE_PATH_PREFIX CACHE_TAGS_FORMAT CACHE_FS_* CACHE_S3_* CACHE_GCS_*"
    " CACHE_ABS_* CACHE_SWIFT_* ALLOW_BYPASS_CACHE"
)


class Fate(StrEnum):
    """What becomes of a variable."""

    KEPT = "kept"
    FREE = "Pro, and free here"
    RENAMED = "here under another name"
    IGNORED = "ignored"
    UNKNOWN = "not known"


@dataclass(frozen=True, slots=True)
class Moved:
    """A variable, what becomes of it and why, and its name here if it is one."""

    name: str
    fate: Fate
    reason: str = ""
    here: str = ""


def moved(variables: Mapping[str, str]) -> Iterator[Moved]:
    """What becomes of those that are imgproxy's or a setting here; nothing is said of others."""
    known, asking = known_variables(), foreign.set_ones(variables)
    for name in sorted(variables):
        bare = _bare(name)
        row = foreign.find(name)
        if name in known:
            is_pro = bare is not None and any(fnmatchcase(bare, each) for each in _PRO.split())
            yield Moved(name, Fate.FREE if is_pro else Fate.KEPT, here=name if bare is None else PREFIXES[0] + bare)
        elif row and name not in asking:
            if bare is not None:
                yield Moved(name, Fate.IGNORED, "it is off, or empty")
        elif row:
            is_here = any(PREFIXES[0] + word in known for word in _SETTING.findall(row.instead))
            yield Moved(name, Fate.RENAMED if is_here else Fate.IGNORED, _reason(row))
        elif bare is not None:
            yield Moved(name, Fate.UNKNOWN, "no setting of imgproxy's or of imgsvc's has this name")


def env_lines(variables: Mapping[str, str]) -> Iterator[str]:
    """The env file of what counts here, with the others as comments, whose values are not repeated."""
    found = list(moved(variables))
    for fate in Fate:
        those = [each for each in found if each.fate is fate]
        if those:
            yield f"# {fate}"
            yield from (_line(each, variables[each.name]) for each in those)
            yield ""


def _line(each: Moved, value: str) -> str:
    return f"{each.here}={envfile.quoted(value)}" if each.here else f"# {each.name}: {each.reason}"


def _bare(name: str) -> str | None:
    prefix = next((each for each in PREFIXES if name.startswith(each)), None)
    return None if prefix is None else name.removeprefix(prefix)


def _reason(row: foreign.Foreign) -> str:
    return f"{row.reason}; instead: {row.instead}" if row.instead else row.reason


def variables_in(
    text: str, environ: Mapping[str, str] = MappingProxyType({}), *, is_file: bool = True
) -> tuple[dict[str, str], list[str]]:
    """The variables of an env file, a compose file, a chart's values or a process, and names whose values are not told.

    What is no file is what `env` prints, or /proc/<pid>/environ: nothing is quoted in it. An env file may refer to
    `environ`.
    """
    if "\0" in text:
        return dict(_raw(text.split("\0"))), []
    if not is_file:
        return dict(_raw(text.splitlines())), []
    if all(_ENV_LINE.fullmatch(line) for line in text.splitlines()):
        return envfile.read(text, environ), []
    found = dict(_yaml(text.splitlines()))
    untold = [name for name, value in found.items() if value is None]
    return {name: value for name, value in found.items() if value is not None}, untold


def _raw(lines: list[str]) -> Iterator[tuple[str, str]]:
    for line in lines:
        name, equals, value = line.partition("=")
        if equals and re.fullmatch(_NAME, name):
            yield name, value


def _yaml(lines: list[str]) -> Iterator[tuple[str, str | None]]:
    """COMPAT: a reader of YAML is not needed for names in capitals with values on their own lines."""
    named = ""
    for line in lines:
        if line.lstrip().startswith("#"):
            continue
        if quoted := _QUOTED_PAIR.fullmatch(line):
            yield quoted[2], _scalar(quoted[1] + quoted[3] + quoted[1])
        elif match := _BARE.fullmatch(line):
            yield match[1] or match[2], None
        elif match := _NAMED.fullmatch(line):
            named = match[1]
            # Until its value is told.
            yield named, None
        elif named and (match := _VALUE.fullmatch(line)):
            yield named, _scalar(match[1])
            named = ""
        elif match := _PAIR.fullmatch(line):
            yield match[1], _scalar(match[2])


def _scalar(text: str) -> str | None:
    """A value on its line; None for what stands for something else."""
    if match := re.fullmatch(r"'((?:[^']|'')*)'\s*(?:#.*)?", text):
        return None if "$" in match[1] else match[1].replace("''", "'")
    if match := re.fullmatch(r'("(?:[^"\\]|\\.)*")\s*(?:#.*)?', text):
        try:
            value = str(json.loads(match[1]))
        except ValueError:
            return None
        return None if "$" in value or "{{" in value else value
    plain = _COMMENT.sub("", text).strip()
    return None if _NOT_PLAIN.match(plain) else plain
