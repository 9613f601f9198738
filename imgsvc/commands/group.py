"""The frame around every command: whatever goes wrong in one becomes a sentence, and an exit code of the table."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

import click

from imgsvc.errors import RenderingError
from imgsvc.exit_codes import ExitCode
from imgsvc.settings.env import SettingsError


class Commands(click.Group):
    """A group of commands that need not know how they end: usage, settings and rendering errors just leave them."""

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        """Read the command line up to the command's name."""
        with _told():
            return super().make_context(*args, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """Read the rest of it, and run the command."""
        with _told():
            return super().invoke(ctx)


class _RefusedSettings(click.ClickException):
    def __init__(self, error: SettingsError) -> None:
        super().__init__(str(error))
        self.exit_code = ExitCode.TRY_AGAIN if error.is_passing else ExitCode.CONFIG  # type: ignore[misc]

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(f"These settings cannot be used:\n{self.format_message()}", file=file, err=file is None)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except click.UsageError as error:
        error.exit_code = ExitCode.USAGE  # type: ignore[misc]
        raise
    except SettingsError as error:
        raise _RefusedSettings(error) from error
    except RenderingError as error:
        name = type(error).__name__
        raise click.ClickException(f"{name} (the server answers {error.status}): {error}\n{error.remedy}") from error
    except KeyboardInterrupt:
        sys.exit(ExitCode.INTERRUPTED)
