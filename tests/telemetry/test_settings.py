from imgsvc.env import Mistake, load
from imgsvc.telemetry.settings import LogSettings


def test_a_level_may_be_written_in_capitals() -> None:
    assert load(LogSettings, {"IMGPROXY_LOG_LEVEL": "WARN"}, []).log_level == "warn"


def test_an_unknown_format_is_answered_with_the_known_ones() -> None:
    mistakes: list[Mistake] = []

    load(LogSettings, {"IMGSVC_LOG_FORMAT": "xml"}, mistakes)

    assert mistakes[0].expected == "one of pretty, structured, json, gcp"
