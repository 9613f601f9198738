"""The catalogue: every way in which a request can fail, with what the client is told.

    RenderingError
      UrlError: not understood: PathError · SourceUrlError · UnknownOptionError · ForbiddenOptionError · ArgumentError
        UnknownPresetError · TooManyPipelinesError · ExpiredUrlError · SecurityOptionError · ResultFormatError
      AccessError: refused: SignatureError · MissingSignatureError · SizeNotAllowedError · SecretError
        SourceNotAllowedError
      SourceError: not to be had: SourceUnreachableError · SourceStatusError · SourceTimeoutError · SourceAddressError
        SourceTooLargeError · SourceIncompleteError · OriginDownError · CredentialsError
      ImageError: UnknownFormatError · HashsumError · BrokenImageError · UndecodableImageError · BrokenSvgError
        ResolutionError
      EndedError: it ended before its image was ready: RequestTimeoutError · ClientClosedRequestError
      RefusedError: not begun, so that others are served: QuarantinedError · ExhaustedError
      InternalError: our fault

`str(error)` is for the log and may name values, `public` for the client. docs/errors.md: docstrings and remedies.
"""

from imgsvc.rendering_error import Blame, RenderingError

# What is not of this module, and is imported from it.
__all__ = ["Blame", "RenderingError"]


class UrlError(RenderingError):
    """The URL cannot be understood."""

    status = 404
    public = "Invalid URL"
    blame = Blame.CLIENT
    category = "path_parsing"
    remedy = "Compare the URL with docs/url.md; `imgsvc explain URL` points at the part that is wrong."


class PathError(UrlError):
    """The signature or everything after it is missing."""

    remedy = "Use /<signature>/<options>/plain/<source URL>; without keys the signature may be any word."


class SourceUrlError(UrlError):
    """The source URL is empty, not decodable, or names two formats."""

    remedy = "Percent-encode `?`, `%` and `@` in a plain source URL, or send it as URL-safe base64."


class UnknownOptionError(UrlError):
    """The URL or a preset names a processing option that does not exist."""

    remedy = "Names are case-sensitive; docs/url.md lists them all."


class ForbiddenOptionError(UrlError):
    """The URL uses a processing option that ALLOWED_PROCESSING_OPTIONS does not list."""

    remedy = "List the option, spelled as in the URL, or put it into a preset: presets are exempt."


class ArgumentError(UrlError):
    """A processing option has too many arguments, too few, or one of the wrong kind."""

    remedy = "docs/url.md shows each option's arguments with an example."


class UnknownPresetError(UrlError):
    """The URL names a preset that is not defined."""

    remedy = "Define it in PRESETS or in the file of PRESETS_PATH."


class TooManyPipelinesError(UrlError):
    """The URL chains more pipelines by `-` than MAX_CHAINED_PIPELINES allows."""

    remedy = "Ask for the result in fewer steps, put them into a preset, whose pipelines do not count, or raise it."


class ExpiredUrlError(UrlError):
    """The moment in the URL's `expires` option has passed."""

    remedy = "Sign a new URL with a later `expires`."


class SecurityOptionError(UrlError):
    """The URL sets a limit of its own, or passes the store of results by, which the settings do not allow."""

    status = 403
    remedy = "Set ALLOW_SECURITY_OPTIONS, or ALLOW_BYPASS_CACHE, only if every URL is signed."


class ResultFormatError(UrlError):
    """The requested format cannot be made here, or not from this source."""

    status = 422
    remedy = "`imgsvc doctor` lists the formats that can be written; SVG is made from SVG alone."


class AccessError(RenderingError):
    """The request is understood and refused."""

    status = 403
    public = "Forbidden"
    blame = Blame.CLIENT
    category = "security"


class SignatureError(AccessError):
    """The signature does not match the path under any configured key and salt."""

    remedy = "`imgsvc sign PATH` prints the right one; sign the path as sent, with its leading slash."


class MissingSignatureError(AccessError):
    """The first part of the path holds a `:`, so the signature was probably forgotten."""

    public = (
        "The signature appears to be a processing option. The signature section should always be present in the URL."
    )
    remedy = "Put the signature, or any word where no keys are set, before the options."


class SizeNotAllowedError(AccessError):
    """The URL asks for a size that ALLOWED_SIZES does not list, or for one that it cannot list."""

    remedy = "Add the size to ALLOWED_SIZES, let ROUND_SIZES_UP take the next larger one, or put it into a preset."


class SecretError(AccessError):
    """The Authorization header is not `Bearer` and the configured secret."""

    remedy = "Send the header that SECRET asks for; usually the CDN adds it."


