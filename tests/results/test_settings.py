from imgsvc.config import read
from imgsvc.keeping.location import Location


def test_there_is_none_unless_it_is_set() -> None:
    assert read({})[0].results.result_store is None


def test_where_results_are_kept_is_one_url() -> None:
    config, mistakes = read({"IMGSVC_RESULT_STORE": "s3://bucket/kept"})

    assert (config.results.result_store, mistakes) == (Location("s3", "bucket", "kept/"), [])
