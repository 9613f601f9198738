from imgsvc.observer.queue_ages import QueueAges


def test_who_waits_longest_is_known_from_looking_again_and_again():
    ages = QueueAges()
    ages.look({"a"}, 10.0)
    ages.look({"a", "b"}, 11.0)

    assert ages.oldest(12.5) == 2.5


def test_who_is_gone_waits_no_more():
    ages = QueueAges()
    ages.look({"a"}, 10.0)
    ages.look({"b"}, 11.0)

    assert ages.oldest(12.5) == 1.5


def test_an_empty_queue_has_no_age():
    assert QueueAges().oldest(5.0) == 0
