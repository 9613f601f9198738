from imgsvc.runtime.spool import Spool


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
