"""Twin of imgsvc/sources/stores/listing.py."""

import pytest

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
        (AMAZONS, AMAZON % b"true" + b"<NextMarker>k/d</NextMarker>", Page(("k/a&b", "k/c/"), "k/d")),
        (AZURES, AZURE % b"", Page(("k/a", "k/c/"))),
        (AZURES, AZURE % b"2!4!", Page(("k/a", "k/c/"), "2!4!")),
        (SWIFTS, b"k/a\nk/c/\n", Page(("k/a", "k/c/"), "k/c/")),
        (SWIFTS, b"", Page(())),
    ],
)
def test_a_page_has_names_and_folders_and_where_the_next_begins(listing: Listing, body: bytes, expected: Page) -> None:
    assert listing.read(body) == expected


@pytest.mark.parametrize("listing", [AMAZONS, AZURES])
def test_what_is_no_list_has_nothing(listing: Listing) -> None:
    assert listing.read(b"<html>\xff</html>") == Page(())


def test_a_query_says_what_is_asked_for_and_no_more() -> None:
    assert spelled(AMAZONS.query("k/a b", "", "")) == "prefix=k%2Fa%20b"
    assert spelled(SWIFTS.query("k/", "/", "k/c/")) == "prefix=k%2F&delimiter=%2F&marker=k%2Fc%2F"
    assert spelled(AZURES.query("k/", "", "2!4!")) == "restype=container&comp=list&prefix=k%2F&marker=2%214%21"
