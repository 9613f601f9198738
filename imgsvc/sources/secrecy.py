"""What may be said of an error where the source is secret: of which kind it is, and nothing that its text says.

SECURITY: host, address, path and excerpts of answers are in texts of urllib3, of OpenSSL, of the system and of origins.
Nobody knows in how many spellings; so they are not searched for what has to be left out, but left out.
"""

from contextlib import AbstractContextManager
from errno import errorcode

from imgsvc.errors import CredentialsError, EndedError, InternalError, RenderingError, SourceStatusError
from imgsvc.runtime.scope import NotAtOnceError
from imgsvc.source_url import SourceUrl

# Their texts are of the operator's own servers, and of the request's time.
_SAYS_NOTHING = (CredentialsError, EndedError)


class Discreet(AbstractContextManager[None]):
    """What leaves it as an error says nothing of this source, if that is secret."""

    __slots__ = ("_source",)

    def __init__(self, source: SourceUrl) -> None:
        self._source = source

    def __enter__(self) -> None:
        """Nothing is to be done."""

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        # Who cannot wait goes on later: nobody is shown that.
        if self._source.is_secret and isinstance(error, Exception) and not isinstance(error, NotAtOnceError):
            found = silenced(error, self._source)
            if found is not error:
                raise found from None


def silenced(error: Exception, source: SourceUrl) -> RenderingError:
    """The same error, or one of ours in its place, with neither its text nor what it came of."""
    if not isinstance(error, RenderingError):
        return InternalError(f"{source}: {_kind(error)}").with_traceback(error.__traceback__)
    if not isinstance(error, _SAYS_NOTHING):
        error.args = (f"{source}: {_sentence(error)}",)
    error.__cause__ = error.__context__ = None
    return error


def _sentence(error: RenderingError) -> str:
    """What the catalogue says of it, and how it began."""
    if isinstance(error, SourceStatusError):
        return f"the answer's status came to {error.status}"
    began: BaseException = error
    while cause := began.__cause__ or began.__context__:
        began = cause
    text = (type(error).__doc__ or type(error).__name__).splitlines()[0]
    return text if began is error else f"{text} ({_kind(began)})"


def _kind(error: BaseException) -> str:
    name = type(error).__name__
    code = errorcode.get(error.errno or 0, "") if isinstance(error, OSError) else ""
    return f"{name} {code}".rstrip()
