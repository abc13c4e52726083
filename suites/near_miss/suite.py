"""The suite itself: near-miss questions, the known ones they stand beside, and what is made of both."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from random import Random

from bakeoff.evals.errors import InputError
from bakeoff.evals.findings import Finding
from bakeoff.evals.plugins import Plugin, Wiring
from bakeoff.evals.protocols import Materials, Metric, Suite
from bakeoff.evals.records import Sample
from bakeoff.evals.table import ScoreTable
from bakeoff.suites.near_miss.corpus import Corpus, folded
from bakeoff.suites.near_miss.findings import Made, findings
from bakeoff.suites.near_miss.metrics import borrowed_metric, declined_metric, right_metric
from bakeoff.suites.near_miss.near_questions import Asking, asking, near
from bakeoff.suites.near_miss.note import derived
from bakeoff.suites.near_miss.options import WHERE, Options
from bakeoff.suites.reference.acceptable import acceptable_answers


@dataclass
class NearMissSuite:
    """Asks of what does not exist, or what nobody wrote down, beside questions that have an answer."""

    options: Options
    metrics: Sequence[Metric]
    name: str = "near_miss"
    made: Made = field(default_factory=Made)

    def samples(self, materials: Materials) -> Iterable[Sample]:
        """Those given samples that a near-miss question stands beside, unchanged, then these questions.

        A sample takes part if it is answerable, has a reference that its question does not say itself, no
        conversation, and asks about a name that its gold passages hold. Raises InputError where no question
        can be made.
        """
        given = [sample for sample in materials.samples if sample.origin is None]
        eligible = [sample for sample in given if self._is_eligible(sample)]
        known = asking(eligible, Corpus(materials.documents, given))
        seed = materials.seed if self.options.seed is None else self.options.seed
        variants = list(self._variants(known, seed))
        if not variants:
            where = "" if self.options.domains is None else f" of {' or '.join(self.options.domains)}"
            raise InputError(
                f"no sample{where} asks about a name that its gold passages hold, so none has a near miss",
                where=WHERE,
                todo="give gold passages and the documents, choose other domains, or leave the suite out",
            )
        self.made = Made(
            questions=Counter((one.variant or "") for one in variants),
            without_name=len(eligible) - len(known.names),
            eligible=len(eligible),
        )
        origins = {one.origin for one in variants}
        return [*(sample for sample in eligible if sample.id in origins), *variants]

    def findings(self, table: ScoreTable) -> list[Finding]:
        """How much each system makes up, and how much more than its parent."""
        return findings(table, self.made, self.options.tolerance)

    def _is_eligible(self, sample: Sample) -> bool:
        wanted = self.options.domains is None or sample.domain in self.options.domains
        answers = acceptable_answers(sample)
        if not (wanted and sample.answerable and answers) or sample.conversation:
            return False
        said = folded(sample.question)
        return not any(folded(answer) in said for answer in answers)

    def _variants(self, known: Asking, seed: int) -> Iterator[Sample]:
        """Each family's share of `size`, from samples in an order of its own."""
        families = tuple(dict.fromkeys(self.options.families))
        for place, family in enumerate(families):
            share = (self.options.size + place) // len(families)
            draws = {id_: Random(f"{seed}:near_miss:{family}:{id_}") for id_ in known.names}
            for id_ in sorted(draws, key=lambda one: (draws[one].random(), one)):
                if not share:
                    break
                found = near(family, id_, known, draws[id_])
                if found is not None:
                    share -= 1
                    yield derived(known.samples[id_], family, found)


def build(options: Options, wiring: Wiring) -> Suite:
    """The suite with its metrics."""
    del wiring
    return NearMissSuite(options, (declined_metric(), borrowed_metric(), right_metric()))


PLUGIN: Plugin[Suite] = Plugin("near_miss", Options, build)
