from imgsvc.observer.watching.queue_ages import QueueAges


def test_who_waits_longest_is_known_from_looking_again_and_again():
    ages = QueueAges()
    ages.look({"a"}, 10.0)
    ages.look({"a", "b"}, 11.0)
    ages.look({"a", "b"}, 12.5)

    assert ages.oldest() == 2.5


def test_who_is_gone_waits_no_more():
    ages = QueueAges()
    ages.look({"a"}, 10.0)
    ages.look({"b"}, 11.0)
    ages.look({"b"}, 12.5)

    assert ages.oldest() == 1.5


def test_who_was_seen_once_has_no_age_yet():
    ages = QueueAges()
    ages.look({"a"}, 10.0)

    assert ages.oldest() == 0


def test_an_empty_queue_has_no_age():
    assert QueueAges().oldest() == 0
