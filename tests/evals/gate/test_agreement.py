"""The judge's agreement with people: what is shown, what is not, and which checks it takes with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from toys.gates import ACCURACY, LATENCY, NEW, OLD, bits, decide, evidence, scores
from toys.table import column

from bakeoff.evals.comparison import JudgeInfo
from bakeoff.evals.errors import InputError
from bakeoff.evals.findings import Finding
from bakeoff.evals.gate.agreement import NOT_MEASURED
from bakeoff.evals.gate.evidence import Evidence
from bakeoff.evals.gate.result import CheckResult, GateResult, State, Verdict
from bakeoff.evals.gate_config import CheckConfig
from bakeoff.evals.labels import Answer, Label, Labels, Placed
from bakeoff.evals.records import Output, Status
from bakeoff.evals.statistics import cohen_kappa
from bakeoff.evals.statistics.scaling import scaled_n
from bakeoff.evals.table import SampleKey

N = 200
JUDGE = JudgeInfo(name="gpt", fingerprint="g", offline=False)
PASS = CheckConfig(metric="accuracy", at_least=0.5)
FAIL = CheckConfig(metric="accuracy", at_least=0.99)
ASKED = {"labels": "labels.jsonl"}
TWO_YEARS = "Two years."


def label(i: int, value: float, **keys: Any) -> Label:
    """What one person says of the new system's answer to sample i."""
    given = {"sample": f"s{i}", "system": NEW, "metric": "accuracy", "answer": TWO_YEARS, **keys}
    return Label.model_validate({**given, "value": value})


