"""What the page can have done."""

from collections.abc import Iterator

import pytest

from imgsvc.security.settings import SignatureSettings
from imgsvc.security.signature import Signature
from imgsvc.url.table import OPTIONS
from tests import images
from tests.playground.stub import Playground, playground

SOURCE = "local:///meadow.jpg"


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Playground]:
    """The playground of a server without keys."""
    root = tmp_path_factory.mktemp("pictures")
    (root / "meadow.jpg").write_bytes(images.encoded(images.quadrants(400, 200), "jpg"))
    with playground(root, allow_security_options="1", allow_bypass_cache="1", presets="thumb=w:9,sharp=sh:1") as found:
        yield found


def test_the_form_knows_every_option_and_our_samples(ours):
    told = ours.call("form").json()

    assert (len(told["options"]), told["samples"]) == (len(OPTIONS), [SOURCE])


def test_what_is_read_is_written_again(ours):
    read = ours.call("read", {"url": f"/_/w:300/q:80/plain/{SOURCE}@webp"}).json()

    assert (read["uses"], read["shown"]) == (["w:300", "q:80"], f"/unsafe/w:300/q:80/plain/{SOURCE}@webp")
    assert read["meaning"] == ["resize:fit:300", "format:webp", "quality:80"]
    assert ours.call("write", read).json()["target"] == read["target"]


@pytest.mark.parametrize("row", OPTIONS, ids=lambda row: row.names[0])
def test_the_example_of_every_option_can_be_added(ours, row):
    told = ours.call("write", {"uses": [row.example], "source": SOURCE}).json()

    assert f"/{row.example}/" in told["target"]


def test_an_error_is_told_with_what_to_do(ours):
    told = ours.call("write", {"uses": ["q:101"], "source": SOURCE}).json()

    assert (told["error"], told["status"]) == ("ArgumentError", 404)
    assert "from 0 to 100" in told["text"]
    assert told["remedy"]


def test_a_source_that_is_not_there_is_told_as_the_operator_reads_it(ours):
    told = ours.call("explain", {"target": "/_/w:9/plain/local:///none.jpg"}).json()

    assert (told["error"], "none.jpg" in told["text"]) == ("SourceUnreachableError", True)


def test_shortened_presets_are_written_out(ours):
    told = ours.call("shorten", {"uses": ["pr:thumb", "blur:0"], "source": SOURCE}).json()

    assert told["uses"] == ["rs:fit:9"]


def test_the_source_itself_is_offered_unless_the_settings_forbid_it(ours, tmp_path):
    asked = {"uses": ["w:9"], "source": SOURCE}

    assert ours.call("write", asked).json()["source_target"] == f"/unsafe/raw:1/plain/{SOURCE}"
    with playground(tmp_path, allowed_processing_options="w,rs,f") as strict:
        told = strict.call("write", asked).json()
        assert (told["source_target"], told["source_picture"] != "") == ("", True)


def test_a_wish_of_another_shape_is_refused(ours):
    assert ours.call("write", {"uses": "w:1"}).status_code == 400


def test_the_widths_of_a_srcset_are_those_of_its_pictures(ours):
    asked = {"uses": ["rs:fit:100:100"], "source": SOURCE, "host": "https://img.example/"}
    told = {each["title"]: each["text"] for each in ours.call("snippets", asked).json()["snippets"]}

    assert f"https://img.example/unsafe/rs:fit:100:100/dpr:0.5/plain/{SOURCE} 50w" in told["<img>"]
    assert 'width="100" height="50"' in told["<img>"]


def test_what_is_asked_about_the_source_is_signed_behind_its_route(tmp_path):
    keys = {"key": b"demo-key".hex(), "salt": b"demo-salt".hex()}
    pair = Signature(SignatureSettings((b"demo-key",), (b"demo-salt",)))
    with playground(tmp_path, **keys) as signed:
        told = signed.call("write", {"uses": ["w:9"], "source": SOURCE}).json()

    assert told["about"] == f"/info/{pair.sign(f'/plain/{SOURCE}')}/plain/{SOURCE}"


def test_about_a_dropped_file_its_own_server_is_asked(ours):
    told = ours.call("write", {"uses": [], "source": f"dropped:///{'a' * 64}"}).json()

    assert told["about"].startswith("/info/unsafe/plain/local:///")


def test_where_urls_hold_presets_alone_nothing_is_asked_about_a_source(tmp_path):
    with playground(tmp_path, info_only_presets="1") as strict:
        assert strict.call("write", {"uses": [], "source": SOURCE}).json()["about"] == ""
