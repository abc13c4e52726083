"""What lies around the answers: items, judge, encoder, dates, versions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from toys.kin import info, related
from toys.table import Value, column, table

from bakeoff.evals import operations
from bakeoff.evals.fairness.circumstances import Asked, Circumstances, answered_items, around_notes
from bakeoff.evals.fairness.notes import FairnessNote
from bakeoff.evals.records import Output, Status
from bakeoff.evals.table import SampleKey, ScoreTable

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
NA = Status.NOT_APPLICABLE
RATE = Output(name="failure_rate", direction="lower")


def answered(
    ours: Sequence[Value], theirs: Sequence[Value], samples: Sequence[SampleKey] | None = None
) -> ScoreTable:
    """A table of `a` and `b` in which these answers failed (1), did not (0), or were not given."""
    return table(["a", "b"], [column(RATE, [ours, theirs], suite=operations.SUITE)], samples)


UNKNOWN = Circumstances()
EVEN = answered([0.0] * 4, [0.0] * 4)


def asked(day: float, last: float | None = None) -> Asked:
    """Asked all at once on that day, or until a last one."""
    moment = NOON + timedelta(days=day)
    return Asked(moment, moment, moment if last is None else NOON + timedelta(days=last))


def found(
    ours: Circumstances = UNKNOWN,
    theirs: Circumstances = UNKNOWN,
    made: ScoreTable = EVEN,
    *,
    content_addressed: bool = False,
) -> list[FairnessNote]:
    kin = related(
        info("a").model_copy(update={"content_addressed": content_addressed}),
        info("b").model_copy(update={"content_addressed": content_addressed}),
    )
    return list(around_notes(kin, ours, theirs, made))


def test_nothing_known_is_nothing_said() -> None:
    assert found() == []


# --- items ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ours", "theirs", "level"),
    [
        ([0.0, 1.0, 0.0, 0.0], [1.0, 0.0, 0.0, 0.0], None),  # a failed answer is one
        ([0.0, 0.0, 0.0, NA], [0.0] * 4, "differs"),
        ([0.0, 0.0, NA, NA], [0.0] * 4, "differs"),  # half of theirs
        ([0.0, NA, NA, NA], [0.0] * 4, "voids"),
        ([0.0] * 4, [0.0, NA, NA, NA], "voids"),
        ([0.0, 0.0, 0.0, NA], [NA, NA, NA, 0.0], "voids"),  # nothing in common
        ([0.0, None, None, None], [0.0] * 4, None),  # not yet asked
    ],
)
def test_item_sets(ours: list[Value], theirs: list[Value], level: str | None) -> None:
    levels = [str(note.level) for note in found(made=answered(ours, theirs))]
    assert levels == ([] if level is None else [level])


def test_the_sentence_counts_the_items() -> None:
    (note,) = found(made=answered([0.0, 0.0, 0.0, NA], [NA, 0.0, 0.0, 0.0]))
    assert note.sentence == "item set: 2 samples answered by both, of 3 against 3 answered"


def test_variants_that_one_cannot_take_are_no_other_item_set() -> None:
    samples = [SampleKey("s0"), *(SampleKey(f"v{i}", origin="s0", variant="probe") for i in range(3))]
    assert found(made=answered([0.0] * 4, [0.0, NA, NA, NA], samples)) == []


def test_a_table_that_does_not_count_answers_says_nothing_of_items() -> None:
    made = table(["a", "b"], [column(Output(name="x"), [[1.0, NA], [1.0, 1.0]])])
    assert answered_items(made, "a", "b") is None
    assert found(made=made) == []


def test_samples_that_the_table_leaves_out_are_the_runs_own() -> None:
    (note,) = found(Circumstances(held=4), Circumstances(held=9))
    assert (str(note.level), note.aspect) == ("voids", "item set")
    assert note.sentence == "item set: 4 samples answered by both, of 4 against 9 answered"
    assert found(Circumstances(held=4), Circumstances(held=4)) == []


# --- judge and encoder ------------------------------------------------------------------------------


def test_another_judge_voids_what_was_judged() -> None:
    (note,) = found(Circumstances(judge=("gpt", "f" * 32)), Circumstances(judge=("gpt", "e" * 32)))
    assert (str(note.level), note.reach) == ("voids", "judged")
    assert note.sentence == "judge: gpt ffffff… against gpt eeeeee…"


def test_another_encoder_voids_what_was_encoded() -> None:
    (note,) = found(Circumstances(encoder=("m", "f" * 32)), Circumstances(encoder=("n", "e" * 32)))
    assert (str(note.level), note.reach, note.aspect) == ("voids", "encoded", "encoder")


def test_where_one_run_judged_nothing_there_is_no_other_judge() -> None:
    assert found(Circumstances(judge=("gpt", "f" * 32))) == []


# --- dates ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "told"), [(0.9, False), (1.0, False), (1.1, True), (-1.1, True)])
def test_live_systems_asked_more_than_a_day_apart(days: float, told: bool) -> None:
    notes = found(Circumstances("r", asked(days)), Circumstances("r", asked(0)))
    assert [str(note.level) for note in notes] == (["differs"] if told else [])


def test_the_middle_counts_so_a_single_late_answer_does_not() -> None:
    assert found(Circumstances("r", asked(0, last=30)), Circumstances("r", asked(0))) == []


def test_the_sentence_gives_the_days() -> None:
    (note,) = found(Circumstances("r", asked(9, last=11)), Circumstances("r", asked(0)))
    assert note.sentence == "date: asked 2026-11-10 to 2026-11-12 against 2026-11-01"


def test_two_runs_are_of_two_times_by_design() -> None:
    (note,) = found(Circumstances("r2", asked(9)), Circumstances("r1", asked(0)))
    assert str(note.level) == "by design"


def test_answers_that_their_content_stands_for_do_not_age() -> None:
    assert found(Circumstances("r", asked(9)), Circumstances("r", asked(0)), content_addressed=True) == []


# --- versions ---------------------------------------------------------------------------------------


def test_only_versions_that_changed_are_told() -> None:
    ours = Circumstances(versions={"ragas": "0.4.3", "python": "3.11"})
    theirs = Circumstances(versions={"ragas": "0.4.2", "python": "3.11", "torch": "2.9"})
    (note,) = found(ours, theirs)
    assert note.sentence == "versions: ragas 0.4.3, torch not installed against ragas 0.4.2, torch 2.9"
    assert str(note.level) == "differs"
