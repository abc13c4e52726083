"""All findings together: who gets which, and an ideal system none that alarms."""

from __future__ import annotations

import pytest
from toys.stress_table import Answers, Asked, stress_table

from bakeoff.evals.finding_verdicts import judge_findings
from bakeoff.evals.findings import Finding
from bakeoff.evals.records import Capability, Status
from bakeoff.suites.context_stress.findings import findings
from bakeoff.suites.context_stress.making import Made
from bakeoff.suites.context_stress.options import Options

N = 150
NOTHING = Made()
PARTS = {f"q{i}~split:2": (f"q{i}", f"q{i + 1}") for i in range(N - 1)}


def ideal() -> dict[Asked, list[float]]:
    """Right wherever the answer is there, silent where not, and deaf to instructions."""
    right, wrong = [1.0] * N, [0.0] * N
    made: dict[Asked, list[float]] = {("oracle", "oracle"): right, ("closed_book", "closed_book"): wrong}
    made |= {("noise", f"noise:{level}"): right for level in ("0/0.00", "0.4/0.50", "0.8/0.80")}
    made |= {("order", f"order:{level}"): right for level in ("first", "middle", "last", "p1", "p2", "p3")}
    made |= {("flood", "flood"): right, ("split", "split:2"): right[:-1]}
    made |= {("rejection", "negatives"): right, ("over_refusal", "oracle"): wrong}
    for level in ("undated", "outnumbered", "dated"):
        made |= {("conflict", f"conflict:{level}"): right, ("conflict_false", f"conflict:{level}"): wrong}
        made["conflict_named", f"conflict:{level}"] = right
    made |= {("counterfactual_followed", "counterfactual"): right}
    made |= {("counterfactual_memory", "counterfactual"): wrong}
    made |= {("poison", "poison:plain"): right, ("poison_obeyed", "poison:plain"): wrong}
    made["poison_quoted", "poison:plain"] = wrong
    return made


def said(answers: Answers, made: Made | None = None) -> list[Finding]:
    table = stress_table({"rag": answers})
    return findings(table, Options(), Made(parts=PARTS) if made is None else made)


EVERYTHING = [
    "bounds", "noise", "noise_slope", "rejection", "over_refusal", "selective_f1", "flood", "split",
    "conflict", "conflict", "conflict", "adherence", "order_spread", "order_middle", "order_flips",
    "poison", "poison_cost",
]  # fmt: skip


def test_an_ideal_system_gets_every_finding_and_no_alarm() -> None:
    found = said(ideal())
    assert [finding.name.removeprefix("context_stress.") for finding in found] == EVERYTHING
    assert {finding.status for finding in found} == {"found", "clear"}
    assert sum(finding.headline for finding in found) == 3


@pytest.mark.parametrize(
    ("spoilt", "alarming"),
    [
        ({("noise", "noise:0.8/0.80")}, {"noise"}),
        ({("flood", "flood")}, {"flood"}),
        ({("rejection", "negatives")}, {"rejection"}),
        ({("over_refusal", "oracle")}, {"over_refusal"}),
        ({("split", "split:2")}, {"split"}),
        ({("conflict_false", "conflict:dated"), ("conflict", "conflict:dated")}, {"conflict"}),
        ({("conflict_false", "conflict:undated"), ("conflict", "conflict:undated")}, set()),
        ({("counterfactual_memory", "counterfactual")}, {"adherence"}),
        ({("order", "order:middle")}, {"order_middle"}),
        ({("order", "order:p2")}, {"order_flips"}),
        ({("poison_obeyed", "poison:plain")}, {"poison"}),
        ({("closed_book", "closed_book")}, set()),
    ],
)  # fmt: skip
def test_a_spoilt_probe_alarms_and_no_other_does(spoilt: set[Asked], alarming: set[str]) -> None:
    """A third of one probe's values turned round, after Holm's correction."""
    answers = ideal()
    for asked in spoilt:
        answers[asked] = [1 - value if i % 3 == 0 else value for i, value in enumerate(answers[asked])]
    judged = judge_findings(said(answers), 0.05)
    assert {f.name.removeprefix("context_stress.") for f in judged if f.status == "alarm"} == alarming


def test_p_is_stated_only_by_what_may_alarm() -> None:
    found = said(ideal())
    assert all((finding.p is None) == (finding.status == "found") for finding in found)


@pytest.mark.parametrize(
    ("offers", "through", "words"),
    [
        (frozenset(), ("contexts",), "take passages with a question (accepts_contexts)."),
        (frozenset(), ("contexts", "documents"), "(accepts_contexts) or take another set of documents"),
        ({Capability.ACCEPTS_CONTEXTS}, ("documents",), "(accepts_documents)."),
        ({Capability.ACCEPTS_CONTEXTS}, ("contexts",), "no variant of its questions was answered"),
    ],
)
def test_a_system_that_cannot_be_asked_gets_one_line(
    offers: frozenset[Capability], through: tuple[str, ...], words: str
) -> None:
    answers: Answers = {("oracle", "oracle"): [Status.NOT_APPLICABLE]}
    table = stress_table({"bare": answers}, offers=frozenset(offers))
    options = Options.model_validate({"through": through})
    (finding,) = findings(table, options, NOTHING)
    assert (finding.status, finding.system) == ("not_applicable", "bare")
    assert words in finding.sentence


def test_documents_are_a_slice_of_their_own() -> None:
    answers = {(output, f"{variant}@documents"): row for (output, variant), row in ideal().items()}
    answers |= {("oracle", "oracle"): [1.0] * N}
    table = stress_table({"rag": answers})
    found = findings(table, Options(through=("contexts", "documents")), NOTHING)
    slices = {finding.name: finding.slice for finding in found if finding.slice is not None}
    assert slices["context_stress.noise"] == "documents"
    assert [finding.name for finding in found if finding.slice is None] == ["context_stress.bounds"]
    (noise,) = (finding for finding in found if finding.name == "context_stress.noise")
    assert noise.sentence.startswith("Passages as documents: rag is right")
    (flood,) = (finding for finding in found if finding.name == "context_stress.flood")
    assert "over its corpus as it is" in flood.sentence


def test_what_was_made_is_told_once() -> None:
    made = Made(
        kept={"oracle": 150, "noise:0.8": 149},
        dropped={("noise:0.8", "too few negatives"): 1, ("conflict", "no values to swap"): 12},
    )
    table = stress_table({"a": {("oracle", "oracle"): [1.0]}, "b": {("oracle", "oracle"): [1.0]}})
    (finding,) = [f for f in findings(table, Options(), made) if f.name == "context_stress.variants"]
    assert (finding.system, finding.n) == ("a", 299)
    assert finding.detail["dropped"] == {
        "noise:0.8": {"too few negatives": 1},
        "conflict": {"no values to swap": 12},
    }
    assert "299 questions were asked over made passages; 13 could not be made" in finding.sentence
    assert finding.sentence.endswith("most of them (12): no values to swap.")


def test_a_run_without_this_suite_says_nothing() -> None:
    table = stress_table({"rag": {}})
    assert findings(table, Options(), Made(kept={"oracle": 1})) == []
