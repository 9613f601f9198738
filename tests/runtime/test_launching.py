from pathlib import Path

import pytest

from imgsvc.runtime.launching import GunicornArgumentsError, check_arguments, server_command


def test_the_server_is_gunicorn_with_our_configuration():
    command = server_command("--pid", "x")

    assert command[1:4] == ["-m", "gunicorn", "-c"]
    assert Path(command[4]).read_text("utf-8").startswith('"""How gunicorn runs imgsvc')
    assert command[5:] == ["--pid", "x", "imgsvc.app:application"]


@pytest.mark.parametrize(
    ("arguments", "why"), [(["--nope"], "unrecognized arguments: --nope"), (["--workers", "x"], "invalid int value")]
)
def test_arguments_that_gunicorn_would_refuse_are_told_before(arguments, why):
    with pytest.raises(GunicornArgumentsError, match=why):
        check_arguments(arguments)


def test_arguments_that_gunicorn_takes_pass():
    check_arguments(["--pid", "x", "--capture-output"])
