"""Moving in from imgproxy."""

import pytest

from imgsvc.commands.moving import Fate, env_lines, moved, variables_in
from imgsvc.config import known_variables
from imgsvc.settings import envfile
from imgsvc.settings.foreign import FOREIGN

ENV = "# mine\nexport IMGPROXY_KEY='736563'\nIMGPROXY_MAX_SRC_RESOLUTION=20.5\n\nIMGPROXY_BASE_URL=\"https://x/a b/\"\n"
COMPOSE_LIST = """
services:
  imgproxy:
    image: ghcr.io/imgproxy/imgproxy:latest
    environment:
      # the key
      - IMGPROXY_KEY=736563
      - "IMGPROXY_BASE_URL=https://x/a b/"
      - IMGPROXY_MAX_SRC_RESOLUTION=20.5   # megapixels
    ports: ["8080:8080"]
"""
COMPOSE_MAP = """
    environment:
      IMGPROXY_KEY: '736563'
      IMGPROXY_BASE_URL: https://x/a b/
      IMGPROXY_MAX_SRC_RESOLUTION: 20.5
"""
HELM = """
image: {tag: v4}
env:
  - name: IMGPROXY_KEY
    value: "736563"
  - name: IMGPROXY_BASE_URL
    value: https://x/a b/
  - name: IMGPROXY_MAX_SRC_RESOLUTION
    value: "20.5"
"""
WANTED = {"IMGPROXY_KEY": "736563", "IMGPROXY_BASE_URL": "https://x/a b/", "IMGPROXY_MAX_SRC_RESOLUTION": "20.5"}


def fates(**variables: str) -> dict[str, Fate]:
    return {each.name: each.fate for each in moved(variables)}


@pytest.mark.parametrize("text", [ENV, COMPOSE_LIST, COMPOSE_MAP, HELM], ids=["env", "list", "map", "helm"])
def test_variables_are_read_of_every_kind_of_file(text: str) -> None:
    assert variables_in(text) == (WANTED, [])


@pytest.mark.parametrize("end", ["\n", "\0"])
def test_of_a_running_process_nothing_is_unquoted(end: str) -> None:
    text = end.join(["PATH=/bin", "IMGPROXY_BASE_URL='a' # b", "IMGPROXY_PRESETS=a=w:1,b=h:$2", ""])

    found, untold = variables_in(text, is_file=False)

    assert (found["IMGPROXY_BASE_URL"], found["IMGPROXY_PRESETS"], untold) == ("'a' # b", "a=w:1,b=h:$2", [])


@pytest.mark.parametrize("value", ["${SECRET}", "|", "*anchor", "{{ .Values.key }}", '"a$b"'])
def test_what_stands_for_something_else_is_to_be_set_by_hand(value: str) -> None:
    assert variables_in(f"env:\n  IMGPROXY_KEY: {value}\n  IMGPROXY_TTL: 5\n") == (
        {"IMGPROXY_TTL": "5"},
        ["IMGPROXY_KEY"],
    )


@pytest.mark.parametrize("line", ["- IMGPROXY_KEY", "IMGPROXY_KEY:", "IMGPROXY_KEY: # from the shell"])
def test_what_compose_takes_from_its_own_environment_is_to_be_set_by_hand(line: str) -> None:
    assert variables_in(f"environment:\n  {line}\n") == ({}, ["IMGPROXY_KEY"])


def test_a_value_that_a_secret_holds_is_to_be_set_by_hand() -> None:
    secret = "  - name: IMGPROXY_KEY\n    valueFrom:\n      secretKeyRef: {name: a, key: b}\n"

    found = variables_in(f"env:\n{secret}  - name: IMGPROXY_TTL\n    value: 5\n")

    assert found == ({"IMGPROXY_TTL": "5"}, ["IMGPROXY_KEY"])


def test_each_variable_is_told_what_becomes_of_it() -> None:
    assert fates(
        PATH="/bin",
        AWS_ACCESS_KEY_ID="a",
        IMGPROXY_KEY="73",
        IMGPROXY_MAX_CHAINED_PIPELINES="3",
        IMGPROXY_KEEP_ALIVE_TIMEOUT="5",
        IMGPROXY_REQUESTS_QUEUE_SIZE="5",
        IMGPROXY_LICENSE_KEY="x",
        IMGPROXY_PPROF_BIND="",
        IMGPROXY_NEVER_HEARD="1",
    ) == {
        "AWS_ACCESS_KEY_ID": Fate.KEPT,
        "IMGPROXY_KEEP_ALIVE_TIMEOUT": Fate.IGNORED,
        "IMGPROXY_KEY": Fate.KEPT,
        "IMGPROXY_LICENSE_KEY": Fate.IGNORED,
        "IMGPROXY_MAX_CHAINED_PIPELINES": Fate.FREE,
        "IMGPROXY_NEVER_HEARD": Fate.UNKNOWN,
        "IMGPROXY_PPROF_BIND": Fate.IGNORED,
        "IMGPROXY_REQUESTS_QUEUE_SIZE": Fate.RENAMED,
    }


def test_every_setting_and_every_foreign_variable_has_a_fate() -> None:
    names = [*known_variables(), *(name.replace("*", "X") for row in FOREIGN for name in row.variables())]

    found = {each.name for each in moved(dict.fromkeys(names, "1")) if each.fate is not Fate.UNKNOWN}

    assert [name for name in names if name.startswith("IMGPROXY_") and name not in found] == []


def test_the_env_file_says_the_same_under_our_names() -> None:
    variables = {"IMGPROXY_PRESETS": "a=w:1 # b'c\\d$E", "IMGPROXY_LICENSE_KEY": "secret", "AWS_ACCESS_KEY_ID": "i"}
    text = "\n".join(env_lines(variables))

    assert envfile.read(text, {"E": "5"}) == {"IMGSVC_PRESETS": "a=w:1 # b'c\\d$E", "AWS_ACCESS_KEY_ID": "i"}
    assert "secret" not in text
