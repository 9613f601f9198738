import os
import resource

from imgsvc.runtime.workers.memory import Housekeeping, keep_heap, limit_addresses, release_heap, resident_bytes

MIB = 1 << 20


def test_a_process_knows_its_size():
    assert MIB < resident_bytes() < 1 << 34


def test_beyond_the_limit_an_allocation_fails_and_nothing_else():
    pid = os.fork()
    if pid == 0:
        limit_addresses(4096)
        try:
            bytearray(8 << 30)
        except MemoryError:
            os._exit(7)
        os._exit(0)

    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 7


def test_what_lies_free_in_the_heap_is_given_back():
    pieces = [bytes(100_000) for _ in range(2000)]
    keep = pieces[::50]
    full = resident_bytes()
    del pieces
    release_heap()

    assert resident_bytes() < full - 50 * MIB
    assert len(keep) == 40


def test_a_kept_heap_has_its_pages_when_they_are_needed_again():
    pid = os.fork()
    if pid == 0:
        keep_heap()
        for _ in range(3):
            bytearray(8 * MIB)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        for _ in range(10):
            bytearray(8 * MIB)
        faults = resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
        os._exit(7 if faults < 100 else 0)

    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 7


def test_only_when_much_has_come_together():
    sizes, released = iter([100, 130, 140, 120, 140, 190, 130]), []
    house = Housekeeping(lambda: next(sizes) * MIB, lambda: released.append(1))

    found = [house.tidy() // MIB for _ in range(4)]

    assert found == [130, 120, 140, 130]
    assert len(released) == 2


def test_in_an_idle_moment_whatever_is_above_the_least_is_looked_at():
    sizes, released = iter([100, 200, 190, 190, 101]), []
    house = Housekeeping(lambda: next(sizes) * MIB, lambda: released.append(1))

    found = [house.tidy() // MIB, house.tidy(is_idle=True) // MIB]

    assert found == [190, 101]
    assert len(released) == 2


def test_an_idle_moment_gives_back_what_a_small_picture_left():
    sizes, released = iter([100, 106, 101]), []
    house = Housekeeping(lambda: next(sizes) * MIB, lambda: released.append(1))

    assert house.tidy(is_idle=True) == 101 * MIB
    assert len(released) == 1


def test_what_an_idle_moment_could_not_free_is_not_tried_again_at_each():
    sizes, released = iter([100, 150, 149, 149, 149, 154, 150]), []
    house = Housekeeping(lambda: next(sizes) * MIB, lambda: released.append(1))

    found = [house.tidy(is_idle=True) // MIB for _ in range(4)]

    assert found == [149, 149, 149, 150]
    assert len(released) == 2


def test_what_threads_without_work_leave_is_given_back_once_they_have_gone():
    sizes, now, released = iter([100, 150, 140, 140, 140, 110, 110]), [0.0], []
    house = Housekeeping(lambda: next(sizes) * MIB, lambda: released.append(1), lambda: now[0])

    house.tidy(is_idle=True)
    house.tidy(is_idle=True)
    now[0] = 13.0
    found = [house.tidy(is_idle=True) // MIB, house.tidy(is_idle=True) // MIB]

    assert found == [110, 110]
    assert len(released) == 2
