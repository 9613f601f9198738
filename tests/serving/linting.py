"""What httplint says of an answer: it reads one as a cache and a browser would."""

import time

from httplint.message import HttpRequestLinter, HttpResponseLinter
from httplint.note import levels

Fields = list[tuple[bytes, bytes]]


def notes(request: bytes, answer: bytes) -> set[str]:
    """The names of the notes that are no praise: faults and warnings."""
    read = _answer(answer, _request(request), has_body=not request.startswith(b"HEAD "))
    found = [each for note in read.notes for each in (note, *note.subnotes)]
    return {type(each).__name__ for each in found if each.level in (levels.BAD, levels.WARN)}


def _request(message: bytes) -> HttpRequestLinter:
    line, fields, _ = _parts(message)
    method, target, version = line.split(b" ")
    linter = HttpRequestLinter()
    linter.process_request_topline(method, b"http://images.example" + target, version.removeprefix(b"HTTP/"))
    linter.process_headers(fields)
    linter.finish_content(True)
    return linter


def _answer(message: bytes, request: HttpRequestLinter, *, has_body: bool) -> HttpResponseLinter:
    line, fields, body = _parts(message)
    version, status, phrase = line.split(b" ", 2)
    linter = HttpResponseLinter(start_time=time.time(), no_content=not has_body)
    linter.request = request
    linter.process_response_topline(version.removeprefix(b"HTTP/"), status, phrase)
    linter.process_headers(fields)
    linter.feed_content(body)
    linter.finish_content(True)
    return linter


def _parts(message: bytes) -> tuple[bytes, Fields, bytes]:
    head, _, body = message.partition(b"\r\n\r\n")
    line, *lines = head.split(b"\r\n")
    fields = [(name, value) for name, _, value in (each.partition(b":") for each in lines)]
    return line, fields, body
