from imgsvc.keeping.lookup import Lookup
from imgsvc.runtime.board.layout import Counter


def test_each_is_counted_for_each_store() -> None:
    counted = {each.value for each in Counter}

    assert {f"{store}_{each.value}" for each in Lookup for store in ("result", "kept_source")} <= counted
