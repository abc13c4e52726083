"""The suite itself: the panel of families, their metric, and the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bakeoff.evals.errors import InputError
from bakeoff.evals.findings import Finding
from bakeoff.evals.plugins import Plugin, Wiring
from bakeoff.evals.protocols import Materials, Metric, Suite
from bakeoff.evals.records import Sample
from bakeoff.evals.table import ScoreTable
from bakeoff.suites.forgetting.families import FAMILIES
from bakeoff.suites.forgetting.families.family import Family
from bakeoff.suites.forgetting.findings import forgetting_findings
from bakeoff.suites.forgetting.general_text import drift_samples
from bakeoff.suites.forgetting.metric import Ability
from bakeoff.suites.forgetting.options import FamilyFile, Options
from bakeoff.suites.forgetting.panel import (
    CLOSED_BOOK,
    Panelist,
    chosen,
    closed_book,
    file_samples,
    own_samples,
    panelist,
)


@dataclass
class ForgettingSuite:
    """Asks ability items that have nothing to do with the user's domain, and keeps the ledger."""

    options: Options
    folder: Path
    metrics: Sequence[Metric] = field(default_factory=lambda: [Ability()])
    name: str = "forgetting"
    panel: dict[str, Panelist] = field(default_factory=dict)

    def samples(self, materials: Materials) -> Iterable[Sample]:
        """The items of all chosen families, then the texts for drift; no given sample is asked.

        Raises InputError where a file's row is malformed, or two sources bring a family of one name.
        """
        for sample in self._items(materials.seed):
            if "own" in self.options.arms or sample.variant is not None:
                yield sample
            if CLOSED_BOOK in self.options.arms and sample.variant is None:
                yield closed_book(sample)
        if self.options.drift:
            yield from drift_samples()

    def findings(self, table: ScoreTable) -> list[Finding]:
        """The ledger of every system against every ancestor; none where no system has one in the run."""
        return forgetting_findings(table, self.panel, self.options)

    def _items(self, seed: int) -> Iterator[Sample]:
        self.panel.clear()
        for family in self._families():
            self.panel[family.name] = panelist(family, self.options)
            yield from own_samples(family, seed, self.options.size)
        for file in self.options.family_files:
            yield from self._of_file(file)

    def _families(self) -> list[Family]:
        return chosen(self.options, FAMILIES)

    def _of_file(self, file: FamilyFile) -> Iterator[Sample]:
        margin = file.margin or self.options.margin
        taken = set(self.panel)
        for sample in file_samples(file, self.folder, self.options.size):
            name = str(sample.domain)
            if name in taken:
                raise InputError(
                    f"family {name!r} is already that of another file or of bakeoff's own",
                    where=str(file.path),
                    todo="rename it",
                )
            self.panel[name] = Panelist(name, file.chance, margin)
            yield sample


def build(options: Options, wiring: Wiring) -> Suite:
    """The suite; InputError where the options name an unknown family."""
    chosen(options, FAMILIES)
    return ForgettingSuite(options, wiring.folder)


PLUGIN: Plugin[Suite] = Plugin("forgetting", Options, build)
