"""Twin of imgsvc/sources/stores/listing.py."""

import pytest

from imgsvc.errors import SourceUnreachableError
from imgsvc.sources.stores.listing import AMAZONS, AZURES, SWIFTS, Listing, Page, spelled

AMAZON = (
    b"<ListBucketResult><Name>shop</Name><Prefix>k/</Prefix><IsTruncated>%s</IsTruncated>"
    b"<Contents><Key>k/a&amp;b</Key><ETag>&quot;x&quot;</ETag></Contents>"
    b"<CommonPrefixes><Prefix>k/c/</Prefix></CommonPrefixes></ListBucketResult>"
)
AZURE = (
    b"<EnumerationResults><Prefix>k/</Prefix><Blobs><Blob><Name>k/a</Name></Blob>"
    b"<BlobPrefix><Name>k/c/</Name></BlobPrefix></Blobs><NextMarker>%s</NextMarker></EnumerationResults>"
)


@pytest.mark.parametrize(
    ("listing", "body", "expected"),
    [
        (AMAZONS, AMAZON % b"false", Page(("k/a&b", "k/c/"))),
        (AMAZONS, AMAZON % b"true", Page(("k/a&b", "k/c/"), "k/c/")),
        (
            AMAZONS,
            AMAZON % b"true</IsTruncated><NextMarker>k/d</NextMarker><IsTruncated>",
            Page(("k/a&b", "k/c/"), "k/d"),
        ),
        (AZURES, AZURE % b"", Page(("k/a", "k/c/"))),
        (AZURES, AZURE % b"2!4!", Page(("k/a", "k/c/"), "2!4!")),
        (SWIFTS, b"k/a\nk/c/\n", Page(("k/a", "k/c/"), "k/c/")),
        (SWIFTS, b"", Page(())),
    ],
)
def test_a_page_has_names_and_folders_and_where_the_next_begins(listing: Listing, body: bytes, expected: Page) -> None:
    assert listing.read(body) == expected


@pytest.mark.parametrize(
    ("written", "name"),
    [
        (b"a&amp;copy", "a&copy"),
        (b"a&#38;copy;&#x3b;", "a&copy;;"),
        (b"<![CDATA[a<b>&c]]>", "a<b>&c"),
        (b"a<!-- k -->b", "ab"),
        ("\u00fc".encode(), "\u00fc"),
        (b"a&#x1;b&#31;c", "a\ufffdb\ufffdc"),
    ],
)
def test_a_name_is_read_as_xml_has_it(written: bytes, name: str) -> None:
    page = AMAZONS.read(b"<ListBucketResult><Contents><Key>%s</Key></Contents></ListBucketResult>" % written)

    assert page == Page((name,))


def test_an_owner_s_name_is_no_blob_s() -> None:
    blob = b"<Blob><Name>k/a</Name><Owner><Name>me</Name></Owner></Blob>"
    body = b"<EnumerationResults><Blobs>%s</Blobs></EnumerationResults>" % blob

    assert AZURES.read(body) == Page(("k/a",))


@pytest.mark.parametrize("listing", [AMAZONS, AZURES])
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no list",
        b"<html>\xff</html>",
        AMAZON[:50],
        b"<ListBucketResult><Contents><Key>a&copy;b</Key></Contents></ListBucketResult>",
        b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
    ],
)
def test_what_cannot_be_read_is_an_error_and_no_empty_list(listing: Listing, body: bytes) -> None:
    with pytest.raises(SourceUnreachableError, match="the list cannot be read"):
        listing.read(body)


@pytest.mark.parametrize("listing", [AMAZONS, AZURES])
def test_a_list_of_something_else_has_nothing(listing: Listing) -> None:
    assert listing.read(b"<html><Name>a</Name></html>") == Page(())


def test_a_query_says_what_is_asked_for_and_no_more() -> None:
    assert spelled(AMAZONS.query("k/a b", "", "")) == "prefix=k%2Fa%20b"
    assert spelled(SWIFTS.query("k/", "/", "k/c/")) == "prefix=k%2F&delimiter=%2F&marker=k%2Fc%2F"
    assert spelled(AZURES.query("k/", "", "2!4!")) == "restype=container&comp=list&prefix=k%2F&marker=2%214%21"
