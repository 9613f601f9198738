from imgsvc.watermarks.cache import Cache


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def cache(most: int = 3, max_bytes: int = 100, clock: Clock | None = None) -> Cache[str]:
    return Cache(most, max_bytes, 60, clock or Clock())


def filled(found: Cache[str], **sizes: int) -> Cache[str]:
    for name, size in sizes.items():
        found.put(name, name.upper(), size)
    return found


def kept(found: Cache[str]) -> str:
    return "".join(name for name in "abcd" if found.get(name))


def test_what_was_put_is_found() -> None:
    assert filled(cache(), a=1).get("a") == "A"


def test_of_too_many_the_one_goes_that_was_used_longest_ago() -> None:
    found = filled(cache(), a=1, b=1, c=1)
    found.get("a")

    assert kept(filled(found, d=1)) == "acd"


def test_so_many_go_that_the_bytes_of_a_new_one_have_room() -> None:
    found = filled(cache(), a=40, b=40, c=70)

    assert (kept(found), found.held) == ("c", 70)


def test_what_is_larger_than_all_together_is_not_kept() -> None:
    assert kept(filled(cache(), a=40, b=101)) == "a"


def test_a_new_value_takes_the_place_of_the_old_one() -> None:
    found = filled(cache(), a=40)
    found.put("a", "other", 50)

    assert (found.get("a"), found.held) == ("other", 50)


def test_nothing_is_found_when_it_is_too_old_and_nothing_of_it_is_held_then() -> None:
    clock = Clock()
    found = filled(cache(clock=clock), a=40)
    clock.now = 60.0
    before = found.held
    found.let_go(60.0)

    assert (found.get("a"), before, found.held) == (None, 40, 0)


def test_one_for_nothing_keeps_nothing() -> None:
    assert kept(filled(cache(most=0), a=1)) == ""
