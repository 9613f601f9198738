import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgsvc.source_url import SourceUrl
from imgsvc.web.headers.disposition import canonical_link, content_disposition, raw_content_disposition
from tests.web.cases import cases


@pytest.mark.parametrize("case", cases("disposition"))
def test_the_name_of_a_rendition_is_as_specified(case):
    told = content_disposition(
        SourceUrl.parse(case["source_url"]),
        ".webp",
        filename=case.get("filename", ""),
        attachment=case.get("attachment", False),
    )

    assert told == case["answer"]


@pytest.mark.parametrize("case", cases("raw_disposition"))
def test_the_name_of_a_raw_answer_is_as_specified(case):
    assert raw_content_disposition(SourceUrl.parse(case["source_url"]), case.get("media_type", "")) == case["answer"]


@pytest.mark.parametrize("case", cases("link"))
def test_the_canonical_link_is_as_specified(case):
    assert canonical_link(SourceUrl.parse(case["source_url"])) == case["answer"]


@given(st.text(), st.text(), st.booleans())
def test_no_name_leaves_its_header(path, filename, attachment):
    told = content_disposition(SourceUrl.parse(f"local:{path}"), ".png", filename=filename, attachment=attachment)

    assert told.isascii()
    assert told.isprintable()


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"])))
def test_no_source_url_leaves_its_link(path):
    told = canonical_link(SourceUrl.parse(f"http://x/{path}"))

    assert told.isascii()
    assert told.count(">") == 1


def test_a_link_names_no_user_and_no_password() -> None:
    source = SourceUrl.parse("https://me:secret@example.com:8443/a.jpg?v=1")

    assert canonical_link(source) == '<https://example.com:8443/a.jpg?v=1>; rel="canonical"'


def test_a_secret_source_names_no_answer() -> None:
    source = SourceUrl.parse("https://example.com/hush.jpg").hidden("enc/AAEC...")

    assert content_disposition(source, ".png") == 'inline; filename="image.png"'
    assert raw_content_disposition(source, "image/png") == 'inline; filename="image.png"'
    assert canonical_link(source) == ""
