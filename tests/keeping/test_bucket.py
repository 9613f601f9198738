import time
from collections.abc import Iterator

import pytest

from imgsvc.errors import RenderingError
from imgsvc.keeping.bucket import Bucket
from imgsvc.keeping.storage import MAX_BYTES
from tests import misbehaving as answers
from tests.keeping.buckets import PAGE, MemoryBucket, bucket_in, only
from tests.keeping.contract import KEY, StorageContract


@pytest.fixture
def memory() -> MemoryBucket:
    return MemoryBucket()


@pytest.fixture
def storage(memory: MemoryBucket) -> Iterator[Bucket]:
    with bucket_in(memory) as found:
        yield found


class TestContract(StorageContract):
    """The fixture above."""


def test_keys_are_below_the_prefix(memory: MemoryBucket, storage: Bucket) -> None:
    storage.put(KEY, b"data")

    assert memory.kept == {f"kept/{KEY}": b"data"}


def test_a_list_is_read_to_its_end(storage: Bucket) -> None:
    for number in range(2 * PAGE + 1):
        storage.put(f"{KEY}{number}", b"data")

    assert storage.forget("0123456789ab") == 2 * PAGE + 1


def listed(told: bytes, *names: bytes) -> bytes:
    keys = b"".join(b"<Contents><Key>%s</Key></Contents>" % name for name in names)
    return b"<ListBucketResult>%s%s</ListBucketResult>" % (told, keys)


def test_a_list_that_goes_round_in_circles_comes_to_an_end(memory: MemoryBucket, storage: Bucket) -> None:
    page = listed(b"<IsTruncated>true</IsTruncated><NextMarker>%s</NextMarker>", b"kept/r/a")
    memory.instead = only("GET", answers.in_turn(*[answers.says(page % each) for each in (b"1", b"2", b"1")]))

    assert storage.forget("r") == 3


def test_a_name_that_was_not_asked_for_is_not_deleted(memory: MemoryBucket, storage: Bucket) -> None:
    memory.kept = {"kept/other/a": b"data", "elsewhere": b"data"}
    memory.instead = only("GET", answers.says(listed(b"", b"kept/other/a", b"elsewhere")))

    assert storage.forget("r") == 0
    assert len(memory.kept) == 2


@pytest.mark.parametrize("status", [302, 400, 403, 500, 503])
def test_a_bucket_that_refuses_is_an_error_with_its_reason_and_nothing_else(memory, storage, status: int) -> None:
    memory.instead = lambda _exchange: answers.says(b"<Code>No</Code><Key>AKIDRESULTS hush-secret</Key>", status)

    for does in (lambda: storage.get(KEY, 9), lambda: storage.put(KEY, b"x"), lambda: storage.forget("r")):
        with pytest.raises(RenderingError, match=f"^the container results answered {status} No$"):
            does()


@pytest.mark.parametrize(
    "answer",
    [answers.never_answers, answers.stalls_at(0.5, b"x" * 10_000), answers.drips(b"x" * 10_000, 0.02)],
    ids=["never answers", "stalls", "drips"],
)
def test_nobody_waits_longer_than_he_says(memory: MemoryBucket, storage: Bucket, answer) -> None:
    memory.instead = only("GET", answer)
    began = time.monotonic()
    with pytest.raises(RenderingError):
        storage.get(KEY, 0.3)

    assert 0.29 < time.monotonic() - began < 20


@pytest.mark.parametrize("answer", [answers.cuts_at(0.5, b"x" * 999), answers.closes_at_once], ids=["cut", "closes"])
def test_what_breaks_off_is_an_error(memory: MemoryBucket, storage: Bucket, answer) -> None:
    memory.instead = only("GET", answer)

    with pytest.raises(RenderingError):
        storage.get(KEY, 9)


def test_what_is_too_large_to_be_ours_is_nothing(memory: MemoryBucket, storage: Bucket) -> None:
    memory.instead = only("GET", answers.says(b"x", Content_Length=str(MAX_BYTES + 1)))

    assert storage.get(KEY, 9) is None
