import pytest

from imgsvc.errors import (
    CredentialsError,
    RenderingError,
    RequestTimeoutError,
    SourceStatusError,
    SourceTooLargeError,
    SourceUnreachableError,
)
from imgsvc.runtime.scope import NotAtOnceError
from imgsvc.source_url import SourceUrl
from imgsvc.sources.secrecy import Discreet, silenced

PLAIN = SourceUrl.parse("http://hush.example/hush.png")
SECRET = PLAIN.hidden("enc/AAEC...")
REFUSED = ConnectionRefusedError(111, "Connection refused: hush.example")


def caught(error: Exception, source: SourceUrl = SECRET) -> BaseException:
    with pytest.raises(Exception) as found, Discreet(source):
        raise error from REFUSED
    return found.value


@pytest.mark.parametrize(
    "error",
    [
        SourceUnreachableError("hush.example: refused"),
        SourceStatusError("http://hush.example/hush.png answered 404: b'no hush.png'", status=404),
        OSError(13, "Permission denied", "/hush.png"),
        KeyError("http://hush.example/hush.png"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_nothing_is_said_of_a_secret_source(error: Exception) -> None:
    found = caught(error)

    assert "hush" not in f"{found} {found.args} {found.__cause__}"
    assert str(found).startswith("enc/AAEC...: ")


def test_of_an_error_its_kind_and_its_beginning_are_said() -> None:
    found = caught(SourceUnreachableError("hush"))

    assert str(found).endswith("no such file. (ConnectionRefusedError ECONNREFUSED)")


def test_an_error_keeps_what_decides_its_answer() -> None:
    error = SourceTooLargeError("hush")
    error.at_start = False

    found = caught(error)

    assert found is error
    assert not error.at_start


def test_where_it_was_raised_is_kept() -> None:
    assert caught(KeyError("hush")).__traceback__ is not None


@pytest.mark.parametrize("error", [CredentialsError("the role"), RequestTimeoutError("during fetch")])
def test_what_says_nothing_of_a_source_is_left_as_it_is(error: RenderingError) -> None:
    assert silenced(error, SECRET).args == error.args != ()


def test_who_has_to_wait_is_told_so() -> None:
    error = NotAtOnceError("not yet")

    assert caught(error) is error


def test_of_another_source_everything_is_said() -> None:
    error = SourceUnreachableError("hush.example: refused")

    assert str(caught(error, PLAIN)) == "hush.example: refused"
