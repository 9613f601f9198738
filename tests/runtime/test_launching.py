from pathlib import Path

from imgsvc.runtime.launching import server_command


def test_the_server_is_gunicorn_with_our_configuration():
    command = server_command("--pid", "x")

    assert command[1:4] == ["-m", "gunicorn", "-c"]
    assert Path(command[4]).read_text("utf-8").startswith('"""How gunicorn runs imgsvc')
    assert command[5:] == ["--pid", "x", "imgsvc.app:application"]
