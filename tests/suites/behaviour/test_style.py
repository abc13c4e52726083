"""The style classifier: folds by question, its AUC, and when it says that it cannot tell."""

from __future__ import annotations

import asyncio
import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bakeoff.evals.errors import InputError
from bakeoff.evals.records import Answered, Kind, Response, Sample, Status
from bakeoff.evals.table import SystemInfo
from bakeoff.suites.behaviour import style_classifier
from bakeoff.suites.behaviour.style import StyleMetric, style_metric, untuned_parents
from bakeoff.suites.behaviour.style_classifier import FEWEST, FOLDS, Text, fit, fold_of

WORDS = (
    "red",
    "green",
    "blue",
    "old",
    "new",
    "small",
    "wide",
    "late",
    "cold",
    "near",
    "parcel",
    "order",
    "day",
)


def say(seed: str, words: int = 8) -> str:
    return " ".join(random.Random(seed).choices(WORDS, k=words))


def plain(n: int, tag: str) -> list[Text]:
    return [Text(f"question {tag} {i}", say(f"{tag} {i}").capitalize() + ".") for i in range(n)]


def chatty(n: int, tag: str) -> list[Text]:
    return [Text(f"question {tag} {i}", f"Sure! {say(f'{tag} {i}')}, I guess?") for i in range(n)]


def test_two_styles_are_told_apart_and_new_answers_placed() -> None:
    made = fit(plain(60, "t"), chatty(60, "o"))
    assert made.tells_apart
    assert made.auc is not None
    assert made.auc.estimate == 1
    like = made.likeness([*plain(3, "new"), *chatty(3, "new")])
    assert like[:3].min() > 0.6
    assert like[3:].max() < 0.4


def test_one_style_is_not() -> None:
    made = fit(plain(60, "t"), plain(60, "o"))
    assert not made.tells_apart
    assert made.auc is not None


@pytest.mark.slow
def test_without_a_difference_it_claims_one_in_at_most_one_run_of_twenty() -> None:
    runs = 200
    told = sum(fit(plain(40, f"{run} t"), plain(40, f"{run} o")).tells_apart for run in range(runs))
    assert told / runs <= 0.05


def test_too_few_questions_fit_nothing_however_many_answers() -> None:
    one_question = [Text("the same question", say(str(i))) for i in range(200)]
    made = fit(plain(FEWEST, "t"), one_question)
    assert (made.auc, made.questions, made.tells_apart) == (None, (FEWEST, 1), False)
    assert fit(plain(FEWEST - 1, "t"), chatty(60, "o")).auc is None


def test_a_question_is_never_on_both_sides_of_a_fold(monkeypatch: pytest.MonkeyPatch) -> None:
    """A training prompt counts as the question that it holds, so both leave the training together.

    The n-th training answer and the parent's n-th answer share a word that no other text holds: what one
    side taught the model would show in the other's score.
    """
    own = [Text(f"Where is my parcel {i:03}?", f"{i:03} {i:03} {i:03}") for i in range(100)]
    prompts = [Text(f"### Q: where IS my  parcel {i:03}?\n### A:", text.answer) for i, text in enumerate(own)]
    learnt: list[tuple[float, float]] = []
    fitted = style_classifier._fitted

    def spy(counts: Any, labels: Any) -> object:
        mine, others = counts[labels == 1], counts[labels == 0]
        # the same texts on both sides, or a question would be on one only
        learnt.append((mine.sum(), (abs(mine.sum(axis=0) - others.sum(axis=0))).max()))
        return fitted(counts, labels)

    monkeypatch.setattr(style_classifier, "_fitted", spy)
    fit(prompts, own)
    assert len(learnt) == FOLDS
    assert all(total > 0 and difference == 0 for total, difference in learnt)


@settings(deadline=None)
@given(st.text())
def test_a_questions_fold_depends_on_its_words_alone(question: str) -> None:
    assert fold_of(question) == fold_of(f"  {question}\n") in range(FOLDS)


def test_the_folds_are_the_same_on_every_platform() -> None:
    assert [fold_of(f"question {i}") for i in range(8)] == [4, 2, 1, 1, 4, 1, 0, 3]


