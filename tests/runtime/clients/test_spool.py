from imgsvc.runtime.clients.spool import SEGMENT_BYTES, Spool, spooled_bytes


def test_what_came_first_goes_first():
    spool = Spool()
    spool.put(memoryview(b"one"))
    spool.put(memoryview(b"two"))

    assert (spool.take(4), spool.take(9), spool.take(9)) == (b"onet", b"wo", b"")
    spool.close()


def test_it_can_be_filled_again_when_it_is_empty():
    spool = Spool()
    for data in (b"one", b"two"):
        spool.put(memoryview(data))
        assert (len(spool), spool.take(9), len(spool)) == (3, data, 0)
    spool.close()


def test_what_was_taken_is_given_back_while_there_is_more():
    spool, before = Spool(), spooled_bytes()
    spool.put(memoryview(bytes(2 * SEGMENT_BYTES + 5)))
    full = spooled_bytes() - before
    while len(spool) > 5:
        spool.take(min(1 << 20, len(spool) - 5))
    left = spooled_bytes() - before
    spool.close()

    assert (full, left, spooled_bytes() - before) == (2 * SEGMENT_BYTES + 5, 5, 0)
