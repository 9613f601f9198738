"""imgsvc whose every picture is an error of the catalogue, or another exception: /_/plain/NAME."""

from imgsvc import errors
from imgsvc.config import Config
from imgsvc.errors import RenderingError, SourceStatusError
from imgsvc.rendition import Job
from imgsvc.runtime.scope import Scope
from imgsvc.web.application import create_app
from tests.web.fakes import FakeRenderer

# Ours, and one that is nobody's.
NAMES = [name for name, each in vars(errors).items() if isinstance(each, type) and issubclass(each, RenderingError)]
NOT_OURS = "ZeroDivisionError"


def fail(job: Job, _scope: Scope) -> None:
    """Raise what the path names."""
    name = job.request.target.rpartition("/")[2]
    if name == NOT_OURS:
        raise ZeroDivisionError
    kind = getattr(errors, name)
    raise kind("told", status=502) if kind is SourceStatusError else kind("told")


application = create_app(FakeRenderer(fail), Config())  # type: ignore[arg-type]
