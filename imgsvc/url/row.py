"""A row of the table of processing options."""

from collections.abc import Sequence
from dataclasses import dataclass

from imgsvc.errors import ArgumentError
from imgsvc.options.processing import ProcessingOptions
from imgsvc.url.grammar import Context, Grammar


@dataclass(frozen=True, slots=True)
class OptionRow:
    """An option: its names, the canonical one first; what it takes, what it means, a use of it, and its grammar."""

    names: tuple[str, ...]
    arguments: str
    grammar: Grammar
    example: str
    sentence: str

    @property
    def shortest(self) -> str:
        """The name that built URLs have."""
        return min(self.names, key=len)

    def apply(self, args: Sequence[str], options: ProcessingOptions, context: Context) -> ProcessingOptions:
        """`options` with this option's arguments applied; ArgumentError for what is not as expected."""
        try:
            if len(args) > self.grammar.most:
                raise ValueError(f"{len(args)} arguments are {len(args) - self.grammar.most} too many")
            return self.grammar.apply(args, options, context)
        except ValueError as error:
            raise ArgumentError(f"{self.names[0]}: {error}; it takes {self.arguments}, as in {self.example}") from error

    def build(self, options: ProcessingOptions) -> list[list[str]]:
        """The arguments of each use of this option that `options` need; none where they are the defaults."""
        return self.grammar.build(options)
