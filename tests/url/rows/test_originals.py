from imgsvc.options.hashsum import Hashsum
from imgsvc.options.processing import ProcessingOptions
from imgsvc.url.build import build
from imgsvc.url.rows.originals import ORIGINALS
from tests.url.cases import parser

DIGEST = "00112233445566778899aabbccddeeff"


def test_a_hashsum_is_the_whole_chain_s_wherever_it_stands() -> None:
    found = parser().parse(f"w:9/-/hs:md5:{DIGEST}/w:5/plain/http://x/a.jpg").options

    assert found.hashsum == Hashsum("md5", DIGEST)
    assert found.chained == (ProcessingOptions(width=5),)


def test_a_hashsum_is_written_as_it_is_read() -> None:
    assert build(ProcessingOptions(hashsum=Hashsum("md5", DIGEST)), "x") == f"/hs:md5:{DIGEST}/plain/x"


def test_each_row_s_example_is_understood() -> None:
    for row in ORIGINALS:
        parser().parse(f"{row.example}/plain/http://x/a.jpg")
