"""How often suite `forgetting` finds planted drops, and how often it cries wolf: docs/forgetting-power.md.

    python benchmarks/forgetting_study.py                 # the tables, in Markdown
    python benchmarks/forgetting_study.py --plot FILE.svg

Every repetition is a pair of simulated systems behind the `python` adapter in an ordinary run: config, store,
metrics, findings and Holm's correction are the shipped ones; only the prediction is computed here. A drop
counts as found where its own finding has p < .05: beside others, Holm's correction asks for more. A pair
cries wolf where its report, corrected, holds any alarm.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bakeoff.assemble import assemble, read_config
from bakeoff.evals import runner
from bakeoff.evals.finding_verdicts import judge_findings
from bakeoff.evals.records import Finding
from bakeoff.evals.statistics import wilson
from bakeoff.evals.store import open_store

MODULE = "benchmarks.simulated_systems"
RIGHT = 0.80
"""The ancestors' true accuracy."""


@dataclass(frozen=True)
class Plant:
    """A true drop, the share of items whose answer changes, and the items of each family."""

    drop: float
    discordant: float
    items: int
    families: int = 1

    @property
    def forgets(self) -> float:
        """Of the right answers: (π + δ)/2 of all items."""
        return (self.discordant + self.drop) / 2 / RIGHT

    @property
    def gains(self) -> float:
        """Of the wrong answers: (π − δ)/2 of all items."""
        return (self.discordant - self.drop) / 2 / (1 - RIGHT)


def planted_pair(plant: Plant, number: int) -> dict[str, Any]:
    """Two entries of `systems:`: an ancestor and what tuning made of it."""
    parent, tuned = f"base_{number}", f"tuned_{number}"
    forgetting = {"forgets": plant.forgets, "gains": plant.gains}
    return {
        parent: _entry("ancestor", "prompt", None, seed=parent, right=RIGHT),
        tuned: _entry("descendant", "fine_tuned", parent, of=parent, right=RIGHT, seed=tuned, **forgetting),
    }


def null_pair(number: int) -> dict[str, Any]:
    """A parent and itself, asked again: nothing was lost, every answer is drawn anew."""
    parent, again = f"base_{number}", f"again_{number}"
    return {
        parent: _entry("ancestor", "prompt", None, seed=parent, right=RIGHT),
        again: _entry("independent", "fine_tuned", parent, seed=again, right=RIGHT),
    }


def _entry(function: str, kind: str, parent: str | None, **arguments: Any) -> dict[str, Any]:
    own = {"adapter": "python", "kind": kind, "target": f"{MODULE}:{function}", "arguments": arguments}
    return own if parent is None else {**own, "parent": parent}


