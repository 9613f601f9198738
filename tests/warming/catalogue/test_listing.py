import pytest

from imgsvc.config import Config
from imgsvc.sources.settings import SourceSettings
from imgsvc.warming.catalogue.listing import catalogue, limited
from imgsvc.warming.units import Unit


@pytest.fixture
def config(tmp_path) -> Config:
    (tmp_path / "root" / "shop").mkdir(parents=True)
    (tmp_path / "root" / "shop" / "a.png").write_bytes(b"1")
    (tmp_path / "outside").mkdir()
    return Config(sources=SourceSettings(local_filesystem_root=tmp_path / "root"))


@pytest.mark.parametrize("text", ["{}/root/shop", "local:///shop", "local:///"])
def test_a_folder_is_named_by_its_path_or_as_a_source(tmp_path, config, text):
    assert [each.source for each in catalogue(text.format(tmp_path), config)] == ["local:///shop/a.png"]


@pytest.mark.parametrize("text", ["{}/outside", "local:///../outside", "local:///shop/a.png"])
def test_a_folder_out_of_the_root_is_none(tmp_path, config, text):
    with pytest.raises(ValueError, match="a folder below LOCAL_FILESYSTEM_ROOT"):
        catalogue(text.format(tmp_path), config)


def test_a_folder_needs_a_root(tmp_path):
    with pytest.raises(ValueError, match="which is not set"):
        catalogue(str(tmp_path), Config())


def test_a_file_is_a_list(tmp_path, config):
    (tmp_path / "list").write_text("http://a/1\n")

    assert list(catalogue(str(tmp_path / "list"), config)) == [Unit("http://a/1")]


def test_what_is_neither_is_said(config):
    with pytest.raises(ValueError, match="a source URL a line"):
        catalogue("ftp://a/", config)


def test_no_more_are_listed_than_are_wanted():
    assert [each.source for each in limited(iter(map(Unit, "abc")), 2)] == ["a", "b"]
    assert len(list(limited(iter(map(Unit, "abc")), None))) == 3
