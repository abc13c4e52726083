"""Figures for the documents, as SVG that is the same whenever the numbers are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from toys.written import DOCS


@contextmanager
def figure(name: str, width: float, height: float) -> Iterator[Any]:
    """The axes of a figure that is written to docs/figures/`name`."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    with mpl.rc_context({"svg.hashsalt": name, "svg.fonttype": "none", "font.size": 9}):
        drawn = Figure(figsize=(width, height), layout="constrained")
        axes = drawn.subplots()
        axes.spines[["top", "right"]].set_visible(False)
        yield axes
        drawn.savefig(DOCS / "figures" / name, metadata={"Date": None})
    path = Path(DOCS / "figures" / name)
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(line.rstrip() for line in lines) + "\n", encoding="utf-8")
