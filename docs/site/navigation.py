"""What the site's pages are called, and in which order a newcomer meets them."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# Made of the options' table and their pictures; no file of the repository.
OPTIONS_PAGE = "docs/options.md"

_GROUPS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (
        "Begin",
        (
            ("README.md", "Start"),
            ("docs/playground.md", "The playground"),
            ("docs/guides/html.md", "Pictures in HTML"),
        ),
    ),
    (
        "URLs",
        (
            (OPTIONS_PAGE, "Options, with pictures"),
            ("docs/url.md", "The URL, in full"),
            ("docs/info.md", "Asking about a source"),
        ),
    ),
    (
        "Fit it in",
        (
            ("docs/guides/imgproxy.md", "Moving from imgproxy"),
            ("docs/guides/thumbor.md", "Moving from thumbor"),
            ("docs/guides/s3.md", "In front of S3"),
            ("docs/guides/frameworks.md", "With Next.js, Rails, Django, WordPress"),
            ("docs/differences.md", "Where answers are not imgproxy's"),
        ),
    ),
    (
        "Set it up",
        (
            ("docs/configuration.md", "Every setting"),
            ("docs/security.md", "Three safe configurations"),
            ("SECURITY.md", "What is meant to hold"),
            ("docs/sources.md", "Pictures in object stores"),
            ("docs/results.md", "Results that are kept"),
            ("docs/warming.md", "A catalogue, made before it is asked for"),
        ),
    ),
    (
        "Run it",
        (
            ("docs/operations.md", "Operations"),
            ("docs/scaling.md", "Growing"),
            ("docs/performance.md", "Performance"),
            ("docs/runbook.md", "When something is wrong"),
            ("docs/errors.md", "Every error"),
            ("docs/metrics.md", "Every metric"),
            ("docs/timeouts.md", "Every time limit"),
            ("docs/faults.md", "Faults, measured"),
            ("docs/upgrades.md", "Upgrades and advisories"),
            ("CHANGELOG.md", "Changes"),
        ),
    ),
    (
        "Inside",
        (
            ("docs/architecture.md", "Architecture"),
            ("docs/glossary.md", "Glossary"),
            ("CONTRIBUTING.md", "Contributing"),
        ),
    ),
)
_NOT_PAGES = ("docs/heads/", "docs/site/")


@dataclass(frozen=True, slots=True)
class Entry:
    """A page: where its text is in the repository, and its title in the navigation."""

    source: str
    title: str


@dataclass(frozen=True, slots=True)
class Group:
    """Pages under one heading."""

    title: str
    entries: tuple[Entry, ...]


def groups(root: Path) -> tuple[Group, ...]:
    """All pages of docs/ and those beside it; what nobody has given a place stands under More."""
    named = [Group(title, tuple(Entry(*each) for each in entries)) for title, entries in _GROUPS]
    decisions = tuple(_titled(root, each) for each in _pages(root) if each.startswith("docs/decisions/"))
    taken = {entry.source for group in named for entry in group.entries} | {entry.source for entry in decisions}
    others = tuple(_titled(root, each) for each in _pages(root) if each not in taken)
    more = [Group("More", others)] if others else []
    return (*named, *more, Group("Decisions", decisions))


def address(source: str) -> str:
    """Where a page is in the site."""
    if source == "README.md":
        return "index.html"
    inner = source.removeprefix("docs/") if source.startswith("docs/") else f"project/{source.lower()}"
    return f"{inner.removesuffix('.md')}.html"


def _pages(root: Path) -> Iterator[str]:
    paths = (path.relative_to(root).as_posix() for path in sorted((root / "docs").rglob("*.md")))
    yield from (path for path in paths if not path.startswith(_NOT_PAGES))


def _titled(root: Path, source: str) -> Entry:
    lines = (root / source).read_text("utf-8").splitlines()
    return Entry(source, next(line.removeprefix("# ") for line in lines if line.startswith("# ")))
