import gzip

import pytest

from imgsvc.codecs.svg.xml_tree import MAX_DEPTH, MAX_ELEMENTS, XmlError, local, parse, serialize


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('<a b="c"/>', id="empty element"),
        pytest.param('<s:a xmlns:s="x" s:b="c"><s:d/></s:a>', id="prefixes"),
        pytest.param("<a>x<b/>y &amp; &lt;z&gt;</a>", id="text"),
        pytest.param('<a b="&quot;&amp;&lt;"/>'.replace("&quot;", "x"), id="attributes"),
        pytest.param("<a>ünï</a>", id="beyond ASCII"),
    ],
)
def test_what_is_read_is_written_again(text: str) -> None:
    assert serialize(parse(text.encode())).decode() == text


def test_comments_instructions_and_what_stands_outside_are_dropped() -> None:
    text = b'<?xml version="1.0"?><!DOCTYPE a><!-- b --><a><?php c?><!-- d --><e/></a>'

    assert serialize(parse(text)) == b"<a><e/></a>"


def test_text_in_another_encoding_comes_out_as_utf_8() -> None:
    text = '<?xml version="1.0" encoding="latin-1"?><a>\u00fc</a>'.encode("latin-1")

    assert serialize(parse(text)) == "<a>ü</a>".encode()


def test_entities_of_the_document_itself_are_resolved() -> None:
    assert parse(b'<!DOCTYPE a [<!ENTITY n "x">]><a b="&n;">&n;</a>').attributes == {"b": "x"}


def test_nothing_outside_the_document_is_read() -> None:
    text = b'<!DOCTYPE a [<!ENTITY f SYSTEM "file:///etc/passwd">]><a>&f;</a>'

    assert serialize(parse(text)) == b"<a/>"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"<a>", id="unfinished"),
        pytest.param(b"<a/><b/>", id="two roots"),
        pytest.param(b"<a>&b;</a>", id="unknown entity"),
        pytest.param(b"<a " + b"x" * 9 + b">", id="attribute without a value"),
        pytest.param(b'<?xml version="1.0" encoding="nowhere"?><a/>', id="unknown encoding"),
        pytest.param(b"<a>" * (MAX_DEPTH + 2) + b"</a>" * (MAX_DEPTH + 2), id="too deep"),
        pytest.param(b"<a>" + b"<b/>" * MAX_ELEMENTS + b"</a>", id="too many"),
    ],
)
def test_anything_else_is_an_xml_error(text: bytes) -> None:
    with pytest.raises(XmlError):
        parse(text)


def test_entities_cannot_grow_without_bound() -> None:
    declared = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10}">' for i in range(1, 12))
    bomb = f'<!DOCTYPE a [<!ENTITY e0 "xxxxxxxxxx">{declared}]><a>&e11;</a>'.encode()

    with pytest.raises(XmlError):
        parse(bomb)


def test_attributes_that_are_declared_cannot_grow_without_bound() -> None:
    declared = f'<!DOCTYPE a [<!ATTLIST b c CDATA "{"x" * 1000}">]>'

    with pytest.raises(XmlError):
        parse(f"{declared}<a>{'<b/>' * 20_000}</a>".encode())


@pytest.mark.parametrize(("name", "found"), [("a", "a"), ("s:a", "a"), ("xlink:href", "href"), (":", "")])
def test_a_local_name_is_what_follows_the_prefix(name: str, found: str) -> None:
    assert local(name) == found


def test_all_elements_below_are_walked() -> None:
    assert [each.name for each in parse(b"<a>x<b><c/></b><d/></a>").walk()] == ["a", "b", "c", "d"]


def test_a_packed_document_is_unpacked() -> None:
    assert parse(gzip.compress(b"<a/>")).name == "a"


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(gzip.compress(b"<a>" + b" " * (17 << 20) + b"</a>", mtime=0), id="large"),
        pytest.param(gzip.compress(b"<a/>", mtime=0)[:12] + b"x" * 20, id="damaged"),
    ],
)
def test_what_grows_too_large_or_is_damaged_is_an_error(data: bytes) -> None:
    with pytest.raises(XmlError):
        parse(data)
