import gc
import select

from imgsvc.sources.events import PollableEvent


def is_set(event):
    poll = select.poll()
    poll.register(event, select.POLLIN)
    return bool(poll.poll(0))


def test_it_is_seen_by_poll_from_when_it_is_set():
    event = PollableEvent()
    before = is_set(event)

    event.set()

    assert (before, is_set(event), is_set(event)) == (False, True, True)


def test_it_may_be_set_again():
    event = PollableEvent()

    event.set()
    event.set()

    assert is_set(event)


def test_its_descriptor_lives_as_long_as_it():
    event = PollableEvent()
    event.set()
    with select.epoll() as kernel:  # which forgets a file that is closed, whoever gets its number next
        kernel.register(event, select.EPOLLIN)
        before = kernel.poll(0)

        del event
        gc.collect()

        assert (len(before), kernel.poll(0)) == (1, [])
