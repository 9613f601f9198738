"""The journey of a question about a source, beside that of its picture: the same stages, and mostly a few bytes.

The renderer that is here makes pictures as ever, and answers what is asked below /info.
"""

from dataclasses import dataclass, replace

from imgsvc.codecs.decode import check_enabled, open_image
from imgsvc.codecs.headers.extent import Extent
from imgsvc.codecs.info.reading import outline_of, read_outline
from imgsvc.codecs.opened import Opened
from imgsvc.codecs.pages import Pages, count_of, paged
from imgsvc.codecs.sniff import WINDOW, sniff
from imgsvc.info.answer import (
    Facts,
    needs_header,
    needs_whole,
    of_bytes,
    of_file,
    of_outline,
    of_page,
    wanted,
    written,
)
from imgsvc.info.pixels import of_pixels
from imgsvc.info.settings import InfoSettings
from imgsvc.options.formats import Format
from imgsvc.options.info import InfoOptions
from imgsvc.parts import Parts
from imgsvc.rendering import Renderer, digest
from imgsvc.rendition import InfoRendition, Job, NotModified, RawRendition, RenderRequest, Rendition
from imgsvc.runtime.scope import Scope
from imgsvc.security.allowlist import check_source
from imgsvc.security.hashsums import check_hashsum
from imgsvc.sources.network.body import fetch
from imgsvc.sources.network.parts import fetch_parts
from imgsvc.sources.secrecy import Discreet
from imgsvc.sources.source import Fetched, SourceRequest
from imgsvc.transforms.planning.objects import without_network
from imgsvc.url.info.rows import INFO
from imgsvc.url.parse import Parser
from imgsvc.url.path import is_below, split_path
from imgsvc.url.settings import UrlSettings
from imgsvc.watermarks.watermarks import Marks

ROUTE = "/info"
_NOW = 0.0


@dataclass(frozen=True, slots=True)
class Informer(Renderer):
    """A renderer that also tells what is asked about sources."""

    info_parser: Parser = Parser(UrlSettings(), now=lambda: _NOW, table=INFO)
    info: InfoSettings = InfoSettings()

    def prepare(self, request: RenderRequest) -> Job:
        """As for a picture: verify, parse, and check the source, in this order and without I/O."""
        prefix = f"{self.path_prefix}{ROUTE}"
        if not is_below(request.target, prefix):
            return Renderer.prepare(self, request)
        path = split_path(request.target, prefix)
        self.signature.verify(path.signature, path.rest)
        parsed = self.info_parser.parse(path.rest)
        check_source(parsed.source, self.limits.allowed_sources)
        to_smart = self.rules.decoding.object_detection_fallback_to_smart_crop
        options = without_network(parsed.options, to_smart=to_smart)
        variant = digest(options, ROUTE, str(self.info.info_positions))
        return Job(replace(request, accepted=frozenset()), options, parsed.source, variant)

    def fetch(self, job: Job, scope: Scope) -> Fetched | RawRendition:
        """The source, or as much of it as the answer needs."""
        options = job.options
        if not isinstance(options, InfoOptions):
            return Renderer.fetch(self, job, scope)
        request = SourceRequest(job.source, job.request.source_headers)
        max_bytes = self.limits_of(job).file_size
        if needs_whole(options):
            return fetch(self.sources, request, scope, max_bytes)
        return fetch_parts(self.sources, request, scope, max_bytes, lambda parts: self._look(job, options, parts))

    def make(
        self, job: Job, source: Fetched, scope: Scope, marks: Marks = ()
    ) -> Rendition | NotModified | InfoRendition:
        """The answer, of a source of which everything is there that it needs."""
        options = job.options
        if not isinstance(options, InfoOptions):
            return Renderer.make(self, job, source, scope, marks)
        if source.is_not_modified:
            return NotModified(job, source.headers)
        parts = source.parts or Parts.whole(source.body)
        check_hashsum(source.body, options.hashsum)
        with scope.stage("header"):
            format_, facts = self._facts(job, options, parts, source.headers.get("content-type", ""))
        if source.parts is None:
            facts |= self._of_whole(job, options, source.body, format_, scope)
        return InfoRendition(written(facts), job, source.headers, format_)

    def has_stand_in(self, job: Job, error: Exception) -> bool:
        """Of a question there is none: no other image is told of in a source's place."""
        return not isinstance(job.options, InfoOptions) and Renderer.has_stand_in(self, job, error)

    def lacks_fallback(self, job: Job, error: Exception) -> bool:
        """Nor is one missing."""
        return not isinstance(job.options, InfoOptions) and Renderer.lacks_fallback(self, job, error)

    def _look(self, job: Job, options: InfoOptions, parts: Parts) -> None:
        """MissingPartError where something of the header is not there. No decoder is asked: any thread may look."""
        format_ = sniff(parts.read(0, WINDOW), job.source.bare_path)
        if needs_header(options) and (outline := read_outline(format_, parts, wanted(options))):
            of_outline(options, outline, positions=self.info.info_positions)

    def _facts(self, job: Job, options: InfoOptions, parts: Parts, media_type: str) -> tuple[Format, Facts]:
        """Of its header; MissingPartError where that is not all there."""
        with Discreet(job.source):
            format_ = sniff(parts.read(0, WINDOW), job.source.bare_path, media_type)
        check_enabled(format_, self.rules.decoding)
        facts = of_file(options, format_, parts.size)
        if needs_header(options):
            read = read_outline(format_, parts, wanted(options))
            outline = read or outline_of(self._opened(job, parts.beginning, format_).header)
            if not format_.traits.vector:
                # What is too large to be shown is too large to be asked about.
                self._extent(job).admit(*outline.stored)
            facts |= of_outline(options, outline, positions=self.info.info_positions)
        return format_, facts

    def _of_whole(self, job: Job, options: InfoOptions, body: bytes, format_: Format, scope: Scope) -> Facts:
        """Of all its bytes, and of its pixels."""
        found = of_bytes(options, body)
        if not (options.wants_pages_number or options.page or options.needs_pixels):
            return found
        with scope.stage("header"):
            opened = self._opened(job, body, format_)
            has_alpha = opened.header.has_alpha
            if options.wants_pages_number:
                found["pages_number"] = count_of(opened, body)
            if options.page:
                opened = paged(opened, body, Pages(options.page, 1), self.rules.decoding, self._extent(job))
                found |= of_page(options, opened.header)
        if options.needs_pixels:
            found |= of_pixels(options, opened, scope, has_alpha=has_alpha)
        return found

    def _extent(self, job: Job) -> Extent:
        return Extent(self.limits_of(job).largest_frame)

    def _opened(self, job: Job, body: bytes, format_: Format) -> Opened:
        return open_image(body, format_, self.rules.decoding, self._extent(job))
