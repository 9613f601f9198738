"""The journey of one request: a path in, a Rendition out; no HTTP in it.

`prepare` decides without I/O whether the request may be served at all; `render` fetches and makes the image.
"""

from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import blake2b

from imgsvc import __version__
from imgsvc.codecs.choice import is_best, negotiable
from imgsvc.codecs.color.profiles import CMYK_FORMATS, Profiles
from imgsvc.codecs.decode import open_image
from imgsvc.codecs.encode import Encoded, can_encode
from imgsvc.codecs.headers.extent import Extent
from imgsvc.codecs.opened import Opened
from imgsvc.codecs.pages import Pages, asks_for_pages, paged
from imgsvc.codecs.picture import FramesError
from imgsvc.codecs.sniff import sniff
from imgsvc.codecs.svg.styling import styled
from imgsvc.codecs.svg.xml_tree import unpacked
from imgsvc.errors import ResultFormatError
from imgsvc.imaging.decision import Decision, Rules, decide
from imgsvc.imaging.passing import passed_on
from imgsvc.imaging.pixels import Finish, decode, finish
from imgsvc.imaging.saving import Original, keeps_pixels, save
from imgsvc.options.formats import Format
from imgsvc.options.geometry import Size
from imgsvc.options.orientation import upright
from imgsvc.options.processing import ProcessingOptions
from imgsvc.options.remembering import remembered
from imgsvc.options.saving import AutoqualityMethod
from imgsvc.rendition import InfoRendition, Job, NotModified, RawRendition, RenderRequest, Rendition
from imgsvc.results.naming import key_of
from imgsvc.runtime.scope import NoJournal, Scope
from imgsvc.security.allowlist import check_source
from imgsvc.security.hashsums import check_hashsum
from imgsvc.security.limits import Limits, limits_for
from imgsvc.security.settings import LimitSettings
from imgsvc.security.signature import Signature
from imgsvc.sources.fetching import Fetch
from imgsvc.sources.network.body import Bounded, fetch
from imgsvc.sources.secrecy import Discreet
from imgsvc.sources.source import Fetched, Source, SourceRequest
from imgsvc.url.parse import Parser
from imgsvc.url.path import split_path
from imgsvc.url.settings import OptionDefaults, with_defaults
from imgsvc.watermarks.fallbacks import Fallbacks, MakeJournal, is_replaceable
from imgsvc.watermarks.watermarks import Marks, Watermarks


