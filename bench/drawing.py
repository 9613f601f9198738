"""Draws growth.json, or peaks.json, in matplotlib's own environment: python bench/drawing.py FILE; an SVG for each."""

import json
import sys
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt

# The same file from the same figures.
mpl.rcParams.update({"svg.hashsalt": "imgsvc", "svg.fonttype": "none", "font.size": 9, "axes.grid": True})

COSTS = (("cpu_ms", "CPU ms an answer"), ("megabytes", "MB of a worker at most"))
FLOWS = (("rate", "answers a second"), ("p95_ms", "ms for 95 of 100"), ("megabytes", "MB of the service (PSS)"))
# Of both on one scale.
PEAKS = (("imgsvc", "imgsvc: MiB over idle, one request"), ("imgproxy", "imgproxy: the same"))
DIRECTIONS = {
    "source": ("megapixels of the source, to 500 pixels wide", "linear", COSTS),
    "result": ("megapixels of the result, from a JPEG of 8", "linear", COSTS),
    "connections": ("connections", "log", FLOWS),
    "workers": ("workers", "linear", FLOWS),
    "peaks": ("megapixels of the source, to 300 pixels", "linear", PEAKS),
}


def main(file: Path) -> None:
    """One picture for each direction, beside the figures."""
    found = json.loads(file.read_text("utf-8"))
    for name in DIRECTIONS.keys() & found.keys():
        label, scale, figures = DIRECTIONS[name]
        draw(file.with_name(f"{name}.svg"), found[name], label, scale, figures)


def draw(file: Path, rows: list[dict[str, Any]], label: str, scale: str, figures: tuple[tuple[str, str], ...]) -> None:
    """The figures side by side, a line for each kind of row."""
    picture, panels = plt.subplots(
        1, len(figures), figsize=(4 * len(figures), 3.5), sharey=figures is PEAKS, layout="constrained"
    )
    for panel, (figure, title) in zip(panels, figures, strict=True):
        for line in dict.fromkeys(row["line"] for row in rows):
            points = [(row["x"], row[figure]) for row in rows if row["line"] == line]
            panel.plot(*zip(*points, strict=True), marker="o", markersize=3, linewidth=1.2, label=line)
        panel.set(xlabel=label, title=title, xscale=scale)
        if scale == "log":
            ticks = sorted({row["x"] for row in rows})
            panel.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
            panel.minorticks_off()
    for panel in panels:
        panel.set_ylim(bottom=0)
    picture.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=3, fontsize=8)
    picture.savefig(file, metadata={"Date": None})
    plt.close(picture)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
