"""A row of a table of options, and such a table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

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


@dataclass(frozen=True, slots=True)
class Table:
    """The options of a route: a name belongs to one of them, and where a URL names none they are the `usual` ones."""

    rows: tuple[OptionRow, ...]
    preset: OptionRow
    usual: ProcessingOptions = ProcessingOptions()
    # An extension behind the source URL names the format of the result.
    has_extension: bool = True
    # `-` chains pipelines.
    has_pipelines: bool = True
    # What the names of its settings have before PRESETS and the like.
    settings_prefix: str = ""
    allow_list: str = "ALLOWED_PROCESSING_OPTIONS"
    by_name: Mapping[str, OptionRow] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {name: row for row in self.rows for name in row.names})
