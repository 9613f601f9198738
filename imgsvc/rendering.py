"""The journey of one request: a path in, a Rendition out; no HTTP in it.

`prepare` decides without I/O whether the request may be served at all; `render` fetches and makes the image.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace

from PIL import Image

from imgsvc.codecs.color import to_processing, to_result
from imgsvc.codecs.decode import Opened, open_image
from imgsvc.codecs.encode import Encoded, can_encode, encode
from imgsvc.codecs.metadata import kept
from imgsvc.codecs.picture import Picture
from imgsvc.codecs.sniff import sniff
from imgsvc.codecs.svg import sanitize
from imgsvc.decision import Decision, Rules, decide, plan_from
from imgsvc.errors import ResultFormatError, SourceError, UnknownFormatError
from imgsvc.options.formats import Format
from imgsvc.options.geometry import Size
from imgsvc.options.processing import ProcessingOptions
from imgsvc.runtime.scope import Scope
from imgsvc.security.allowlist import check_source
from imgsvc.security.limits import Limits, limits_for
from imgsvc.security.settings import LimitSettings
from imgsvc.security.signature import Signature
from imgsvc.sources.body import fetch
from imgsvc.sources.source import Fetched, Source, SourceRequest, Stream
from imgsvc.transforms.pipeline import transform
from imgsvc.transforms.plan import Plan
from imgsvc.transforms.trim import trim_box
from imgsvc.transforms.watermark import place
from imgsvc.url.parse import Parser
from imgsvc.url.path import split_path
from imgsvc.url.settings import OptionDefaults


@dataclass(frozen=True, slots=True)
class RenderRequest:
    """What a client sent, less HTTP: the raw target, headers for the source (lower case), formats it accepts."""

    target: str
    source_headers: Mapping[str, str] = field(default_factory=dict)
    accepted: frozenset[Format] = frozenset()


@dataclass(frozen=True, slots=True)
class Job:
    """A request that may be served: signed, understood, and for an allowed source."""

    request: RenderRequest
    options: ProcessingOptions
    source_url: str


@dataclass(frozen=True, slots=True)
class Rendition:
    """The finished result, with what the response's headers are made of."""

    body: bytes
    format: Format
    job: Job
    # The source's own, lower case: for validators and freshness.
    source_headers: Mapping[str, str]
    origin_size: Size
    result_size: Size
    origin_bytes: int


@dataclass(frozen=True, slots=True)
class NotModified:
    """The source says that the client's copy is still good."""

    job: Job
    source_headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RawRendition:
    """The source's own answer, to be passed on unread; whoever gets it closes the stream."""

    job: Job
    stream: Stream


@dataclass(frozen=True, slots=True)
class Watermark:
    """The configured mark, as RGBA or LA, and what its opacity is multiplied by."""

    image: Image.Image
    opacity: float = 1.0