class SourceNotAllowedError(AccessError):
    """The source URL matches no pattern of ALLOWED_SOURCES."""

    status = 404
    public = "Invalid source URL"
    remedy = "Add a prefix of the source URL to ALLOWED_SOURCES; replacements and base URL are applied first."


class SourceError(RenderingError):
    """The source image could not be had."""

    status = 404
    public = "Source is unreachable"
    blame = Blame.SOURCE
    category = "download"
    remedy = "Fetch the source URL from this machine with curl and compare."
    at_start: bool = True  # no fallback image replaces it once its body has begun


class SourceUnreachableError(SourceError):
    """The source cannot be asked: unknown scheme, odd host, DNS, refused, TLS, too many redirects, no such file."""


class SourceStatusError(SourceError):
    """The source answered with a status that is not a whole image."""

    def __init__(self, message: str, *, status: int) -> None:
        super().__init__(message)
        self.status = status


class SourceTimeoutError(SourceError):
    """The source did not answer within its budget, or not in full."""

    status = 504
    category = "timeout"
    remedy = "Raise DOWNLOAD_TIMEOUT if the source is rightly this slow."


class OriginDownError(SourceTimeoutError):
    """The source's origin timed out several times in a row, and is left alone for a while."""

    remedy = "Look at the origin: it is asked again, once, after a few seconds, and by everybody when it answers."


class SourceAddressError(SourceError):
    """The source's address is one that the settings forbid (loopback, link-local, private)."""

    public = "Invalid source URL"
    remedy = "Set the ALLOW_*_SOURCE_ADDRESSES setting that the log names, if the address is meant to be reached."


class SourceTooLargeError(SourceError):
    """The source image has more bytes than MAX_SRC_FILE_SIZE."""

    status = 422
    public = "Invalid source image"
    remedy = "Raise MAX_SRC_FILE_SIZE, or keep smaller originals."


class CredentialsError(SourceError):
    """The credentials for a store cannot be had just now, or are nowhere."""

    status = 503
    remedy = "The log says where they were looked for; `imgsvc doctor --source URL` looks again, step by step."
    retry_after_seconds = 5


class SourceIncompleteError(SourceError):
    """The source ended its answer early, or broke its own encoding."""

    status = 422
    public = "Source response is incomplete"


class ImageError(RenderingError):
    """The source image cannot be used."""

    status = 422
    public = "Invalid source image"
    blame = Blame.SOURCE
    category = "processing"
    remedy = "Open the source image in another program and compare."


class UnknownFormatError(ImageError):
    """The source's first bytes are of no image format that is read here."""

    category = "download"
    remedy = "`imgsvc doctor` lists the formats that can be read; a web page in place of an image is the usual cause."


class HashsumError(ImageError):
    """The source image has another digest than the URL's `hashsum` says: it has changed, or is another."""


class BrokenImageError(ImageError):
    """The source image is damaged, or uses a feature that its decoder lacks."""

    public = "Broken or unsupported image"


class UndecodableImageError(BrokenImageError):
    """Nothing of the source image can be decoded; a fallback image, where one is set, replaces it."""


class BrokenSvgError(ImageError):
    """The SVG is not well-formed XML, or cannot be drawn."""

    public = "Broken or unsupported SVG image"


class ResolutionError(ImageError):
    """The source image has more pixels than MAX_SRC_RESOLUTION, or a frame more than its own limit."""

    remedy = "Raise MAX_SRC_RESOLUTION or MAX_ANIMATION_FRAME_RESOLUTION; memory grows with them."


class EndedError(RenderingError):
    """The request ended before its image was ready."""

    category = "timeout"


class RequestTimeoutError(EndedError):
    """The request's deadline passed before its image was ready."""

    status = 503
    public = "Timeout"
    remedy = "Look at the stage times in the log; raise TIMEOUT, or ask for less."


class ClientClosedRequestError(EndedError):
    """The client went away before its image was ready; nobody sees this answer."""

    status = 499
    public = "Cancelled"
    blame = Blame.CLIENT
    remedy = "Nothing, unless many: then the client's or the proxy's timeout is shorter than the work."


class RefusedError(RenderingError):
    """The request was not begun, so that others are served."""

    status = 503
    public = "Busy"
    blame = Blame.SOURCE
    category = "overload"


class QuarantinedError(RefusedError):
    """Making this source's image has ended a worker twice within the last minutes."""

    status = 422
    public = "Invalid source image"
    remedy = "The log has the stacks of both ends; report them with the image, or take it away."


class ExhaustedError(RefusedError):
    """The system gives the server no more threads, processes, descriptors or memory just now."""

    blame = Blame.US
    remedy = "The log says of what: raise the unit's TasksMax, LimitNOFILE or MemoryMax, or lower WORKERS."
    retry_after_seconds = 1


class InternalError(RenderingError):
    """A fault of ours."""
