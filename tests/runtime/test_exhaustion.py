import errno
import threading
from resource import RLIMIT_NPROC

import pytest

from imgsvc.errors import ExhaustedError
from imgsvc.runtime.exhaustion import exhausted
from tests.exhausted import no_more, told_by


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.EMFILE, "descriptors"),
        OSError(errno.ENFILE, "files"),
        OSError(errno.ENOMEM, "memory"),
        BlockingIOError(errno.EAGAIN, "processes"),
        MemoryError(),
        RuntimeError("can't start new thread"),
    ],
    ids=repr,
)
def test_no_more_of_something_is_one_error(error):
    assert isinstance(exhausted(error), ExhaustedError)


@pytest.mark.parametrize(
    "error", [OSError(errno.ENOENT, "no"), OSError("no"), RuntimeError("no"), ValueError()], ids=repr
)
def test_anything_else_is_not(error):
    assert exhausted(error) is None


def test_python_s_words_for_a_thread_that_is_refused_are_known():
    def work():
        try:
            with no_more(RLIMIT_NPROC):
                threading.Thread(target=print).start()
        except RuntimeError as error:
            return exhausted(error) is not None

    assert told_by(work) == "True"
