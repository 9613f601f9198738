import inspect
import re

import pytest
from gunicorn.config import Config
from gunicorn.http import message, wsgi
from hypothesis import given
from hypothesis import strategies as st

from imgsvc.runtime.http import request_headers
from imgsvc.runtime.http.request_headers import OBEYED_BY_GUNICORN, READ, REFUSED_TO_GUNICORN, REQUEST_ID, read

# Whatever a server can hand over: bytes as Latin-1, and worse.
anything = st.text(st.characters(max_codepoint=255), max_size=100) | st.text(max_size=20)


@given(st.dictionaries(st.sampled_from([each.key for each in READ]), anything))
def test_whatever_was_sent_can_be_read(environ):
    found = read(environ)

    assert all(value and value in environ.values() for value in found.values())


@pytest.mark.parametrize("header", READ, ids=lambda each: each.name)
def test_what_is_too_long_was_not_sent(header):
    value = "1" * (header.most_characters + 1)

    assert read({header.key: value}) == {}


@pytest.mark.parametrize("header", READ, ids=lambda each: each.name)
@pytest.mark.parametrize(
    "value", ["", " ", "\xa0x", "\x85", "a\rb", "a\nb", "\0", "\x7f", "\u0100", "\ud800"], ids=ascii
)
def test_what_is_no_text_was_not_sent(header, value):
    assert read({header.key: value}) == {}


def test_a_header_that_is_in_no_row_is_not_read():
    assert read({"HTTP_X_OTHER": "1", "HTTP_ACCEPT": "*/*"}) == {"accept": "*/*"}


def test_an_id_is_as_long_as_the_scoreboard_keeps_it():
    assert REQUEST_ID.usable("a" * 64)
    assert not REQUEST_ID.usable("a" * 65)


def test_each_header_has_one_row():
    names = [each.name for each in READ]

    assert sorted(set(names)) == sorted(names)


@pytest.mark.parametrize("module", [message, wsgi], ids=lambda each: each.__name__)
def test_every_header_that_gunicorn_looks_for_is_listed(module):
    text = inspect.getsource(module)
    looked_for = set(re.findall(r"""name == ["']([A-Z][A-Z_-]+)["']|\bh == ["']([A-Z][A-Z_-]+)["']""", text))
    names = {name.lower() for pair in looked_for for name in pair if name}

    assert names
    assert names <= {*OBEYED_BY_GUNICORN, *REFUSED_TO_GUNICORN}


def test_every_header_that_gunicorn_would_believe_is_listed():
    config = Config()
    believed = {*config.secure_scheme_headers, *config.forwarder_headers}

    assert {name.lower() for name in believed} == set(REFUSED_TO_GUNICORN)


def test_the_table_says_what_each_header_is_for():
    assert all(each.purpose for each in READ)
    assert request_headers.__doc__
