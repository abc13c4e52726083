"""Style: how much an answer reads like the training answers rather than like the parent's own."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

from pydantic import JsonValue

from bakeoff.evals.errors import InputError
from bakeoff.evals.identity import digest, digest_all, file_digest
from bakeoff.evals.protocols import Tools
from bakeoff.evals.records import Answered, Kind, Output, Score, Status
from bakeoff.evals.table import SystemInfo
from bakeoff.evals.training_data import read_training
from bakeoff.suites.behaviour.options import WHERE
from bakeoff.suites.behaviour.rules import MARGIN, RULES, failed
from bakeoff.suites.behaviour.style_classifier import FEWEST, Classifier, Text, fit

TUNED = frozenset({Kind.FINE_TUNED, Kind.HYBRID})

NOTE = "probability of the training answers' side, by a classifier between them and the parent's own answers"


@dataclass
class StyleMetric:
    """The classifier's probability that an answer is one of the training answers.

    Before anything is scored it reads the answers of the untuned parents of the run's tuned systems
    (`prepare`); each answer is then judged by the fold that never saw its question, all systems' answers to
    one question by the same. Where the folds cannot tell the two sides apart there is no style number:
    every cell is `not_applicable`, and `verdict` says why.
    """

    training: Path
    name: str = "style"
    needs_judge: bool = False
    needs_encoder: bool = False
    outputs: Sequence[Output] = (Output(name="style", margin=MARGIN, note=NOTE),)
    fingerprint: str = field(init=False)
    parents: tuple[str, ...] = ()
    classifier: Classifier | None = None

    def __post_init__(self) -> None:
        self._learnt("")

    def prepare(self, systems: Sequence[SystemInfo], answered: Iterable[Answered]) -> None:
        """Fit the classifier. Raises InputError where the training file cannot be read.

        Of repeated answers to a question only the first repeat's is read.
        """
        self.parents = untuned_parents(systems)
        own = list(_own_answers(answered, self.parents))
        training = [Text(row.prompt, row.answer) for row in read_training(self.training)]
        self.classifier = fit(training, own)
        self._learnt(digest_all(part for text in own for part in (text.question, text.answer)))

    def _learnt(self, own: str) -> None:
        self.fingerprint = digest(
            {
                "metric": "behaviour.style",
                "rules": RULES,
                "scikit-learn": version("scikit-learn"),
                "training": file_digest(self.training),
                "own": own,
            }
        )

    @property
    def verdict(self) -> str | None:
        """Why there is no style number, or None where there is one."""
        if self.classifier is None or not self.parents:
            return "no answers of an untuned parent of a tuned system to compare the training answers with"
        if self.classifier.auc is None:
            of_training, of_parent = self.classifier.questions
            return (
                f"cannot tell: {of_training} questions with training answers and {of_parent} with the "
                f"parent's own, and {FEWEST} of each are needed"
            )
        if not self.classifier.tells_apart:
            return "cannot tell the training answers from the parent's own: the AUC is not shown to exceed .5"
        return None

    def inapplicable(self, answered: Answered) -> Score | None:
        """Not applicable to anything where the two sides cannot be told apart."""
        del answered
        reason = self.verdict
        return None if reason is None else Score(status=Status.NOT_APPLICABLE, reason=reason)

    async def score(self, batch: Sequence[Answered], tools: Tools) -> list[dict[str, Score] | None]:
        """One score for each item, in order; nothing here can leave a cell open."""
        del tools
        return await asyncio.to_thread(self._score, batch)

    def _score(self, batch: Sequence[Answered]) -> list[dict[str, Score] | None]:
        settled = [self.inapplicable(item) or failed(item, self.outputs[0]) for item in batch]
        texts = [_text_of(item) for item, score in zip(batch, settled, strict=True) if score is None]
        classifier = self.classifier
        likeness = iter(classifier.likeness(texts).tolist() if classifier and texts else [])
        return [
            {self.name: score or self._scored(item, next(likeness))}
            for item, score in zip(batch, settled, strict=True)
        ]

    def _scored(self, item: Answered, value: float) -> Score:
        status = Status.ABSTAINED if item.abstained else Status.SCORED
        return Score(status=status, value=value, detail=self.evidence())

    def evidence(self) -> dict[str, JsonValue]:
        """The cross-validated AUC with its interval, and what it was made from."""
        made = self.classifier
        if made is None or made.auc is None:
            return {}
        return {
            "auc": made.auc.estimate,
            "auc_low": made.auc.low,
            "auc_high": made.auc.high,
            "training_questions": made.questions[0],
            "parent_questions": made.questions[1],
            "parents": [*self.parents],
        }


def style_metric(training: Path | None) -> StyleMetric:
    """The metric, with its training file. Raises InputError where there is none."""
    if training is None:
        raise InputError(
            "style compares answers with those that a system was trained on",
            where=f"{WHERE}.style",
            todo="name the file with `training: {path: …}`, or leave style out",
        )
    next(read_training(training))
    return StyleMetric(training)


def untuned_parents(systems: Sequence[SystemInfo]) -> tuple[str, ...]:
    """The nearest untuned ancestor of each tuned system (hybrids are tuned too), in order."""
    by_name = {system.name: system for system in systems}
    found: dict[str, None] = {}
    for system in systems:
        seen: set[str] = set()
        here: SystemInfo | None = system
        while here is not None and here.kind in TUNED and here.name not in seen:
            seen.add(here.name)
            here = by_name.get(here.parent or "")
        if here is not None and here.kind not in TUNED and here is not system:
            found[here.name] = None
    return tuple(found)


def _own_answers(answered: Iterable[Answered], parents: Sequence[str]) -> Iterator[Text]:
    for item in answered:
        if item.system in parents and item.repeat == 0:
            yield _text_of(item)


def _text_of(item: Answered) -> Text:
    return Text(item.sample.question, item.response.text or "")
