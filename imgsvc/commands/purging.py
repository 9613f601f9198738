"""Forget what was kept: `imgsvc purge`."""

import time
from typing import NamedTuple

import click

from imgsvc.config import Config, from_environment, guard, recipe
from imgsvc.errors import RenderingError
from imgsvc.keeping.storage import Storage
from imgsvc.kept_sources import naming as sources
from imgsvc.results.entry import decode
from imgsvc.results.naming import TAGS, folder_of, folder_of_tag, is_key
from imgsvc.schemes import create_result_storage, create_source_storage
from imgsvc.url.parse import Parser

# For one entry, which may be large.
_LOOKUP_SECONDS = 30.0


class _Stores(NamedTuple):
    """Where something is kept; they may be one place."""

    results: Storage | None
    sources: Storage | None


@click.command()
@click.option("--source", help="Forget all that was made of this source URL, and the source.")
@click.option("--tag", help="Forget all that URLs with this tag (cache_tags) have asked for.")
@click.option("--recipe", "name", help="Forget all that was made by these settings: the name of a folder in the store.")
@click.option("--old", is_flag=True, help="Forget all that was made and fetched by other settings than the present.")
@click.pass_obj
def purge(environ: dict[str, str], source: str | None, tag: str | None, name: str | None, *, old: bool) -> None:
    """Forget what RESULT_STORE and SOURCE_STORE keep; it is made and fetched anew when it is asked for."""
    if (source is not None) + (tag is not None) + (name is not None) + old != 1:
        raise click.UsageError("one of --source, --tag, --recipe and --old says what to forget")
    config = from_environment(environ)
    stores = _Stores(create_result_storage(config), create_source_storage(config))
    if not any(stores):
        raise click.ClickException("neither RESULT_STORE nor SOURCE_STORE is set, so that nothing is kept")
    try:
        forgotten = [0, 0]
        # Of a source that is kept servers would make again what has just been forgotten.
        if stores.sources and (old or source is not None):
            forgotten[1] = _sources_forgotten(stores.sources, config, source)
        if stores.results:
            forgotten[0] = _results_forgotten(stores.results, config, source, tag, name)
    except (OSError, RenderingError) as error:
        raise click.ClickException(str(error)) from error
    told = zip(forgotten, ("result", "source"), stores, strict=True)
    counts = (f"{count} {what}{'s' * (count != 1)}" for count, what, store in told if store)
    click.echo(f"{' and '.join(counts)} forgotten")


def _results_forgotten(storage: Storage, config: Config, source: str | None, tag: str | None, name: str | None) -> int:
    if tag is not None:
        return _forget_tagged(storage, tag)
    recipes = [each for each in storage.folders() if each != TAGS and not sources.is_folder(each)]
    if source is not None:
        fetched = _as_fetched(config, source)
        return sum(_forget_source(storage, folder_of(each, fetched)) for each in recipes)
    present = recipe(config)
    gone = {each for each in recipes if (each != present if name is None else each == name)}
    count = sum(map(storage.forget, sorted(gone)))
    for marker in list(storage.keys(TAGS)) if gone else ():
        if marker.removeprefix(f"{TAGS}/").partition("/")[2].partition("/")[0] in gone:
            storage.delete(marker)
    return count


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


def _forget_source(storage: Storage, folder: str) -> int:
    """All that lies there, and the markers of its tags."""
    for key in list(storage.keys(folder)):
        data = storage.get(key, _LOOKUP_SECONDS)
        entry = decode(data, key) if data else None
        for tag in entry.tags if entry else ():
            storage.delete(f"{folder_of_tag(tag)}/{key}")
    return storage.forget(folder)


def _sources_forgotten(storage: Storage, config: Config, source: str | None) -> int:
    """A source, by whatever settings it was fetched; or all that were by others than the present ones."""
    folders = [each for each in storage.folders() if sources.is_folder(each)]
    if source is None:
        present = sources.folder_of(guard(config))
        return sum(storage.forget(each) for each in folders if each != present)
    keys = [sources.key_in(each, _as_fetched(config, source)) for each in folders]
    found = [key for key in keys if storage.get(key, _LOOKUP_SECONDS) is not None]
    for key in keys:
        storage.delete(key)
    return len(found)


def _as_fetched(config: Config, source: str) -> str:
    return Parser(config.url, (), now=time.time).rewritten(source).text
