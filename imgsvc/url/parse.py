"""A path, less its signature, becomes options and a source URL."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from imgsvc.errors import ArgumentError, PathError, SourceUrlError, TooManyPipelinesError
from imgsvc.options.geometry import ResizingType
from imgsvc.options.processing import ProcessingOptions
from imgsvc.source_url import SourceUrl
from imgsvc.url.encrypted import Decrypt, EncryptedSources
from imgsvc.url.grammar import Call, Context
from imgsvc.url.pipelines import NEXT, SEPARATOR, without_idle
from imgsvc.url.policies.policy import OptionPolicy, SizePolicy
from imgsvc.url.policies.sizes import AllowedSizes
from imgsvc.url.presets import read_presets
from imgsvc.url.row import Table
from imgsvc.url.rows.output import check_expiry
from imgsvc.url.saving.result import with_result
from imgsvc.url.settings import UrlSettings
from imgsvc.url.source import Rewriting, read_source
from imgsvc.url.table import PICTURE, apply_calls

_DEFAULT = "default"
# PERF: a site asks for the same few options again and again, and reading them is 4 % of a small picture.
_REMEMBERED = 256
_RESIZING_TYPES = frozenset(ResizingType)


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a URL asks for, and of which source; the URL is rewritten as the settings say."""

    options: ProcessingOptions
    source: SourceUrl


class Parser:
    """Reads paths under one set of settings and presets; `now` gives Unix seconds.

    `decrypt` is there where source URLs may be encrypted; then `schemes` are those that are served.
    """

    def __init__(
        self,
        settings: UrlSettings,
        preset_lines: tuple[str, ...] = (),
        *,
        now: Callable[[], float],
        table: Table = PICTURE,
        decrypt: Decrypt | None = None,
        schemes: frozenset[str] = frozenset(),
    ) -> None:
        """Read and try out all presets; SettingsError lists what is wrong with them."""
        presets = read_presets(settings, preset_lines, now, table)
        self._table = table
        self.settings = settings
        self._options, self._sizes = _policies(settings, table)
        self._context = Context(
            now, settings.allow_security_options, settings.allow_bypass_cache, presets, rows=table.by_name
        )
        self._rewriting = Rewriting(settings.url_replacements, settings.base_url)
        self._encrypted = EncryptedSources(decrypt, self._rewriting.rewritten, schemes) if decrypt else None
        self._remembered = lru_cache(_REMEMBERED)(self._read)

    @property
    def preset_names(self) -> tuple[str, ...]:
        """The presets that there are."""
        return tuple(self._context.presets)

    def apart(self, rest: str) -> tuple[list[str], list[str]]:
        """The segments of the options, and those of the source."""
        segments = rest.split("/")
        count = self._count(segments)
        return segments[:count], segments[count:]

    def names_presets_alone(self, rest: str) -> bool:
        """Whether its options are presets, or none; a format behind the source URL is none of them."""
        separator, names = self.settings.arguments_separator, self._table.preset.names
        written, _ = self.apart(rest)
        return self.settings.only_presets or all(each.split(separator, 1)[0] in names for each in written)

    def rewritten(self, source_url: str) -> SourceUrl:
        """The URL that is fetched where a path holds this one."""
        return SourceUrl.parse(self._rewriting.rewritten(source_url))

    def parse(self, rest: str) -> Parsed:
        """Read what `split_path` left of a path; raises UrlErrors, and SourceUnreachableError for an odd host."""
        if not rest:
            raise PathError("nothing follows the signature")
        written, of_source = self.apart(rest)
        asked = tuple(written)
        options = self._remembered(asked)
        # What is remembered may have expired since.
        check_expiry(options.expires, self._context.now())
        source = read_source(of_source, includes_filename=self.settings.base64_url_includes_filename)
        if source.extension and not self._table.has_extension:
            raise SourceUrlError(f"no format is asked for here: {source.extension!r} behind the source URL")
        if source.extension and not options.raw:
            options = self._remembered(asked, source.extension)
        return Parsed(options, self._decrypted(source.url) if source.is_encrypted else self.rewritten(source.url))

    def _decrypted(self, payload: str) -> SourceUrl:
        if self._encrypted is None:
            raise SourceUrlError("the source URL is encrypted, and SOURCE_URL_ENCRYPTION_KEY is not set")
        return self._encrypted.read(payload)

    def _count(self, segments: Sequence[str]) -> int:
        """How many segments are options; those of the source follow."""
        if self.settings.only_presets:
            return 1
        if segments[0] in _RESIZING_TYPES:
            raise SourceUrlError(f"options are written as in rs:{segments[0]}:300:200, not as path segments")
        separator = self.settings.arguments_separator
        ends = (i for i, each in enumerate(segments) if separator not in each and not self._is_separator(each))
        return next(ends, len(segments))

    def _is_separator(self, segment: str) -> bool:
        return segment == SEPARATOR and self._table.has_pipelines

    def _read(self, segments: tuple[str, ...], extension: str = "") -> ProcessingOptions:
        if extension:
            return _with_extension(self._remembered(segments), extension)
        separator = self.settings.arguments_separator
        if self.settings.only_presets:
            call = Call(self._table.preset.names[0], tuple(segments[0].split(separator)))
            return without_idle(self._applied([call]))
        self._check_pipelines(segments.count(SEPARATOR))
        calls = [self._call(segment) for segment in segments]
        of_presets = [call for call in calls if call == NEXT or call.name in self._table.preset.names]
        presets = frozenset(name for call in of_presets for name in call.arguments)
        self._options.check((call.name for call in calls if call != NEXT), presets)
        options = self._applied(calls)
        if not self._sizes.sizes:
            return without_idle(options)
        return without_idle(self._sizes.applied(options, self._applied(of_presets), presets))

    def _check_pipelines(self, count: int) -> None:
        most = self.settings.max_chained_pipelines
        if 0 < most < count:
            raise TooManyPipelinesError(f"{count} pipelines are chained by `-`, and MAX_CHAINED_PIPELINES is {most}")

    def _call(self, segment: str) -> Call:
        if self._is_separator(segment):
            return NEXT
        name, *arguments = segment.split(self.settings.arguments_separator)
        return Call(name, tuple(arguments))

    def _applied(self, calls: Sequence[Call]) -> ProcessingOptions:
        options = self._table.usual
        if _DEFAULT in self._context.presets:
            options = self._table.preset.apply([_DEFAULT], options, self._context)
        return apply_calls(calls, options, self._context)


def _policies(settings: UrlSettings, table: Table) -> tuple[OptionPolicy, SizePolicy]:
    """Presets alone may be named where nothing but what they grant is listed; /info has neither that nor sizes."""
    allowed = frozenset(settings.allowed_processing_options)
    if not table.has_pipelines:
        return OptionPolicy(allowed, setting=table.allow_list), SizePolicy(AllowedSizes())
    if settings.allowed_preset_options:
        allowed = allowed or frozenset(table.preset.names)
    sizes = SizePolicy(settings.allowed_sizes, settings.round_sizes_up)
    return OptionPolicy(allowed, settings.allowed_preset_options, table.allow_list), sizes


def _with_extension(options: ProcessingOptions, extension: str) -> ProcessingOptions:
    try:
        return with_result(options, extension)
    except ValueError as error:
        raise ArgumentError(f"extension: {error}") from error
