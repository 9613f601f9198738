"""What an answer that is not good says about its cause: what the server wrote, looked up in the catalogue of errors."""

from collections.abc import Iterator

from imgsvc.drill.client import Answer
from imgsvc.errors import RenderingError, SourceStatusError

# So few causes are told with what to do; more of them by name.
_FEW = 2


def diagnosis(answer: Answer) -> str:
    """What came, and every cause in the catalogue that reads like this to a client: which one it was, the log knows."""
    if not answer.status:
        return "not answered"
    said = answer.said.strip()
    came = f"answered with {answer.status}" + (f", {said.splitlines()[0]!r}" if said else "")
    causes = list(_causes(answer.status, said))
    if not causes:
        return came
    told = " or ".join(_told(each, in_full=len(causes) <= _FEW) for each in causes)
    log = f" (the server's log has it under request id {answer.request_id})" if answer.request_id else ""
    return f"{came}: {told}{log}"


def _causes(status: int, said: str) -> Iterator[type[RenderingError]]:
    for each in _leaves(RenderingError):
        # One of them has the status of the source.
        if each.public == said and (each.status == status or each is SourceStatusError):
            yield each


def _leaves(parent: type[RenderingError]) -> Iterator[type[RenderingError]]:
    for each in parent.__subclasses__():
        if each.__subclasses__():
            yield from _leaves(each)
        else:
            yield each


def _told(error: type[RenderingError], *, in_full: bool) -> str:
    if not in_full:
        return error.__name__
    return f"{error.__name__} ({error.__doc__} {error.remedy})"
