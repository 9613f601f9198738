"""Every command of the real command line, walked: how it ends where it is used or set wrongly."""

import click
import pytest
from click.testing import CliRunner, Result

from imgsvc.cli import main
from imgsvc.commands.group import Commands
from imgsvc.errors import PathError
from imgsvc.exit_codes import ExitCode

every_command = pytest.mark.parametrize("name", sorted(main.commands))
# A use of each that is right, up to what the settings say; the others do without settings.
READING_SETTINGS = {
    "bench": (__file__,),
    "config": (),
    "drill": ("127.0.0.1:1", "--url", "/a"),
    "explain": ("/_/plain/local:///a",),
    "health": (),
    "purge": ("--old",),
    "render": ("/_/plain/local:///a", "-o", "-"),
    "sign": ("/plain/local:///a",),
    "url": ("local:///a",),
    "warm": ("--from", "-"),
}
WITHOUT_SETTINGS = {"doctor", "serve", "stacks", "top"}


def run(*arguments: str, **environ: str) -> Result:
    return CliRunner().invoke(main, arguments, env=environ)


@every_command
def test_an_option_that_there_is_not_is_wrong_usage(name: str) -> None:
    assert run(name, "--no-such-option").exit_code == ExitCode.USAGE


@every_command
def test_an_option_of_the_wrong_kind_is_wrong_usage(name: str) -> None:
    options = [each for each in main.commands[name].params if isinstance(each.type, click.types.FloatParamType)]
    options += [each for each in main.commands[name].params if isinstance(each.type, click.types.IntParamType)]

    assert {run(name, f"{each.opts[0]}=soon").exit_code for each in options} <= {ExitCode.USAGE}


@every_command
def test_an_argument_that_is_missing_is_wrong_usage(name: str) -> None:
    if any(each.required for each in main.commands[name].params):
        assert run(name).exit_code == ExitCode.USAGE


@pytest.mark.parametrize("arguments", [(), ("no-such-command",), ("--no-such-option",), ("--env-file", "/none", "url")])
def test_a_command_line_without_a_command_is_wrong_usage(arguments: tuple[str, ...]) -> None:
    assert run(*arguments).exit_code == ExitCode.USAGE


@pytest.mark.parametrize("name", sorted(READING_SETTINGS))
def test_settings_that_cannot_be_used_have_a_code_of_their_own(name: str) -> None:
    result = run(name, *READING_SETTINGS[name], IMGSVC_TTL="soon")

    assert (result.exit_code, "IMGSVC_TTL: expected" in result.stderr) == (ExitCode.CONFIG, True)


def test_every_command_is_known_to_read_settings_or_not_to() -> None:
    assert set(READING_SETTINGS) | WITHOUT_SETTINGS == set(main.commands)


def ending_with(error: BaseException) -> Result:
    @click.group(cls=Commands)
    def group() -> None:
        pass

    @group.command()
    def fail() -> None:
        raise error

    return CliRunner().invoke(group, ["fail"])


def test_a_rendering_error_says_what_the_server_would_answer() -> None:
    result = ending_with(PathError("no path"))

    assert (result.exit_code, "PathError (the server answers 404): no path" in result.output) == (ExitCode.NO, True)


def test_ctrl_c_ends_a_command_as_shells_expect() -> None:
    assert ending_with(KeyboardInterrupt()).exit_code == ExitCode.INTERRUPTED
