"""What holds of every storage: a subclass has a fixture `storage`, which is empty at first."""

from imgsvc.keeping.storage import Storage

KEY = "0123456789ab/cd/cdef/a"
OF_ANOTHER_SOURCE = "0123456789ab/cd/cd00/a"
OF_ANOTHER_RECIPE = "ba9876543210/cd/cdef/a"


class StorageContract:
    def test_what_is_put_is_there_byte_for_byte(self, storage: Storage) -> None:
        data = bytes(range(256)) * 800
        storage.put(KEY, data)

        assert storage.get(KEY, 60) == data

    def test_what_is_empty_is_there_too(self, storage: Storage) -> None:
        storage.put(f"{KEY}b", b"")

        assert storage.get(f"{KEY}b", 60) == b""

    def test_what_was_never_put_is_nothing(self, storage: Storage) -> None:
        assert storage.get("0123456789ab/cd/cdef/nothing", 60) is None

    def test_the_last_one_stands(self, storage: Storage) -> None:
        for data in (b"first", b"second"):
            storage.put(KEY, data)

        assert storage.get(KEY, 60) == b"second"

    def test_what_is_below_a_folder_is_forgotten_and_counted_and_nothing_else(self, storage: Storage) -> None:
        for key in (KEY, f"{KEY}b", OF_ANOTHER_SOURCE, OF_ANOTHER_RECIPE):
            storage.put(key, b"data")
        count = storage.forget(KEY.rpartition("/")[0])

        assert count == 2
        assert storage.get(KEY, 60) is None
        assert [storage.get(key, 60) for key in (OF_ANOTHER_SOURCE, OF_ANOTHER_RECIPE)] == [b"data"] * 2

    def test_what_was_never_there_is_forgotten_already(self, storage: Storage) -> None:
        assert storage.forget("0123456789ab/ef/nothing") == 0

    def test_one_is_deleted_and_need_not_be_there(self, storage: Storage) -> None:
        storage.put(KEY, b"data")
        storage.put(f"{KEY}b", b"data")
        for _ in range(2):
            storage.delete(KEY)

        assert list(storage.keys("0123456789ab")) == [f"{KEY}b"]

    def test_its_folders_at_the_top_are_told(self, storage: Storage) -> None:
        for key in (KEY, OF_ANOTHER_RECIPE):
            storage.put(key, b"data")

        assert {"0123456789ab", "ba9876543210"} <= set(storage.folders())
