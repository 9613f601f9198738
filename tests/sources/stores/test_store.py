"""Twin of imgsvc/sources/stores/store.py."""

from imgsvc.source_url import SourceUrl
from imgsvc.sources.stores.store import Store
from tests.sources.stores.fakes import FakeStore


def test_the_store_of_the_tests_is_one() -> None:
    store: Store = FakeStore(SourceUrl.parse("http://a.example/"))

    assert store.login() == "a word"
