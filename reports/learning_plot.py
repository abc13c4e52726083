"""The learning–forgetting plane: what each tuned system gained in its domain against what it kept.

After Biderman et al. 2024 ("LoRA Learns Less and Forgets Less"); a pure view of stored findings.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Any

from pydantic import BaseModel, ConfigDict

from bakeoff.evals.comparison import Comparison
from bakeoff.evals.errors import InputError
from bakeoff.evals.findings import Finding
from bakeoff.evals.plugins import Plugin, Wiring

LEARNING, CHANGE = "forgetting.learning", "forgetting.change"


class PlotOptions(BaseModel):
    """The plot has nothing to set."""

    model_config = ConfigDict(extra="forbid")


@dataclass(frozen=True)
class Point:
    """One system against one ancestor, with the two findings that place it."""

    system: str
    against: str
    gain: Finding
    change: Finding


class LearningPlot:
    """Renders an SVG."""

    def render(self, comparison: Comparison) -> bytes:
        """The plane; InputError where the run has no findings to place a system by."""
        found = points(comparison)
        if not found:
            raise InputError(
                "the run holds no point of the learning–forgetting plane",
                todo="run suite forgetting with `learning:` and a system that has a parent",
            )
        return _drawn(found, 1 - comparison.footer.alpha)


def points(comparison: Comparison) -> list[Point]:
    """Systems that have both findings with a value, pooled over families (or of the only family)."""
    gains = {(f.system, f.against): f for f in comparison.findings if f.name == LEARNING}
    changes: dict[tuple[str, str | None], Finding] = {}
    for finding in comparison.findings:
        if finding.name == CHANGE and finding.headline and finding.slice is None:
            changes.setdefault((finding.system, finding.against), finding)
    return [
        Point(system, str(against), gain, changes[system, against])
        for (system, against), gain in gains.items()
        if (system, against) in changes and None not in (gain.effect, changes[system, against].effect)
    ]


def _drawn(found: list[Point], level: float) -> bytes:
    from matplotlib import rc_context
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 5), layout="constrained")
    canvas: Any = FigureCanvasSVG(figure)
    axes = figure.add_subplot()
    axes.axhline(0, color="0.7", linewidth=0.8)
    axes.axvline(0, color="0.7", linewidth=0.8)
    for point in found:
        _put(axes, point)
    axes.set_xlabel(f"gain in the domain against the ancestor ({100 * level:g} % interval)")
    axes.set_ylabel(f"change of general abilities ({100 * level:g} % interval)")
    axes.set_title("Learnt and forgotten")
    written = BytesIO()
    # text stays text, and equal findings give equal bytes
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": "bakeoff"}):
        canvas.print_svg(written, metadata={"Date": None})
    return written.getvalue()


def _put(axes: Any, point: Point) -> None:
    axes.errorbar(
        [point.gain.effect],
        [point.change.effect],
        xerr=_ends(point.gain),
        yerr=_ends(point.change),
        fmt="o",
        capsize=3,
    )
    axes.annotate(
        f"{point.system} / {point.against}",
        (point.gain.effect, point.change.effect),
        xytext=(6, 6),
        textcoords="offset points",
    )


def _ends(finding: Finding) -> list[list[float]] | None:
    """Distances to the ends, as matplotlib wants them; None where there is no interval."""
    if finding.effect is None or finding.low is None or finding.high is None:
        return None
    return [[max(0.0, finding.effect - finding.low)], [max(0.0, finding.high - finding.effect)]]


def _build(_options: PlotOptions, _wiring: Wiring) -> LearningPlot:
    return LearningPlot()


PLUGIN: Plugin[LearningPlot] = Plugin("learning_plot", PlotOptions, _build)
