"""Twin of imgsvc/urls.py, of what test_cli.py does not say."""

from click.testing import CliRunner, Result

from imgsvc.cli import main
from imgsvc.security.settings import SignatureSettings
from imgsvc.security.signature import Signature

OLD, NEW = (b"test-key", b"test-salt"), (b"test-key2", b"test-salt2")
BOTH = {
    "IMGSVC_KEY": f"{OLD[0].hex()},{NEW[0].hex()}",
    "IMGSVC_SALT": f"{OLD[1].hex()},{NEW[1].hex()}",
}


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, env=BOTH)


def test_a_path_is_signed_with_the_first_pair_or_the_one_that_is_named() -> None:
    signed = [run("sign", "/w:9/plain/http://x/a", *more).output for more in ((), ("--key-index", "1"))]

    assert signed == [
        f"/{Signature(SignatureSettings((key,), (salt,))).sign('/w:9/plain/http://x/a')}/w:9/plain/http://x/a\n"
        for key, salt in (OLD, NEW)
    ]


def test_a_url_is_signed_with_the_pair_that_is_named() -> None:
    built = run("url", "http://x/a", "--key-index", "1").output

    assert built == run("sign", "/plain/http://x/a", "--key-index", "1").output


def test_a_pair_that_is_not_there_is_named_in_vain() -> None:
    result = run("sign", "/plain/http://x/a", "--key-index", "2")

    assert (result.exit_code, "they have 2, counted from 0" in result.output) == (64, True)


def test_while_keys_are_changed_urls_of_both_are_served() -> None:
    both = Signature(SignatureSettings((OLD[0], NEW[0]), (OLD[1], NEW[1])))

    for key_index in (0, 1):
        both.verify(both.sign("/w:9/plain/x", key_index), "w:9/plain/x")


def test_what_html_is_given_is_for_html() -> None:
    result = run("url", "http://x/a", "--widths", "320")

    assert (result.exit_code, "are for --html" in result.output) == (64, True)