def findings_of(systems: dict[str, Any], items: int, families: int, folder: Path) -> list[Finding]:
    """All findings of one run of these systems over families of so many items each, raw."""
    rows = [
        {
            "id": f"{family}-{i}",
            "family": f"family {family}",
            "question": f"item {i} of {family}?",
            "reference": "yes",
        }
        for family in range(families)
        for i in range(items)
    ]
    (folder / "abilities.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    (folder / "questions.jsonl").write_text('{"id": "q", "question": "?"}\n', encoding="utf-8")
    config = {
        "name": "study",
        "dataset": {"path": "questions.jsonl"},
        "systems": systems,
        "suites": [{"forgetting": {"files": ["abilities.jsonl"], "size": items, "drift": False}}],
        "store": "sqlite:///study.db",
    }
    path = folder / "bakeoff.yaml"
    path.write_text(yaml.safe_dump(config), encoding="utf-8")
    read = read_config(path)
    store = open_store(read.store)
    try:
        return store.findings(runner.run(assemble(read), store).run.id)
    finally:
        store.close()


def alarms(findings: Sequence[Finding], alpha: float = 0.05) -> dict[str, bool]:
    """For each tuned system: does the report of its pair alone raise an alarm, Holm's correction done?"""
    names = list(dict.fromkeys(finding.system for finding in findings))
    return {
        name: any(
            finding.status == "alarm"
            for finding in judge_findings([f for f in findings if f.system == name], alpha)
        )
        for name in names
    }


def power(plant: Plant, pairs: int) -> list[bool]:
    """Whether each of so many planted drops was found: a loss in the pooled finding, p below .05."""
    systems = {name: entry for i in range(pairs) for name, entry in planted_pair(plant, i).items()}
    return [
        (finding.effect or 0.0) < 0 and finding.p is not None and finding.p < 0.05
        for finding in _simulated(systems, plant.items, plant.families)
        if finding.headline
    ]


def false_alarms(pairs: int, items: int, families: int) -> list[bool]:
    """Whether each of so many harmless pairs raised an alarm."""
    systems = {name: entry for i in range(pairs) for name, entry in null_pair(i).items()}
    return list(alarms(_simulated(systems, items, families)).values())


def _simulated(systems: dict[str, Any], items: int, families: int) -> list[Finding]:
    with tempfile.TemporaryDirectory() as folder:
        return findings_of(systems, items, families, Path(folder))


PLANTS = tuple(
    Plant(drop, discordant, items)
    for drop, discordant, sizes in (
        (0.02, 0.10, (500, 1000, 2043)),
        (0.05, 0.10, (100, 200, 337)),
        (0.10, 0.15, (40, 80, 122)),
    )
    for items in sizes
)
PAIRS = 200


def main() -> None:
    """Print the tables; draw the plot where one is asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pairs", type=int, default=PAIRS)
    parser.add_argument("--plot", type=Path, default=None)
    options = parser.parse_args()
    print("| drop | discordant | items | found | 95 % interval | predicted |\n|---|---|---|---|---|---|")
    measured = []
    for plant in PLANTS:
        found = power(plant, options.pairs)
        rate = wilson(sum(found), len(found))
        measured.append((plant, rate))
        print(
            f"| {plant.drop:.2f} | {plant.discordant:.2f} | {plant.items} | {rate.estimate:.3f} "
            f"| [{rate.low:.3f}, {rate.high:.3f}] | {predicted(plant):.3f} |",
            flush=True,
        )
    wolf = wilson(sum(false_alarms(options.pairs, 200, 4)), options.pairs)
    print(f"\nFalse alarms: {wolf.estimate:.3f} [{wolf.low:.3f}, {wolf.high:.3f}], {options.pairs} pairs")
    if options.plot is not None:
        draw(measured, options.plot)


def predicted(plant: Plant) -> float:
    """Exact power of the two-sided McNemar test: over the number of discordant pairs, then its split."""
    from scipy.stats import binom

    from bakeoff.evals.statistics import mcnemar

    total, share = 0.0, (plant.discordant + plant.drop) / 2 / plant.discordant
    for changed in range(1, plant.items + 1):
        weight = float(binom.pmf(changed, plant.items, plant.discordant))
        if weight < 1e-9:
            continue
        lost = [b for b in range(changed // 2 + 1, changed + 1) if mcnemar(changed - b, b)[0] < 0.05]
        total += weight * sum(float(binom.pmf(b, changed, share)) for b in lost)
    return total


def draw(measured: Sequence[tuple[Plant, Any]], path: Path) -> None:
    """Predicted curves with the simulated rates and their intervals on them."""
    from matplotlib import rc_context
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 4.5), layout="constrained")
    canvas: Any = FigureCanvasSVG(figure)
    axes = figure.add_subplot()
    for index, drop in enumerate(sorted({plant.drop for plant, _ in measured})):
        some = [(plant, rate) for plant, rate in measured if plant.drop == drop]
        largest, discordant = max(plant.items for plant, _ in some), some[0][0].discordant
        grid = [max(10, round(largest * k / 12)) for k in range(1, 16)]
        curve = [predicted(Plant(drop, discordant, n)) for n in grid]
        label = f"drop {drop:.2f}, {discordant:.2f} discordant"
        axes.plot(grid, curve, color=f"C{index}", label=label)
        for plant, rate in some:
            ends = [[rate.estimate - rate.low], [rate.high - rate.estimate]]
            axes.errorbar([plant.items], [rate.estimate], yerr=ends, fmt="o", color=f"C{index}", capsize=3)
    axes.set_xscale("log")
    axes.set_xlabel("items")
    axes.set_ylabel("planted drops found")
    axes.legend()
    with path.open("wb") as file, rc_context({"svg.fonttype": "none", "svg.hashsalt": "bakeoff"}):
        canvas.print_svg(file, metadata={"Date": None})


if __name__ == "__main__":
    main()
