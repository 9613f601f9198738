import base64

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from imgsvc.web.headers.tags import source_tags, tag_of

WEBP, AVIF = "w" * 12, "a" * 12
TAGS = st.from_regex(r'\A(W/)?"[!#-~]*"\Z')
BUSTERS = st.sampled_from(["", "v1", "a/b", "of May 1st, 2026"])
VARIANTS = st.sampled_from(["", WEBP, AVIF])


@given(tag=TAGS, buster=BUSTERS, variant=VARIANTS)
def test_the_tag_that_a_client_got_finds_its_way_back(tag, buster, variant):
    sent = tag_of(tag, buster=buster, variant=variant)

    assert source_tags(sent, buster=buster, variant=variant) == tag


@given(tag=TAGS, made=st.tuples(BUSTERS, VARIANTS), asked=st.tuples(BUSTERS, VARIANTS))
def test_the_tag_of_anything_else_is_none_of_the_source_s(tag, made, asked):
    assume(made != asked and made != ("", ""))
    # What is asked for without a buster cannot tell that a tag has one.
    assume(asked != ("", "") or not made[0])

    sent = tag_of(tag, buster=made[0], variant=made[1])

    assert source_tags(sent, buster=asked[0], variant=asked[1]) == ""


@given(tag=TAGS, other=TAGS)
def test_two_variants_have_two_tags(tag, other):
    tags = {tag_of(tag, variant=variant) for variant in ("", WEBP, AVIF)}

    assert len(tags) == 3
    assert tag == other or not tags & {tag_of(other, variant=variant) for variant in (WEBP, AVIF)}


def test_where_there_is_nothing_to_add_the_tag_is_the_source_s_own():
    assert tag_of('W/"a"') == 'W/"a"'


@pytest.mark.parametrize("marks", [{"buster": "v1"}, {"variant": WEBP}, {"buster": "v1", "variant": WEBP}])
@pytest.mark.parametrize(("tag", "is_weak"), [('"a"', False), ('W/"a"', True)])
def test_a_tag_is_as_strong_as_the_source_s(tag, is_weak, marks):
    assert tag_of(tag, **marks).startswith("W/") is is_weak


def test_of_several_tags_those_of_this_variant_are_asked_about():
    sent = ", ".join([tag_of('"a"', variant=WEBP), '"b"', tag_of('"c"', variant=AVIF), tag_of('W/"d"', variant=WEBP)])

    assert source_tags(sent, variant=WEBP) == '"a", W/"d"'
    assert source_tags(sent) == '"b"'


@given(st.binary(), VARIANTS, BUSTERS)
def test_no_tag_puts_a_line_break_into_the_source_request(data, variant, buster):
    sent = base64.urlsafe_b64encode(data).rstrip(b"=").decode()
    marks = "/".join(filter(None, (buster, variant)))

    assert source_tags(f'"{marks}/{sent}"', buster=buster, variant=variant).isprintable()


@given(st.text(st.characters(max_codepoint=0xFF)), VARIANTS, BUSTERS)
def test_any_header_has_an_answer(header, variant, buster):
    assert isinstance(source_tags(header, buster=buster, variant=variant), str)