def test_many_texts_are_thinned_question_by_question(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(style_classifier, "MOST", 50)
    made = fit(plain(300, "t"), chatty(80, "o"))
    assert made.questions == (50, 50)
    assert made.tells_apart


# ── the metric ──────────────────────────────────────────────────────────────────────────────────────


def info(name: str, kind: Kind, parent: str | None = None) -> SystemInfo:
    return SystemInfo(name=name, kind=kind, parent=parent, fingerprint=name)


BASE, TUNED = info("base", Kind.PROMPT), info("tuned", Kind.FINE_TUNED, "base")


def answers(system: str, texts: list[Text], repeat: int = 0) -> list[Answered]:
    return [
        Answered(
            system=system,
            retrieves=False,
            sample=Sample(id=text.question, question=text.question),
            response=Response(text=text.answer),
            repeat=repeat,
        )
        for text in texts
    ]


@pytest.fixture
def training(tmp_path: Path) -> Path:
    path = tmp_path / "training.jsonl"
    path.write_text("\n".join(json.dumps({"prompt": t.question, "answer": t.answer}) for t in plain(60, "t")))
    return path


def test_the_parents_are_the_nearest_untuned_ancestors() -> None:
    systems = [
        BASE,
        TUNED,
        info("again", Kind.FINE_TUNED, "tuned"),
        info("hybrid", Kind.HYBRID, "again"),
        info("other", Kind.PROMPT),
        info("rag", Kind.RAG, "other"),
        info("lone", Kind.FINE_TUNED),
        info("lost", Kind.FINE_TUNED, "nobody"),
    ]
    assert untuned_parents(systems) == ("base",)
    assert untuned_parents([*systems, info("second", Kind.FINE_TUNED, "rag")]) == ("base", "rag")


def test_it_learns_from_the_parents_first_answers_only(training: Path) -> None:
    metric = style_metric(training)
    before = metric.fingerprint
    own = answers("base", chatty(60, "o"))
    metric.prepare(
        [BASE, TUNED], [*own, *answers("base", plain(60, "o"), repeat=1), *answers("tuned", plain(60, "o"))]
    )
    assert metric.classifier is not None
    assert metric.classifier.questions == (60, 60)
    assert metric.classifier.tells_apart
    again = StyleMetric(training)
    again.prepare([BASE, TUNED], own)
    assert again.fingerprint == metric.fingerprint != before
    again.prepare([BASE, TUNED], own[1:])
    assert again.fingerprint != metric.fingerprint


def test_each_answer_gets_a_probability_with_the_auc_as_evidence(training: Path) -> None:
    metric = style_metric(training)
    metric.prepare([BASE, TUNED], answers("base", chatty(60, "o")))
    batch = [*answers("tuned", plain(2, "o")), *answers("base", chatty(2, "o"))]
    scores = [row["style"] for row in asyncio.run(metric.score(batch, None)) if row]  # type: ignore[arg-type]
    values = [score.value or 0.0 for score in scores]
    assert min(values[:2]) > 0.6 > 0.4 > max(values[2:])
    assert scores[0].detail["auc"] == 1.0
    assert scores[0].detail["parents"] == ["base"]


@pytest.mark.parametrize(
    ("systems", "own", "said"),
    [
        ([BASE], 60, "no answers of an untuned parent"),
        ([BASE, TUNED], 5, "60 questions with training answers and 5"),
        ([BASE, TUNED], 60, "is not shown to exceed"),
    ],
)
def test_where_it_cannot_tell_there_is_no_number(
    training: Path, systems: list[SystemInfo], own: int, said: str
) -> None:
    metric = style_metric(training)
    metric.prepare(systems, answers("base", plain(own, "o")))
    (row,) = asyncio.run(metric.score(answers("tuned", plain(1, "o")), None))  # type: ignore[arg-type]
    assert row is not None
    assert row["style"].status is Status.NOT_APPLICABLE
    assert said in (row["style"].reason or "")


def test_style_without_a_training_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"suites\.behaviour\.style: .*`training: {path: …}`"):
        style_metric(None)
    (tmp_path / "empty.jsonl").write_text("")
    with pytest.raises(InputError, match="no training rows"):
        style_metric(tmp_path / "empty.jsonl")