@dataclass(frozen=True, slots=True)
class Renderer:
    """The stages, introduced to each other."""

    signature: Signature
    parser: Parser
    sources: Source
    path_prefix: str = ""
    defaults: OptionDefaults = OptionDefaults()
    limits: LimitSettings = LimitSettings()
    rules: Rules = Rules()
    watermark: Watermark | None = None
    fallback: Fetched | None = None

    def prepare(self, request: RenderRequest) -> Job:
        """Verify, parse, and check the source, in this order and without I/O."""
        path = split_path(request.target, self.path_prefix)
        self.signature.verify(path.signature, path.rest)
        parsed = self.parser.parse(path.rest)
        check_source(parsed.source_url, self.limits.allowed_sources)
        _check_encoder(parsed.options)
        return Job(request, _with_defaults(parsed.options, self.defaults), parsed.source_url)

    def render(self, job: Job, scope: Scope) -> Rendition | NotModified | RawRendition:
        """Fetch the source and make the rendition; every way to fail is a RenderingError."""
        request = SourceRequest(job.source_url, job.request.source_headers)
        with scope.stage("fetch"):
            if job.options.raw:
                return RawRendition(job, self.sources.open(request, scope))
            fetched = fetch(self.sources, request, scope, self.limits_of(job).file_size)
        if fetched.is_not_modified:
            return NotModified(job, fetched.headers)
        return self._rendition(job, fetched, scope)

    def render_fallback(self, job: Job, scope: Scope, error: Exception) -> Rendition | None:
        """The fallback image in place of a source that could not be had; None if this error gets none."""
        if self.fallback is None or job.options.raw or not _is_replaceable(error):
            return None
        return self._rendition(job, self.fallback, scope)

    def decide(self, job: Job, fetched: Fetched) -> tuple[Opened, Decision]:
        """Read the source's header, and decide from it everything that can be known without its pixels."""
        format_ = sniff(fetched.body, job.source_url, fetched.headers.get("content-type", ""))
        opened = open_image(fetched.body, format_, self.rules.decoding)
        return opened, decide(opened.header, job.options, self.limits_of(job), job.request.accepted, self.rules)

    def limits_of(self, job: Job) -> Limits:
        """The settings' limits, or the URL's where it may set its own."""
        return limits_for(self.limits, job.options)

    def _rendition(self, job: Job, fetched: Fetched, scope: Scope) -> Rendition:
        with scope.stage("header"):
            opened, decision = self.decide(job, fetched)
        if decision.is_skipped:
            encoded, size = self._passed_on(fetched.body, decision), opened.header.size
        else:
            with scope.stage("decode"):
                picture, plan = self._decode(job, opened, decision)
            with scope.stage("transform"):
                picture = self._transform(job, picture, plan, scope)
            with scope.stage("encode"):
                encoded = encode(picture, decision.format, job.options, self.rules.encoding, scope.check)
            size = picture.size
        origin = _upright(opened.header.size, opened.header.orientation if job.options.auto_rotate else 1)
        return Rendition(encoded.body, encoded.format, job, fetched.headers, origin, size, len(fetched.body))

    def _passed_on(self, body: bytes, decision: Decision) -> Encoded:
        sanitizes = decision.format is Format.SVG and self.rules.decoding.sanitize_svg
        return Encoded(sanitize(body) if sanitizes else body, decision.format)

    def _decode(self, job: Job, opened: Opened, decision: Decision) -> tuple[Picture, Plan]:
        """Decode as little as the plan needs; where a border is trimmed, plan from what is left."""
        if plan := decision.plan:
            picture = opened.decode(shrink=plan.load_shrink, max_frames=decision.frames, svg_size=plan.svg_size)
            return to_processing(picture), plan
        picture = to_processing(opened.decode())
        box = trim_box(picture.frames[0], job.options.trim)
        trimmed = picture.map(lambda frame: frame.crop(box)) if box else picture
        limits = self.limits_of(job)
        plan = plan_from(trimmed.size, opened.header, decision.format, job.options, limits, self.rules, is_trimmed=True)
        return trimmed, plan

    def _transform(self, job: Job, picture: Picture, plan: Plan, scope: Scope) -> Picture:
        options, mark = job.options, self.watermark
        picture = picture.map(lambda frame: transform(frame, plan, scope))
        if mark and options.watermark.opacity > 0:
            picture = picture.map(
                lambda frame: place(frame, mark.image, options.watermark, opacity=mark.opacity, dpr=plan.dpr)
            )
        scope.check()
        metadata = kept(
            picture.metadata,
            strip=bool(options.strip_metadata),
            keep_copyright=bool(options.keep_copyright),
            drops_profile=bool(options.strip_color_profile),
            upright=bool(options.auto_rotate or options.rotate or options.flip_horizontal or options.flip_vertical),
        )
        return replace(to_result(picture, keep_profile=not options.strip_color_profile), metadata=metadata)


def _with_defaults(options: ProcessingOptions, defaults: OptionDefaults) -> ProcessingOptions:
    unset = {each.name for each in fields(defaults) if getattr(options, each.name) is None}
    return replace(options, **{name: getattr(defaults, name) for name in unset})


def _check_encoder(options: ProcessingOptions) -> None:
    wanted = options.format
    if wanted not in (None, Format.SVG) and not options.raw and not can_encode(wanted):
        raise ResultFormatError(f"{wanted.word} cannot be written here; `imgsvc doctor` says what is missing")


def _is_replaceable(error: Exception) -> bool:
    """A fallback stands in only for what failed before the source's body was known to be an image."""
    return isinstance(error, UnknownFormatError) or (isinstance(error, SourceError) and error.at_start)


def _upright(size: Size, orientation: int) -> Size:
    return Size(size.height, size.width) if orientation >= 5 else size
