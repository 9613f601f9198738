"""Chained pipelines: each is planned for the size that the one before it leaves, and all before a pixel is decoded.

Only what a border is trimmed of is planned later, once its size is known.
"""

from dataclasses import dataclass

from imgsvc.options.formats import Format
from imgsvc.options.geometry import Size
from imgsvc.options.processing import ProcessingOptions
from imgsvc.transforms.planning.bounds import check_chain
from imgsvc.transforms.planning.objects import without_network
from imgsvc.transforms.planning.plan import Plan, SourceShape, plan

# Of what is not the result yet: it holds whatever a pipeline may make.
BETWEEN = Format.PNG


@dataclass(frozen=True, slots=True)
class Chain:
    """All pipelines of a rendition, and what the plans of those behind the first depend on."""

    pipelines: tuple[ProcessingOptions, ...]
    source: Size
    format: Format
    # The longest side of what is between, and of the result; 0 is no limit.
    longest: tuple[int, int]
    # No animation has its border trimmed.
    trims: bool
    linear: bool
    to_smart: bool

    def plans(self, known: tuple[Plan, ...], size: Size | None = None) -> tuple[Plan, ...]:
        """Those that are known, with those that follow, up to one that trims.

        `size` is what trimming has just left for the first of those that follow. ResolutionError: all of them
        together would make too much.
        """
        found, is_trimmed = [*known], size is not None
        for wishes in self.pipelines[len(known) :]:
            if self.must_trim(wishes) and not is_trimmed:
                break
            found.append(self._plan(wishes, size or found[-1].result_size, is_last=len(found) + 1 == self.count))
            size, is_trimmed = None, False
        check_chain([each.most_pixels for each in found], self.source)
        return tuple(found)

    @property
    def count(self) -> int:
        """How many pipelines there are."""
        return len(self.pipelines)

    def must_trim(self, wishes: ProcessingOptions) -> bool:
        """Whether a pipeline begins with cutting a border off."""
        return self.trims and wishes.trim.threshold is not None

    def _plan(self, wishes: ProcessingOptions, size: Size, *, is_last: bool) -> Plan:
        return plan(
            SourceShape(size),
            without_network(wishes, to_smart=self.to_smart),
            result_format=self.format if is_last else BETWEEN,
            max_result_dimension=self.longest[is_last],
            linear=self.linear,
        )
