"""Figures that are kept: docs/performance/NAME.json, and the section of a page of docs that is made of it.

python -m bench.figures.page    makes the sections again of the figures that are there
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench.figures.large import Large, Together, large_section, read_large, read_together, together_section
from bench.figures.memory import Memory, memory_section, read_memory
from bench.figures.predictions import Predictions, predictions_section, read_predictions
from bench.figures.results import Process, Results, Slice
from bench.figures.sections import against_section, answers_section, origins_section
from bench.load import Counted
from bench.origins.paced import Told
from bench.servers.answers import Answer
from bench.tasks import BUCKETS, TASKS

DOCS = Path(__file__).parents[2] / "docs"
PAGES = {
    "answers": "performance.md",
    "origins": "performance.md",
    "buckets": "performance.md",
    "against": "performance.md",
    "memory": "performance.md",
    "large": "performance.md",
    "together": "performance.md",
    "predictions": "scaling.md",
}
_KEPT = "performance/{}.json"
Kept = Results | Memory | Predictions | Large | Together


def write(name: str, found: Kept) -> None:
    """Keep the figures, and show them on their page."""
    text = json.dumps(as_json(found), indent=1) + "\n"
    (DOCS / _KEPT.format(name)).write_text(text, "utf-8")
    _show(name)


def name_of(results: Results) -> str:
    """Which of the sections these figures are for."""
    if results.base:
        return "against"
    for name, tasks in (("buckets", BUCKETS), ("answers", TASKS)):
        if results.tasks and set(results.tasks) <= {task.name for task in tasks}:
            return name
    return "origins"


def shown(name: str, text: str) -> str:
    """The page with that section made of the figures that are kept; where there are none it stays."""
    file = DOCS / _KEPT.format(name)
    return _put(text, name, section(name, json.loads(file.read_text("utf-8")))) if file.exists() else text


def _show(name: str) -> None:
    page = DOCS / PAGES[name]
    page.write_text(shown(name, page.read_text("utf-8")), "utf-8")


def _put(text: str, name: str, lines: Iterator[str]) -> str:
    """The text with these lines between the marks of that name."""
    before, mark, rest = re.split(rf"(<!-- {name}: .*-->\n)", text)
    end = f"<!-- /{name} -->"
    return f"{before}{mark}\n" + "".join(f"{line}\n" for line in lines) + f"\n{end}{rest.partition(end)[2]}"


def section(name: str, data: Any) -> Iterator[str]:
    """Markdown of the figures, as they were kept."""
    if make := _MADE.get(name):
        return make(data)
    return _OF_RESULTS[name](from_json(data))


_MADE: Mapping[str, Callable[[Any], Iterator[str]]] = {
    "memory": lambda data: memory_section(read_memory(data)),
    "predictions": lambda data: predictions_section(read_predictions(data)),
    "large": lambda data: large_section(read_large(data)),
    "together": lambda data: together_section(read_together(data)),
}
_OF_RESULTS: Mapping[str, Callable[[Results], Iterator[str]]] = {
    "answers": answers_section,
    "origins": origins_section,
    "buckets": origins_section,
    "against": against_section,
}


def as_json(found: Kept) -> Any:
    """Everything, as JSON has it."""
    data = asdict(found)
    if isinstance(found, Results):
        data["faults"] = [[*key, fault] for key, fault in found.faults.items()]
    return data


def from_json(data: Any) -> Results:
    """The results that were kept."""
    return Results(
        **{
            **data,
            "processes": [Process(**each) for each in data["processes"]],
            "answers": [Answer(**each) for each in data["answers"]],
            "slices": [_slice(each) for each in data["slices"]],
            "origins": [_slice(each) for each in data["origins"]],
            "faults": {(task, server): fault for task, server, fault in data["faults"]},
        }
    )


def _slice(data: Any) -> Slice:
    told = Told(**data["told"]) if data["told"] else None
    return Slice(**{**data, "counted": Counted(**data["counted"]), "told": told})


if __name__ == "__main__":
    for each in PAGES:
        _show(each)
