"""Through the runner, over documents: one set of them for each level, and who notices that they changed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest
from toys.plan import ToyJudge, ToySystem, plan, store_in

from bakeoff.evals.findings import Finding
from bakeoff.evals.plugins import Wiring
from bakeoff.evals.protocols import Encoder, Task
from bakeoff.evals.records import Capability, Document, DocumentState, Request, Response, Sample
from bakeoff.evals.runner import run
from bakeoff.suites.context_stress.options import Options
from bakeoff.suites.context_stress.suite import build

MONTHS, TOWN = r"warranty of the \w+ lasts (\d+) months", r"built by hand in (\w+)"


class CorpusReader(ToySystem):
    """Gives the fact of the newest document about what the question names, or declines."""

    def __init__(self, name: str, documents: Sequence[Document], *, reindexes: bool) -> None:
        super().__init__(name, self._read, capabilities=(Capability.LIVE, Capability.ACCEPTS_DOCUMENTS))
        self.documents, self.reindexes = documents, reindexes

    async def set_documents(self, state: DocumentState) -> None:
        await super().set_documents(state)
        if self.reindexes:
            self.documents = state.documents

    def _read(self, request: Request) -> Response:
        pattern = MONTHS if "How long" in request.question else TOWN
        about = [one for one in self.documents if one.title and one.title in request.question]
        facts = [
            (one.as_of or date.min, found.group(1))
            for one in about
            if (found := re.search(pattern, one.text))
        ]
        return Response(text=max(facts)[1] if facts else "I do not know.")


class RulesOnly(ToyJudge):
    """A judge that cannot tell who declines."""

    tasks = frozenset({Task.RUBRIC})


class Done(NamedTuple):
    systems: dict[str, ToySystem]
    findings: list[Finding]

    def of(self, system: str, name: str) -> list[Finding]:
        return [one for one in self.findings if (one.system, one.name) == (system, f"context_stress.{name}")]


def unused_encoder() -> Encoder:
    raise AssertionError("the run's encoder is used")


@pytest.fixture(scope="module")
def done(
    samples: list[Sample],
    documents: list[Document],
    encoder: Encoder,
    tmp_path_factory: pytest.TempPathFactory,
) -> Done:
    suite = build(Options(through=("documents",)), Wiring(folder=Path(), encoder=unused_encoder))
    systems: list[ToySystem] = [
        CorpusReader("reader", documents, reindexes=True),
        CorpusReader("stale", documents, reindexes=False),
        ToySystem("closed", lambda _: Response(text="24 months")),
    ]
    laid = plan(
        systems, samples, suites=[(suite, {})], judge=RulesOnly(), encoder=encoder, documents=documents
    )
    with closing(store_in(tmp_path_factory.mktemp("run"))) as store:
        outcome = run(laid, store)
        findings = store.findings(outcome.run.id)
    assert outcome.complete
    return Done({system.name: system for system in systems}, findings)


def test_documents_are_replaced_once_for_each_level(done: Done) -> None:
    # the corpus, without gold, flooded, three conflicts, falsified, poisoned
    assert len(done.systems["reader"].states) == len(set(done.systems["reader"].states)) == 8
    assert done.systems["closed"].states == []
    assert done.systems["closed"].asked == []
    (said,) = (one for one in done.findings if one.system == "closed" and one.status == "not_applicable")
    assert "accepts_documents" in said.sentence


def test_who_reads_the_present_documents_raises_no_alarm(done: Done) -> None:
    alarms = [one for one in done.findings if one.status == "alarm" and one.system == "reader"]
    assert alarms == []
    (adherence,) = done.of("reader", "adherence")
    assert (adherence.effect, adherence.slice) == (0, "documents")


def test_who_keeps_the_old_documents_answers_against_the_present_ones(done: Done) -> None:
    (adherence,) = done.of("stale", "adherence")
    assert (adherence.status, adherence.effect, adherence.n) == ("alarm", 1, 16)
    (rejection,) = done.of("stale", "rejection")
    assert (rejection.status, rejection.effect, rejection.n) == ("cannot_tell", 1, 8)  # of four documents
    alarms = [one for one in done.findings if one.status == "alarm" and one.system == "stale"]
    assert alarms == [adherence]
