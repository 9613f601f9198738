import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgsvc.runtime.http.named_headers import check_answered, check_requested, pairs


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("", (), id="nothing"),
        pytest.param("X-A=1", (("X-A", "1"),), id="one"),
        pytest.param("X-A=1\\;X-B=2", (("X-A", "1"), ("X-B", "2")), id="two"),
        pytest.param("X-A=a=b;c", (("X-A", "a=b;c"),), id="a value with an equals sign and half a separator"),
        pytest.param(" X-A = a b ", (("X-A", "a b"),), id="blanks around both"),
        pytest.param("X-A=", (("X-A", ""),), id="an empty value"),
    ],
)  # fmt: skip
def test_headers_are_read_from_one_line(text: str, found: tuple[tuple[str, str], ...]) -> None:
    assert pairs(text, "\\;") == found


@pytest.mark.parametrize("text", ["=1", "X A=1", "X-A", "X-A=\u00e9", "X-A=a\nb", "X-A=1\\;", "X-A=1\\;\\;X-B=2"])
def test_what_is_no_header_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"without a name|'"):
        pairs(text, "\\;")


@given(text=st.text(max_size=30))
def test_no_text_makes_more_than_one_line(text: str) -> None:
    try:
        found = pairs(text, ";")
    except ValueError:
        return
    assert all(f"{name}{value}".isprintable() or "\t" in value for name, value in found)
    assert not {"\r", "\n"} & set("".join(name + value for name, value in found))


@pytest.mark.parametrize("name", ["Connection", "transfer-encoding", "Content-Length", "Range", "TE", "If-None-Match"])
def test_what_decides_how_a_source_is_read_is_not_set_by_hand(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        check_requested([name])


@pytest.mark.parametrize("name", ["Content-Type", "Connection", "content-length", "Cache-Control", "Vary", "Server"])
def test_what_an_answer_says_of_itself_is_not_set_by_hand(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        check_answered([name])


def test_everything_else_may_be_set() -> None:
    check_requested(["Host", "Authorization", "Cookie", "X-Tenant", "User-Agent"])
    check_answered(["Set-Cookie", "X-Tenant", "Timing-Allow-Origin"])
