import gzip

import pytest

from imgsvc.warming.catalogue.sitemap import MOST_BYTES, SitemapError, pictures
from imgsvc.warming.units import Unit

HOME = "https://shop.example/sitemap.xml"
SPACES = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:i="http://www.google.com/schemas/sitemap-image/1.1"'
PAGE = f"""<urlset {SPACES}>
<url><loc>https://shop.example/shoes</loc><lastmod>2026-11-01</lastmod>
  <i:image><i:loc>https://cdn.example/a.jpg?x=1&amp;y=2</i:loc></i:image>
  <i:image><i:loc> https://cdn.example/b.jpg </i:loc><i:caption>B</i:caption></i:image></url>
<url><loc>https://shop.example/c.png</loc></url>
</urlset>"""
INDEX = f"""<sitemapindex {SPACES}>
<sitemap><loc>https://shop.example/1.xml.gz</loc><lastmod>2026-11-01</lastmod></sitemap>
<sitemap><loc>https://shop.example/index.xml</loc></sitemap>
</sitemapindex>"""
FOUND = [
    Unit("https://cdn.example/a.jpg?x=1&y=2", "2026-11-01"),
    Unit("https://cdn.example/b.jpg", "2026-11-01"),
    Unit("https://shop.example/c.png"),
]


def found(**files: bytes) -> list[Unit]:
    return list(pictures(HOME, lambda url: files[url.rpartition("/")[2].replace(".", "_")]))


def test_pictures_of_pages_are_sources_and_so_are_pages_that_are_pictures_by_their_name():
    assert found(sitemap_xml=PAGE.encode()) == FOUND


def test_an_index_leads_to_sitemaps_and_no_further():
    packed = gzip.compress(PAGE.encode())

    assert found(sitemap_xml=INDEX.encode(), **{"1_xml_gz": packed}, index_xml=INDEX.encode()) == FOUND


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"<html><body>not found", "no sitemap"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "declares entities"),
        (gzip.compress(bytes(MOST_BYTES + 1)), "more than 50 MB"),
        (b"\x1f\x8bnot packed", "no sitemap"),
    ],
    ids=["html", "entities", "bomb", "damaged"],
)
def test_what_is_no_sitemap_is_said_to_be_none(body, says):
    with pytest.raises(SitemapError, match=says):
        found(sitemap_xml=body)
