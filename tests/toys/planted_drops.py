"""Runs of simulated pairs whose true drop is known: what suite `forgetting` makes of them.

Every pair sits behind the `python` adapter in an ordinary run: config, store, metrics, findings and Holm's
correction are the shipped ones; only the prediction is computed here.
"""

from __future__ import annotations

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
from bakeoff.evals.findings import Finding
from bakeoff.evals.store import open_store

MODULE = "toys.simulated_systems"
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
