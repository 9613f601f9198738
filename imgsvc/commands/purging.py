"""Forget results that were kept: `imgsvc purge`."""

import time

import click

from imgsvc.config import Config, from_environment, recipe
from imgsvc.errors import RenderingError
from imgsvc.results.naming import TAGS, folder_of, folder_of_tag, is_key
from imgsvc.results.storage import Storage
from imgsvc.schemes import create_result_storage
from imgsvc.url.parse import Parser


@click.command()
@click.option("--source", help="Forget all that was made of this source URL.")
@click.option("--tag", help="Forget all that URLs with this tag (cache_tags) have asked for.")
@click.option("--recipe", "name", help="Forget all that was made by these settings: the name of a folder in the store.")
@click.option("--old", is_flag=True, help="Forget all that was made by other settings than the present ones.")
@click.pass_obj
def purge(environ: dict[str, str], source: str | None, tag: str | None, name: str | None, *, old: bool) -> None:
    """Forget results that RESULT_STORE keeps; they are made anew when they are asked for."""
    if (source is not None) + (tag is not None) + (name is not None) + old != 1:
        raise click.UsageError("one of --source, --tag, --recipe and --old says what to forget")
    config = from_environment(environ)
    storage = create_result_storage(config)
    if storage is None:
        raise click.ClickException("RESULT_STORE is not set, so that no results are kept")
    try:
        if tag is not None:
            count = _forget_tagged(storage, tag)
        else:
            count = sum(map(storage.forget, _folders(config, storage, source, name)))
    except (OSError, RenderingError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{count} {'result' if count == 1 else 'results'} forgotten")


def _forget_tagged(storage: Storage, tag: str) -> int:
    """Each entry, and then its marker: what is broken off is found again."""
    folder, count = folder_of_tag(tag), 0
    for marker in list(storage.keys(folder)):
        key = marker.removeprefix(f"{folder}/")
        # SECURITY: whoever may write to the store does not have other things deleted.
        if is_key(key):
            storage.delete(key)
            count += 1
        storage.delete(marker)
    return count


def _folders(config: Config, storage: Storage, source: str | None, name: str | None) -> list[str]:
    recipes = [each for each in storage.folders() if each != TAGS]
    if source is not None:
        fetched = Parser(config.url, (), now=time.time).rewritten(source).text
        return [folder_of(each, fetched) for each in recipes]
    if name is not None:
        return [each for each in recipes if each == name]
    return [each for each in recipes if each != recipe(config)]
