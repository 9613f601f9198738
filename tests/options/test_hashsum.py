import hashlib

from imgsvc.options.hashsum import DIGITS, Hashsum


def test_each_type_is_a_function_with_so_many_digits() -> None:
    assert {type_: len(hashlib.new(type_).hexdigest()) for type_ in DIGITS} == DIGITS


def test_nothing_is_said_at_first() -> None:
    assert Hashsum() == ("", "")
