"""How numbers, intervals and verdicts read, in every report alike."""

from __future__ import annotations

from collections.abc import Iterator

from bakeoff.evals.comparison import Cell, Comparison, Difference, Footer, MetricRow, Verdict
from bakeoff.reports.pairing import pairing_lines

MARKS = {
    Verdict.BETTER: "▲ better",
    Verdict.WORSE: "▼ worse",
    Verdict.EQUIVALENT: "≈ equivalent",
    Verdict.CANNOT_TELL: "? cannot tell",
    Verdict.NOT_APPLICABLE: "n/a",
    Verdict.NOT_TESTED: "· exploratory",
}

VOID = "⊘ void"
"""In place of a verdict where something else differs that the effect cannot be told from."""

LEGEND = (
    "mean [interval] and n samples; Δ is the paired difference from the baseline with its simultaneous "
    "interval and adjusted p. ▲ better, ▼ worse (in the metric's own direction), ≈ equivalent within "
    "the margin, ? cannot tell."
)


BEST_NOTE = (
    "Probability of being best: a system's share of 10000 Bayesian bootstrap draws, on the n samples that "
    "all systems have, in which its mean is the best; a posterior under a flat prior, no test, "
    "and not corrected."
)


def number(value: float | None, *, signed: bool = False) -> str:
    """Three decimals, or three significant digits for what three decimals would hide; `n/a` for none."""
    if value is None:
        return "n/a"
    sign = "+" if signed else ""
    if value != 0 and (abs(value) < 0.001 or abs(value) >= 1000):
        return f"{value:{sign}.3g}"
    return f"{value:{sign}.3f}"


def interval(low: float | None, high: float | None, *, signed: bool = False) -> str:
    """`[low, high]`, or why there is none."""
    if low is None or high is None:
        return "[no interval]"
    return f"[{number(low, signed=signed)}, {number(high, signed=signed)}]"


def p_value(p: float | None) -> str:
    """`p=0.012`, `p<0.001`, or nothing."""
    if p is None:
        return ""
    return "p<0.001" if p < 0.001 else f"p={p:.3f}"


def percent(share: float) -> str:
    """A share that is not all is never printed as 100 %."""
    text = f"{share:.0%}"
    return ">99%" if text == "100%" and share < 1 else text


def cell_lines(cell: Cell) -> list[str]:
    """Mean and interval; n, coverage where it is not full, and what else became of the answers."""
    if cell.mean is None:
        missing = [status for status in cell.statuses if status != "not_applicable"]
        if not missing:
            return ["n/a"]
        return ["no score", *counts(cell)]
    n = f"n={cell.n}"
    if cell.coverage is not None and cell.coverage < 1:
        n += f" ({percent(cell.coverage)})"
    return [f"{number(cell.mean)} {interval(cell.low, cell.high)}", " ".join([n, *counts(cell)])]


def counts(cell: Cell) -> list[str]:
    """The answers that are neither scored nor out of the metric's scope, by status."""
    names = {
        "abstained": "abstained",
        "system_failed": "failed",
        "judge_failed": "unjudged",
        "open": "open",
    }
    return [f"{cell.statuses[status]} {name}" for status, name in names.items() if cell.statuses.get(status)]


def difference_lines(difference: Difference) -> list[str]:
    """Δ with its interval; adjusted p and mark; remarks."""
    if difference.effect is None:
        return ["Δ n/a"]
    change = number(difference.effect, signed=True)
    lines = [f"Δ {change} {interval(difference.low, difference.high, signed=True)}"]
    exploratory = difference.verdict is Verdict.NOT_TESTED
    p = f"raw {p_value(difference.p)}" if exploratory else p_value(difference.p_adjusted)
    mark = VOID if difference.voided else MARKS[difference.verdict]
    lines.append(f"{p} {mark}".strip())
    if difference.note:
        lines.append(difference.note)
    return lines


def group_label(row: MetricRow) -> str:
    """What stands once above rows that belong together: the suite; above a metric's slices, the metric."""
    return row.suite if row.slice is None else f"{row.suite}.{row.metric}"


def metric_label(row: MetricRow) -> str:
    """Name with an arrow for the direction in which it is better, and its unit; of a slice, the slice."""
    arrow = "↑" if row.direction == "higher" else "↓"
    if row.slice is not None:
        return f"{row.slice} {arrow}"
    unit = f" ({row.unit})" if row.unit else ""
    return f"{row.metric}{unit} {arrow}"


def differences_of(row: MetricRow, system: str) -> list[Difference]:
    """The system's differences: one, or where all pairs are compared one for every earlier system."""
    return [d for d in row.differences if d.system == system]


def footer_lines(comparison: Comparison) -> Iterator[str]:
    """What stands under every table: judge and its limits, encoder, statistics, data, versions, notes."""
    run, footer = comparison.run, comparison.footer
    repeats = f", {run.repeats} repeats each (averaged first)" if run.repeats > 1 else ""
    yield f"Run {run.id} of {run.created:%Y-%m-%d %H:%M} UTC: {run.samples} samples{repeats}."
    if run.open_cells:
        yield f"INCOMPLETE: {run.open_cells} scores are still open; run the same command again to fill them."
    if footer.judge is not None:
        note = f" {footer.judge.note}" if footer.judge.note else ""
        yield f"Judge: {footer.judge.name} ({footer.judge.fingerprint[:12]}).{note}"
    if footer.encoder is not None:
        yield f"Encoder: {footer.encoder.name} ({footer.encoder.fingerprint[:12]})."
    if comparison.baseline is not None:
        which = "of all pairs" if comparison.all_pairs else f"from {comparison.baseline}"
        yield (
            f"Differences {which}: {footer.family} in one family, adjusted by max-|t| "
            f"over {footer.permutations} sign flips, level {footer.alpha:g}, seed {footer.seed}."
        )
    yield from pairing_lines(comparison)
    if footer.family_metrics:
        yield family_line(footer)
    if any(row.best for row in comparison.metrics):
        yield BEST_NOTE
    if footer.slices or footer.slices_too_few:
        yield slices_line(footer)
    yield f"Data {footer.data_fingerprint[:12]}; versions: " + ", ".join(
        f"{name} {version}" for name, version in footer.versions.items()
    )
    yield from footer.notes
    yield from metric_notes(comparison)


def family_line(footer: Footer) -> str:
    """Which metrics the config put into the family, and what becomes of the others."""
    return (
        f"The config's family: {', '.join(footer.family_metrics)} ({footer.family} differences). "
        f"{footer.exploratory} differences of other metrics are exploratory: each with its own (pointwise) "
        "interval and raw p, adjusted for nothing, and no verdict."
    )


def slices_line(footer: Footer) -> str:
    """How the differences of slices were judged, and how many were not."""
    few = (
        f"; {footer.slices_too_few} with fewer than {footer.slice_fewest} pairs or clusters were not tested"
        if footer.slices_too_few
        else ""
    )
    return (
        f"Slices: {footer.slices} differences outside that family, each with its own (pointwise) interval "
        f"and a p adjusted by Benjamini–Hochberg over all of them, at q = {footer.slice_q:g}{few}."
    )


def metric_notes(comparison: Comparison) -> Iterator[str]:
    """What each metric says of itself (model, evidence, caveat); metrics that say the same share a line."""
    names: dict[str, list[str]] = {}
    for row in comparison.metrics:
        if row.note:
            names.setdefault(row.note, []).append(row.metric)
    for note, metrics in names.items():
        yield f"{', '.join(metrics)}: {note}"
