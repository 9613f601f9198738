import io
import sys

from imgsvc.warming.catalogue.lines import listed


def sources(path, text: bytes) -> list[str]:
    path.write_bytes(text)
    return [each.source for each in listed(str(path))]


def test_a_list_has_a_source_url_a_line(tmp_path):
    assert sources(tmp_path / "list", b"http://a/1\r\n\n# a note\n  http://a/2 \nhttp://a/3") == [
        "http://a/1", "http://a/2", "http://a/3",
    ]  # fmt: skip


def test_a_character_that_ends_a_line_elsewhere_is_part_of_a_name(tmp_path):
    assert sources(tmp_path / "list", "http://a/1\x0b\u2028\x852\n".encode()) == ["http://a/1\x0b\u2028\x852"]


def test_a_list_may_come_by_standard_input():
    before, sys.stdin = sys.stdin, io.StringIO("http://a/1\n")
    try:
        assert [each.source for each in listed("-")] == ["http://a/1"]
    finally:
        sys.stdin = before
