"""A path, less its signature, becomes options and a source URL."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from imgsvc.errors import ArgumentError, ForbiddenOptionError, PathError, SourceUrlError
from imgsvc.options.geometry import ResizingType
from imgsvc.options.processing import ProcessingOptions
from imgsvc.url.arguments import FORMAT
from imgsvc.url.grammar import Call, Context
from imgsvc.url.presets import read_presets
from imgsvc.url.settings import UrlSettings
from imgsvc.url.source import Rewriting, read_source
from imgsvc.url.table import PRESET, apply_call

_DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a URL asks for, and of which source; the URL is rewritten as the settings say."""

    options: ProcessingOptions
    source_url: str


class Parser:
    """Reads paths under one set of settings and presets; `now` gives Unix seconds."""

    def __init__(self, settings: UrlSettings, preset_lines: tuple[str, ...] = (), *, now: Callable[[], float]) -> None:
        """Read and try out all presets; SettingsError lists what is wrong with them."""
        presets = read_presets(settings, preset_lines, now)
        self._settings = settings
        self._allowed = frozenset(settings.allowed_processing_options)
        self._context = Context(now, settings.allow_security_options, presets)
        self._rewriting = Rewriting(settings.url_replacements, settings.base_url)

    def parse(self, rest: str) -> Parsed:
        """Read what `split_path` left of a path; raises UrlErrors only."""
        if not rest:
            raise PathError("nothing follows the signature")
        calls, segments = self._calls(rest.split("/"))
        options = self._applied(calls)
        source = read_source(segments, includes_filename=self._settings.base64_url_includes_filename)
        if source.extension and not options.raw:
            options = _with_extension(options, source.extension)
        return Parsed(options, self._rewriting.rewritten(source.url))

    def _calls(self, segments: Sequence[str]) -> tuple[list[Call], Sequence[str]]:
        """The options that the URL itself uses, and the segments of the source."""
        separator = self._settings.arguments_separator
        if self._settings.only_presets:
            return [Call(PRESET.names[0], tuple(segments[0].split(separator)))], segments[1:]
        if segments[0] in set(ResizingType):
            raise SourceUrlError(f"options are written as in rs:{segments[0]}:300:200, not as path segments")
        count = next((i for i, segment in enumerate(segments) if separator not in segment), len(segments))
        return [self._call(segment.split(separator)) for segment in segments[:count]], segments[count:]

    def _call(self, parts: Sequence[str]) -> Call:
        name, *arguments = parts
        if self._allowed and name not in self._allowed:
            raise ForbiddenOptionError(f"ALLOWED_PROCESSING_OPTIONS does not list {name!r}")
        return Call(name, tuple(arguments))

    def _applied(self, calls: Sequence[Call]) -> ProcessingOptions:
        options = ProcessingOptions()
        if _DEFAULT in self._context.presets:
            options = PRESET.apply([_DEFAULT], options, self._context)
        for call in calls:
            options = apply_call(call, options, self._context)
        return options


def _with_extension(options: ProcessingOptions, extension: str) -> ProcessingOptions:
    try:
        return replace(options, format=FORMAT.read(extension))
    except ValueError as error:
        raise ArgumentError(f"extension: {error}") from error