def people(agree: int, differ: int, **keys: Any) -> list[Label]:
    """Labels of the first answers and of the last: the judge said yes to the first 150 of 200."""
    chosen = [*range(75, 75 + agree // 2 + agree % 2), *range(150, 150 + agree // 2)]
    others = [*range(differ // 2), *range(199, 199 - differ // 2 - differ % 2, -1)]
    same = [label(i, float(i < 150), **keys) for i in chosen]
    return [*same, *(label(i, float(i >= 150), **keys) for i in others)]


def run(labels: Sequence[Label], answers: Mapping[Answer, str | None] | None = None) -> Evidence:
    whole: Mapping[Answer, str | None] = {(NEW, f"s{i}", 0): TWO_YEARS for i in range(N)}
    held = whole if answers is None else answers
    placed = [Placed(one, f"labels.jsonl:{number}") for number, one in enumerate(labels, 1)]
    made = evidence(scores(bits(150, 50), bits(140, 60)), judge=JUDGE, judged=True)
    return replace(made, people=Labels(Path("labels.jsonl"), placed, held))


def gate(labels: Sequence[Label], *checks: CheckConfig, **asked: Any) -> GateResult:
    return decide(run(labels), *(checks or (PASS,)), judge_agreement={**ASKED, **asked})


def line(found: GateResult) -> CheckResult:
    return found.checks[-1]


def test_a_judge_that_agrees_lets_its_checks_decide() -> None:
    found = gate(people(90, 10), PASS)
    check, agreement = found.checks
    assert (check.state, agreement.state, found.verdict) == (State.PASS, State.PASS, Verdict.PASS)
    assert (agreement.asks, agreement.kind, agreement.n) == ("judge agreement on accuracy", "agreement", 100)
    theirs = cohen_kappa([1] * 45 + [0] * 45 + [0] * 5 + [1] * 5, [1] * 45 + [0] * 45 + [1] * 5 + [0] * 5)
    assert (agreement.estimate, agreement.low) == (theirs.kappa, theirs.low)
    assert agreement.reason == "kappa 0.800 is at least 0.6, and its lower bound 0.651 at least 0.45"
    assert agreement.note.startswith("raw agreement 90%; people say yes to 50%, the judge to 50%")
    assert agreement.figures["raw_agreement"] == pytest.approx(0.9)
    assert (agreement.level, found.notes) == (0.025, ("Judge: gpt.",))


@pytest.mark.parametrize("check", [PASS, FAIL])
def test_a_judge_that_does_not_agree_decides_nothing(check: CheckConfig) -> None:
    found = gate(people(60, 40), check)
    first, agreement = found.checks
    assert found.verdict is Verdict.INCONCLUSIVE
    assert (first.state, agreement.state) == (State.INCONCLUSIVE, State.INCONCLUSIVE)
    assert agreement.reason == "kappa 0.200 is below 0.6"
    assert agreement.needed_n is None
    told = "the judge's agreement with people on accuracy is not shown: kappa 0.200 is below 0.6. What was"
    assert first.reason.startswith(told)
    assert first.estimate == 0.75


def test_too_few_labels_show_nothing_and_the_needed_number_is_told() -> None:
    agreement = line(gate(people(18, 2)))
    assert agreement.state is State.INCONCLUSIVE
    assert "kappa is 0.800, but its lower bound 0.398 is below 0.45" in agreement.reason
    assert (agreement.estimate, agreement.low) != (None, None)
    assert agreement.needed_n == scaled_n(20, agreement.estimate or 0, agreement.low or 0, 0.45, alpha=0.025)


def test_the_minima_are_the_configs() -> None:
    labels = people(80, 20)
    assert line(gate(labels)).state is State.INCONCLUSIVE
    assert line(gate(labels, lower=0.4)).state is State.PASS
    assert line(gate(labels, lower=0.4, kappa=0.61)).state is State.INCONCLUSIVE
    assert line(gate(people(18, 2), lower=0.35)).state is State.PASS


def test_no_label_of_a_metric_is_no_agreement() -> None:
    for labels in ([], [label(1, 1, metric="fluency")]):
        agreement = line(gate(labels))
        assert agreement.reason == "labels.jsonl holds no label of accuracy for an answer of this run"
        assert (agreement.state, agreement.n, agreement.estimate) == (State.INCONCLUSIVE, 0, None)


def test_verdicts_that_are_all_the_same_show_nothing() -> None:
    agreement = line(gate([label(i, 1) for i in range(100)]))
    assert (
        agreement.reason == "people and judge say the same of all 100 answers, which chance could do as well"
    )
    assert agreement.state is State.INCONCLUSIVE


def test_labels_of_another_answer_are_left_out_and_counted() -> None:
    stale = [label(i, 0, answer="Three years.") for i in range(20, 25)]
    gone = [label(i, 0, repeat=1) for i in range(3)] + [label(500, 1), label(1, 1, system="none")]
    spaced = [label(60, 1, answer=" Two \r\n years.")]
    agreement = line(gate([*people(90, 10), *stale, *gone, *spaced]))
    assert agreement.n == 101
    assert "left out: 5 labels of another answer than the run holds" in agreement.note
    assert "left out: 5 labels of no answer of this run" in agreement.note
    lost = decide(run(people(90, 10), {(NEW, "s75", 0): None}), PASS, judge_agreement=ASKED)
    assert "left out: 100 labels of another answer" in line(lost).note


def test_answers_without_a_score_of_the_judges_are_left_out() -> None:
    values = [*bits(150, 50)[:-1], Status.SYSTEM_FAILED]
    made = run([*people(90, 0), label(199, 0)])
    table = replace(made.table, columns=[scores(values)])
    agreement = line(decide(replace(made, table=table), PASS, judge_agreement=ASKED))
    assert agreement.n == 90
    assert "left out: 1 label of an answer that the judge did not score" in agreement.note


def test_people_who_agree_better_with_each_other_than_with_the_judge() -> None:
    """Kappa of .8 with the judge is enough, unless two people reach 1 on the same answers."""
    twice = [*people(90, 10, rater="Al"), *people(90, 10, rater="Bo")]
    agreement = line(gate(twice))
    assert agreement.figures["people_kappa"] == 1
    assert agreement.reason == (
        "kappa 0.800 is more than 0.1 below the 1.000 that people reach with each other on the same answers"
    )
    assert line(gate(twice, within=0.25)).state is State.PASS
    other = [*people(90, 10, rater="Al"), *people(90, 0, rater="Bo")]
    assert line(gate(other)).state is State.PASS  # where both labelled, all of them agree
    assert "people with each other: kappa 1.000 (n=90)" in line(gate(other)).note


def test_answers_that_are_labelled_twice_count_as_one_cluster() -> None:
    once, twice = people(90, 10, rater="Al"), people(90, 10, rater="Bo")
    agreement = line(gate([*once, *twice], within=1))
    assert agreement.n == 200
    assert "cluster-t" in agreement.method
    alone = line(gate(once))
    assert agreement.low == pytest.approx(alone.low, abs=0.04)


def test_scores_and_labels_are_a_yes_from_the_threshold_on() -> None:
    values = [0.4] * 100 + [0.2] * 100
    labels = [label(i, 0.31 if i < 100 else 0.1) for i in range(0, N, 2)]
    made = run(labels)
    made = replace(made, table=replace(made.table, columns=[scores(list(values))]))
    check = CheckConfig(metric="accuracy", at_least=0.1)
    assert line(decide(made, check, judge_agreement={**ASKED, "threshold": 0.31})).estimate == 1
    assert line(decide(made, check, judge_agreement=ASKED)).estimate is None


def test_a_label_out_of_the_metrics_range_is_refused_with_its_line() -> None:
    with pytest.raises(
        InputError, match=r"^labels\.jsonl:2: value 4 lies outside of accuracy's range, 0 to 1$"
    ):
        gate([label(1, 1), label(2, 4)])


def test_checks_that_read_no_judged_score_are_left_alone() -> None:
    seconds = column(LATENCY, [[1.0] * N, [1.0] * N], "operations")
    made = run(people(60, 40))
    table = replace(made.table, columns=[*made.table.columns, seconds])
    outputs = made.run.header.outputs
    free = outputs[0].model_copy(update={"output": LATENCY, "suite": "operations", "judged": False})
    header = made.run.header.model_copy(update={"outputs": (*outputs, free)})
    made = replace(made, table=table, run=made.run.model_copy(update={"header": header}))
    fast = CheckConfig(metric="latency_p50_s", at_most=2.0)
    found = decide(made, fast, PASS, CheckConfig(manual="review"), judge_agreement=ASKED)
    assert [check.state for check in found.checks[:2]] == [State.PASS, State.INCONCLUSIVE]
    assert [check.kind for check in found.checks].count("agreement") == 1
    alone = decide(made, fast, judge_agreement=ASKED)
    assert (len(alone.checks), alone.verdict) == (1, Verdict.PASS)


def test_a_finding_of_a_judged_suite_needs_agreement_on_all_of_its_judged_metrics() -> None:
    finding = Finding(
        name="toy.drop", family="toy", system=NEW, effect=0.0, low=-0.01, high=0.01, n=N, sentence="No drop."
    )
    asked = CheckConfig(finding="toy.drop", at_least=-0.02)
    good, bad = (replace(run(labels), findings=[finding]) for labels in (people(90, 10), people(60, 40)))
    assert decide(good, asked, judge_agreement=ASKED).verdict is Verdict.PASS
    assert decide(bad, asked, judge_agreement=ASKED).checks[0].state is State.INCONCLUSIVE


def test_a_finding_of_a_suite_without_scores_of_its_own_needs_agreement_on_all_judged_metrics() -> None:
    """Nobody can tell which scores such a finding was made of, so all that a judge gave are doubted."""
    finding = Finding(
        name="made.drop", family="toy", system=NEW, effect=0.0, low=-0.01, high=0.01, n=N, sentence="No drop."
    )
    asked = CheckConfig(finding="made.drop", at_least=-0.02)
    bad = replace(run(people(60, 40)), findings=[finding])
    check, agreement = decide(bad, asked, judge_agreement=ASKED).checks
    assert (check.state, agreement.asks) == (State.INCONCLUSIVE, "judge agreement on accuracy")


def test_two_suites_with_a_metric_of_one_name_are_told_apart() -> None:
    other = column(ACCURACY, [bits(150, 50), bits(150, 50)], "other")
    made = run([*people(60, 40), *people(90, 10, metric="other.accuracy", rater="Al")])
    outputs = made.run.header.outputs
    header = made.run.header.model_copy(
        update={"outputs": (*outputs, outputs[0].model_copy(update={"suite": "other"}))}
    )
    made = replace(made, run=made.run.model_copy(update={"header": header}))
    made = replace(made, table=replace(made.table, columns=[*made.table.columns, other]))
    check = CheckConfig(metric="toy.accuracy", at_least=0.5)
    assert [one.n for one in decide(made, check, judge_agreement=ASKED).checks] == [N, 100]


def test_without_the_key_nothing_changes_but_a_note() -> None:
    found = decide(run(people(60, 40)), PASS)
    assert (len(found.checks), found.verdict) == (1, Verdict.PASS)
    assert found.notes[-1] == NOT_MEASURED
    unjudged = decide(evidence(scores(bits(150, 50))), PASS)
    assert NOT_MEASURED not in unjudged.notes


def test_labels_of_any_system_of_the_run_count() -> None:
    mine = people(90, 10)
    theirs = [one.model_copy(update={"system": OLD}) for one in people(80, 20)]
    theirs += [label(i, 1, system=OLD) for i in range(140, 150)]  # of which the judge says no
    held = {(system, f"s{i}", 0): TWO_YEARS for i in range(N) for system in (NEW, OLD)}
    agreement = line(decide(run([*mine, *theirs], held), PASS, judge_agreement=ASKED))
    assert agreement.n == 210
    assert agreement.note.startswith("raw agreement 81%")


def test_samples_of_one_document_are_one_cluster() -> None:
    made = run(people(90, 10))
    keys = [SampleKey(f"s{i}", cluster=f"d{i // 4}") for i in range(N)]
    made = replace(made, table=replace(made.table, samples=keys))
    assert "cluster-t" in line(decide(made, PASS, judge_agreement=ASKED)).method
    assert Output(name="accuracy").low == 0


def test_while_a_run_is_made_nobody_has_labelled_it_and_no_judged_check_decides() -> None:
    """As a sequential run asks at every look: without labels."""
    found = decide(replace(run([]), people=None), FAIL, judge_agreement=ASKED)
    assert [check.state for check in found.checks] == [State.INCONCLUSIVE, State.INCONCLUSIVE]
    assert line(found).n == 0
