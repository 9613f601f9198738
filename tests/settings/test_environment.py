from pathlib import Path

import pytest

from imgsvc.settings.env import SettingsError
from imgsvc.settings.environment import environment, missing_env_file, take


def test_the_env_file_is_laid_over_the_environment(tmp_path: Path) -> None:
    file = tmp_path / "env"
    file.write_text("A=file\n# a comment\nB='two words'\n")

    found = environment({"A": "shell", "C": "shell", "IMGPROXY_ENV_LOCAL_FILE_PATH": str(file)})

    assert (found["A"], found["B"], found["C"]) == ("file", "two words", "shell")


@pytest.mark.parametrize("content", [b"A=1\nB\n", b"A=\xff\n"], ids=["a line without =", "no text"])
def test_an_env_file_that_cannot_be_read_is_a_mistake(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "env"
    file.write_bytes(content)

    with pytest.raises(SettingsError, match="IMGPROXY_ENV_LOCAL_FILE_PATH: expected"):
        environment({"IMGPROXY_ENV_LOCAL_FILE_PATH": str(file)})


def test_an_env_file_that_is_a_folder_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="can be read"):
        environment({"IMGSVC_ENV_LOCAL_FILE_PATH": str(tmp_path)})


def test_an_env_file_that_is_not_there_is_ignored() -> None:
    environ = {"IMGSVC_ENV_LOCAL_FILE_PATH": "/nowhere/env"}

    assert environment(environ) == environ


def test_a_blank_name_of_an_env_file_is_none(tmp_path: Path) -> None:
    file = tmp_path / "env"
    file.write_text("A=file")

    found = environment({"IMGSVC_ENV_LOCAL_FILE_PATH": " ", "IMGPROXY_ENV_LOCAL_FILE_PATH": str(file)})

    assert found["A"] == "file"


def test_an_env_file_that_is_not_there_can_be_told() -> None:
    assert missing_env_file({"IMGPROXY_ENV_LOCAL_FILE_PATH": "/nowhere"}) == "IMGPROXY_ENV_LOCAL_FILE_PATH"
    assert missing_env_file({"IMGPROXY_ENV_LOCAL_FILE_PATH": __file__}) == ""


def test_what_is_taken_out_of_the_environment_is_not_found_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", "/run/notify")

    assert (take("NOTIFY_SOCKET"), take("NOTIFY_SOCKET")) == ("/run/notify", "")