@dataclass(frozen=True, slots=True)
class Renderer:
    """The stages, introduced to each other."""

    signature: Signature
    parser: Parser
    sources: Source
    watermarks: Watermarks
    profiles: Profiles = Profiles()
    path_prefix: str = ""
    defaults: OptionDefaults = OptionDefaults()
    limits: LimitSettings = LimitSettings()
    rules: Rules = Rules()
    fallback: Fetched | None = None
    # Of the settings that change a picture's bytes; config.py.
    fingerprint: str = ""
    # results/naming.py; empty where no result is kept.
    recipe: str = ""
    keeps_presets_alone: bool = False
    # Where it could not be had at the start.
    late_fallback: Callable[[Scope], Fetched | None] | None = None
    # Those that URLs name.
    fallbacks: Fallbacks | None = None

    def prepare(self, request: RenderRequest) -> Job:
        """Verify, parse, and check the source, in this order and without I/O."""
        path = split_path(request.target, self.path_prefix)
        self.signature.verify(path.signature, path.rest)
        parsed = self.parser.parse(path.rest)
        check_source(parsed.source, self.limits.allowed_sources)
        _check_encoder(parsed.options)
        self.profiles.check(parsed.options.color_profile)
        options = with_defaults(parsed.options, self.defaults)
        marks = self.watermarks.sources_of(options)
        stand_in = self.fallbacks.source_of(options) if self.fallbacks else None
        for each in filter(None, (*marks, stand_in)):
            check_source(each, self.limits.allowed_sources)
        variant = self._variant(options, request.accepted, digest := self.watermarks.digest(options))
        # A watermark by URL may change, and would have to be fetched to be compared.
        key = ""
        is_kept = not self.keeps_presets_alone or self.parser.names_presets_alone(path.rest)
        if self.recipe and is_kept and not (marks or options.raw or options.bypass_cache):
            more = (*self._negotiated(options, request.accepted), digest)
            key = key_of(self.recipe, parsed.source.text, options, more)
        return Job(request, options, parsed.source, variant, marks, key, stand_in)

    def render(self, job: Job, scope: Scope) -> Rendition | NotModified | RawRendition | InfoRendition:
        """Fetch the source and make the rendition; every way to fail is a RenderingError."""
        marks = self.begin_watermarks(job, NoJournal)
        source = self.fetch(job, scope)
        if isinstance(source, RawRendition):
            return source
        self.wait_for_watermarks(marks, scope)
        return self.make(job, source, scope, marks)

    def begin_watermarks(self, job: Job, journal: MakeJournal) -> Marks:
        """Have those that the URL names fetched while the source is, each told to a journal of its own."""
        return tuple(self.watermarks.begin(mark, journal()) for mark in job.watermarks)

    def must_wait_for_watermarks(self, job: Job) -> bool:
        """Whether the URL names one that is not there yet."""
        return any(self.watermarks.fetches.kept(mark) is None for mark in job.watermarks)

    def wait_for_watermarks(self, marks: Marks, scope: Scope) -> None:
        """Wait until they are there, or cannot be had, which `make` says."""
        self.watermarks.wait(marks, scope)

    def fetch(self, job: Job, scope: Scope) -> Fetched | RawRendition:
        """The source, whole; a raw one is open, and is read by whoever passes it on."""
        request = SourceRequest(job.source, job.request.source_headers)
        max_bytes = self.limits_of(job).file_size
        if job.options.raw:
            return RawRendition(job, Bounded(Fetch(self.sources, request, scope), max_bytes))
        return fetch(self.sources, request, scope, max_bytes)

    def make(
        self, job: Job, source: Fetched, scope: Scope, marks: Marks = ()
    ) -> Rendition | NotModified | InfoRendition:
        """The rendition of a source that is there, with the watermarks that were fetched; nothing is waited for."""
        if source.is_not_modified:
            return NotModified(job, source.headers)
        if job.options.hashsum.type:
            with scope.stage("header"):
                check_hashsum(source.body, job.options.hashsum)
        return self._rendition(job, source, scope, marks)

    def check(self, job: Job, source: Fetched) -> None:
        """Refuse what is not what the URL says, or no picture, by its bytes as they are."""
        check_hashsum(source.body, job.options.hashsum)
        self._format(job, source)

    def fetch_fallback(
        self, job: Job, scope: Scope, error: Exception, journal: MakeJournal = NoJournal, *, waits: bool = True
    ) -> Fetched | None:
        """The image that stands in for a source that could not be had: the URL's own first; None if there is none."""
        if not self.has_stand_in(job, error):
            return None
        source = job.fallback if self.fallbacks else None
        own = self.fallbacks.fetched(source, scope, journal, waits=waits) if self.fallbacks and source else None
        return own or self.fallback or (self.late_fallback(scope) if self.late_fallback else None)

    def has_stand_in(self, job: Job, error: Exception) -> bool:
        """Whether an image stands in for a source that could not be had for this error, if that can be had itself."""
        has_any = any(each is not None for each in (self.fallback, self.late_fallback, job.fallback))
        return has_any and not job.options.raw and is_replaceable(error)

    def make_fallback(self, job: Job, fallback: Fetched, scope: Scope, marks: Marks = ()) -> Rendition:
        """The rendition of the image that stands in."""
        return self._rendition(job, fallback, scope, marks)

    def lacks_fallback(self, job: Job, error: Exception) -> bool:
        """Whether this error would get the fallback image, if it could be had."""
        return self.late_fallback is not None and not job.options.raw and is_replaceable(error)

    def decide(self, job: Job, fetched: Fetched) -> tuple[Opened, Decision]:
        """Read the source's header, and decide from it everything that can be known without its pixels."""
        format_ = self._format(job, fetched)
        body = fetched.body
        if job.options.style and format_ is Format.SVG:
            body = unpacked(body)
            body = styled(body, job.options.style)
        limits = self.limits_of(job)
        options = job.options
        counts_frames = limits.animation_frames > 1 or asks_for_pages(options)
        extent = Extent(limits.largest_frame)
        opened = open_image(
            body,
            format_,
            self.rules.decoding,
            extent,
            counts_frames=counts_frames,
            enforces_thumbnail=bool(options.enforce_thumbnail),
        )
        if options.disable_animation:
            opened = self._paged(opened, fetched.body, options, extent)
        decision = decide(opened.header, options, limits, job.request.accepted, self.rules)
        is_open = not (options.disable_animation or decision.is_skipped or decision.frames > 1)
        if asks_for_pages(options) and is_open:
            opened = self._paged(opened, fetched.body, options, extent)
            decision = decide(opened.header, options, limits, job.request.accepted, self.rules)
        return opened, decision

    def _format(self, job: Job, fetched: Fetched) -> Format:
        with Discreet(job.source):
            return sniff(fetched.body, job.source.bare_path, fetched.headers.get("content-type", ""))

    def _paged(self, opened: Opened, body: bytes, options: ProcessingOptions, extent: Extent) -> Opened:
        return paged(opened, body, Pages(options.page, options.pages), self.rules.decoding, extent)

    def limits_of(self, job: Job) -> Limits:
        """The settings' limits, or the URL's where it may set its own."""
        return limits_for(self.limits, job.options)

    def _negotiated(self, options: ProcessingOptions, accepted: frozenset[Format]) -> list[str]:
        return sorted(each.word for each in accepted & negotiable(options, self.rules.formats))

    def _variant(self, options: ProcessingOptions, accepted: frozenset[Format], marks: str) -> str:
        """Known before the source is, so that a 304 has the tag that its 200 would have."""
        formats = self._negotiated(options, accepted)
        if options.raw or not (formats or marks or self.fingerprint):
            return ""
        return digest(options, *formats, marks, self.fingerprint)

    def _rendition(self, job: Job, fetched: Fetched, scope: Scope, marks: Marks) -> Rendition:
        options = job.options
        with scope.stage("header"):
            opened, decision = self.decide(job, fetched)
        if decision.is_skipped:
            encoded = passed_on(fetched.body, decision.format, options, self.rules.decoding)
            size = opened.header.size
        else:
            try:
                encoded, size = self._made(
                    job, fetched, scope, marks, (opened, decision), lazily=self._is_written_once(options)
                )
            except FramesError:
                # A frame is damaged: what there is of the others is known once all of them have been decoded.
                encoded, size = self._made(job, fetched, scope, marks, self.decide(job, fetched), lazily=False)
            if marks:
                digest = self.watermarks.digest(options, marks)
                job = replace(job, variant=self._variant(options, job.request.accepted, digest))
        origin = upright(opened.header.size, opened.header.turn(options.auto_rotate))
        return Rendition(
            body=encoded.body,
            format=encoded.format,
            job=job,
            source_headers=fetched.headers,
            origin_size=origin,
            result_size=size,
            origin_bytes=len(fetched.body),
            origin_format=opened.header.format,
        )

    def _made(
        self,
        job: Job,
        fetched: Fetched,
        scope: Scope,
        marks: Marks,
        known: tuple[Opened, Decision],
        *,
        lazily: bool,
    ) -> tuple[Encoded, Size]:
        options, limits, (opened, decision) = job.options, self.limits_of(job), known
        with scope.stage("decode"):
            decoded, plans = decode(opened, decision, options, limits, self.rules, scope, lazily=lazily)
        chosen = [
            self.watermarks.chosen(each.watermark, marks, self.rules.decoding, limits, scope)
            for each in options.pipelines
        ]
        with scope.stage("transform"):
            how = self._finish(options, decision.format)
            picture = finish(decoded, plans, options, chosen, scope, how, decision.chain)
        original = Original(fetched.body, decision, stays=keeps_pixels(picture, decoded, decision, options))
        # PERF: the source's pixels are needed no more, and may be many.
        del decoded
        with scope.stage("encode"):
            encoded = save(picture, original, options, self.rules, job.request.accepted, scope)
        return encoded, picture.size

    def _is_written_once(self, options: ProcessingOptions) -> bool:
        """Whether each frame is gone through once, or twice for a palette."""
        method = options.autoquality.method or self.rules.encoding.autoquality_method
        is_tried = options.max_bytes or options.never_larger or is_best(options, self.rules.formats)
        return not is_tried and method is AutoqualityMethod.NONE

    def _finish(self, options: ProcessingOptions, format_: Format) -> Finish:
        wants_profile = options.color_profile and not options.placeholder
        profile = self.profiles.for_result(options.color_profile, format_) if wants_profile else None
        is_one_of_several = is_best(options, self.rules.formats)
        if profile and profile.mode == "CMYK" and is_one_of_several:
            raise ResultFormatError("ink needs the format jpeg or tiff, and is in no best of several")
        holds_ink = format_ in CMYK_FORMATS and not is_one_of_several
        return Finish(profile, self.rules.encoding.strip_metadata_dpi, holds_ink)


# PERF: writing the options out takes 0.1 ms; nearly all requests ask for what others ask for.
@remembered(256)
def digest(options: ProcessingOptions, *more: str) -> str:
    """A name for what these make of a source."""
    text = "\0".join((repr(options), *more, __version__))
    return urlsafe_b64encode(blake2b(text.encode(), digest_size=9).digest()).decode()


def _check_encoder(options: ProcessingOptions) -> None:
    wanted = options.format
    if wanted not in (None, Format.SVG) and not options.raw and not can_encode(wanted):
        raise ResultFormatError(f"{wanted.word} cannot be written here; `imgsvc doctor` says what is missing")
