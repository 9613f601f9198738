import json

import pytest

from tests.conformance.replay import verdict, with_ignored

CHANGED = "Mon, 23 Nov 2026 12:47:10 GMT"


def case(path: str, changed: str | None = CHANGED) -> str:
    return json.dumps({"path": path, "expect": {"headers": {"last-modified": changed}}})


@pytest.mark.parametrize(
    ("line", "times", "ignored"),
    [
        pytest.param(case("/_/plain/local:///a.png"), set(), ["etag", "last-modified"], id="changed at another time"),
        pytest.param(case("/_/plain/local:///a.png"), {CHANGED}, [], id="changed when it was recorded"),
        pytest.param(case("/_/plain/local:///a.png", None), set(), [], id="no time recorded"),
        pytest.param(case("/_/plain/{origin}/f/a.png"), set(), [], id="a time that the source server says"),
        pytest.param(json.dumps({"path": "/health"}), set(), [], id="nothing recorded"),
    ],
)
def test_validators_are_left_out_only_where_no_server_could_have_them(
    line: str, times: set[str], ignored: list[str]
) -> None:
    assert [each.get("ignore", []) for each in with_ignored(line, times)] == [ignored]


@pytest.mark.parametrize(
    ("env", "vary", "ignored"),
    [
        pytest.param({}, None, [], id="the settings as they come"),
        pytest.param({}, "Accept", ["etag"], id="a negotiated format"),
        pytest.param({"IMGPROXY_QUALITY": "40"}, None, ["etag"], id="another quality"),
        pytest.param({"IMGPROXY_WATERMARK_PATH": "x"}, None, ["etag"], id="a watermark"),
        pytest.param({"IMGPROXY_TTL": "40"}, None, [], id="a setting that changes no picture"),
    ],
)
def test_tags_are_left_out_where_imgsvc_s_say_more(env: dict[str, str], vary: str | None, ignored: list[str]) -> None:
    recorded = {"path": "/_/plain/local:///a.png", "expect": {"headers": {"last-modified": CHANGED, "vary": vary}}}
    suite = "\n".join(map(json.dumps, ({"env": env}, recorded)))

    _, found = with_ignored(suite, {CHANGED})

    assert found.get("ignore", []) == ignored


@pytest.mark.parametrize(("passing", "code"), [(100_000, 0), (1, 1)])
def test_fewer_than_the_minimum_are_a_failure(passing: int, code: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert verdict({str(number): [] for number in range(passing)}) == code
    assert str(passing) in capsys.readouterr().out
