"""How much CSS a drawing may have: what is over it is refused before it is read, or at the step that is too many."""

from dataclasses import dataclass, field

from imgsvc.errors import BrokenSvgError

# PERF: 0.1 s of reading.
MAX_SHEET_CHARACTERS = 150_000
MAX_RULES = 5_000
# Between commas, those in values too.
MAX_SELECTORS = 20_000
# What they grow to where rules stand in rules, in words and signs.
MAX_GROWN = 50_000
# Brackets in brackets: they are read by recursion.
MAX_NESTING = 32
# Looks at an element for a selector, and declarations that are found for it. PERF: 0.3 s.
MAX_STEPS = 300_000
# Values that take more than a look, each of them once, and what variables grow to.
MAX_VALUE_CHARACTERS = 150_000

# Of paths that are clipped or turned by their own boxes. PERF: 0.4 s, 0.7 of nothing but arcs.
MAX_OUTLINE_CHARACTERS = 1_000_000


@dataclass(slots=True)
class Steps:
    """What is left of the work that finding declarations may take."""

    left: int = MAX_STEPS

    def take(self, count: int = 1) -> None:
        """BrokenSvgError if they are used up."""
        self.check(count)
        self.left -= count

    def check(self, count: int) -> None:
        """BrokenSvgError if there are not so many."""
        if count > self.left:
            raise BrokenSvgError(f"finding what its style sheets say takes more than {MAX_STEPS} steps")


@dataclass(slots=True)
class Characters:
    """What is left of those that may be read as values."""

    left: int = MAX_VALUE_CHARACTERS

    def take(self, text: str) -> None:
        """BrokenSvgError if `text` is too much, or nested too deep."""
        check_nesting(text)
        self.left -= len(text)
        if self.left < 0:
            raise BrokenSvgError(f"more than {MAX_VALUE_CHARACTERS} characters of CSS in values")


@dataclass(slots=True)
class Outlines:
    """What is left of paths whose outlines are looked at, in characters."""

    left: int = MAX_OUTLINE_CHARACTERS

    def take(self, path: str) -> None:
        """BrokenSvgError if it is too much."""
        self.left -= len(path)
        if self.left < 0:
            raise BrokenSvgError(f"boxes are asked for of paths of over {MAX_OUTLINE_CHARACTERS} characters")


@dataclass(slots=True)
class Sheets:
    """What is left of what style sheets may hold."""

    characters: int = MAX_SHEET_CHARACTERS
    rules: int = MAX_RULES
    selectors: int = MAX_SELECTORS
    grown: int = MAX_GROWN

    def grow(self, words: int) -> None:
        """BrokenSvgError if selectors of rules in rules grow by too many."""
        self.grown -= words
        if self.grown < 0:
            raise BrokenSvgError(f"the selectors of its nested rules grow to over {MAX_GROWN} words")

    def take(self, text: str) -> None:
        """BrokenSvgError if one more sheet is too much."""
        rules = text.count("{")
        self.characters -= len(text)
        self.rules -= rules
        self.selectors -= rules + text.count(",")
        if self.characters < 0:
            raise BrokenSvgError(f"over {MAX_SHEET_CHARACTERS} characters in style sheets")
        if self.rules < 0:
            raise BrokenSvgError(f"over {MAX_RULES} rules in style sheets")
        if self.selectors < 0:
            raise BrokenSvgError(f"over {MAX_SELECTORS} selectors in style sheets")
        check_nesting(text)


@dataclass(frozen=True, slots=True)
class Work:
    """What is left of what the CSS of a drawing, and of all drawings in it, may take."""

    steps: Steps = field(default_factory=Steps)
    characters: Characters = field(default_factory=Characters)
    sheets: Sheets = field(default_factory=Sheets)
    outlines: Outlines = field(default_factory=Outlines)


def check_nesting(text: str) -> None:
    """BrokenSvgError if brackets stand in more brackets than is read."""
    depth = deepest = 0
    for character in text:
        if character in "([{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in ")]}":
            depth = max(depth - 1, 0)
    if deepest > MAX_NESTING:
        raise BrokenSvgError(f"brackets {deepest} deep in its CSS, limit {MAX_NESTING}")
