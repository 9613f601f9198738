from imgsvc.codecs.svg.events import EVENTS


def test_the_list_is_whole() -> None:
    assert len(EVENTS) == 110


def test_every_event_is_spelled_like_one() -> None:
    assert all(name.startswith("on") and name.isalpha() and name.islower() for name in EVENTS)
