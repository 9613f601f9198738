from dataclasses import replace

import pytest

from imgsvc.config import Config, from_environment
from imgsvc.errors import SourceAddressError, SourceNotAllowedError
from imgsvc.settings.env import SettingsError
from imgsvc.sources.settings import SourceSettings
from imgsvc.warming.catalogue.listing import catalogue, limited
from imgsvc.warming.units import Unit
from tests.misbehaving import Origin, says


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


def test_a_sitemap_may_be_a_file(tmp_path, config):
    name = tmp_path / "sitemap.xml"
    name.write_text("<urlset><url><loc>http://a/b.png</loc></url></urlset>")

    assert list(catalogue(str(name), config)) == [Unit("http://a/b.png")]


def test_a_sitemap_is_fetched_from_no_address_that_a_source_may_not_have(config):
    with pytest.raises(SourceAddressError):
        list(catalogue("http://127.0.0.1:1/sitemap.xml", config))


def test_a_sitemap_is_fetched_from_allowed_sources_alone(config):
    limits = replace(
        config.limits, allowed_sources=from_environment({"IMGSVC_ALLOWED_SOURCES": "http://a/"}).limits.allowed_sources
    )

    with pytest.raises(SourceNotAllowedError):
        list(catalogue("http://b/sitemap.xml", replace(config, limits=limits)))


def test_a_bucket_is_listed_below_a_prefix_less_what_shows_a_folder():
    page = b"<L><Contents><Key>a/</Key></Contents><Contents><Key>a/b&amp;c.png</Key></Contents></L>"
    with Origin({"*": says(page)}) as origin:
        keys = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "us-east-1"}
        config = from_environment({"IMGSVC_S3_ENDPOINT": origin.url(""), **keys})

        assert list(catalogue("s3://shop/a/", config)) == [Unit("s3://shop/a/b&c.png")]


def test_a_bucket_that_cannot_be_is_a_setting_that_cannot_be_used(config):
    with pytest.raises(SettingsError, match="--from"):
        list(catalogue("s3://UP/", config))
