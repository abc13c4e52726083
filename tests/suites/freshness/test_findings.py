"""Findings of made-up tables: lags, what cannot be told, and what there is nothing to say about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np

from bakeoff.evals.findings import Finding
from bakeoff.evals.records import Capability, Kind, Output, Status
from bakeoff.evals.table import STATUS_CODES, Column, SampleKey, ScoreTable, SystemInfo
from bakeoff.suites.freshness.findings import Made, findings
from bakeoff.suites.freshness.metrics import LAGS, OUTCOMES
from bakeoff.suites.freshness.options import Options

OUTPUTS = (*OUTCOMES, *LAGS, Output(name="right_before"), Output(name="right"))
KEYS = [
    *(SampleKey(id=f"q{i}") for i in range(4)),
    *(
        SampleKey(id=f"q{i}~{state}", origin=f"q{i}", variant=state)
        for state in ("before", "after")
        for i in range(4)
    ),
]
OWN, BEFORE, AFTER = range(4), range(4, 8), range(8, 12)
Given = Mapping[str, Mapping[range, Sequence[float]]]
"""Values by output and the samples they are of."""

NONE: Sequence[float] = [np.nan] * 4
DOCUMENTS = frozenset({Capability.ACCEPTS_DOCUMENTS})


def table(values: Given, *, accepts: bool = True) -> ScoreTable:
    """One system's values by output and the samples they are of; all else is not applicable."""
    columns = []
    for output in OUTPUTS:
        column = np.full((1, len(KEYS), 1), np.nan)
        for places, given in values.get(output.name, {}).items():
            column[0, list(places), 0] = given
        codes = np.where(
            np.isnan(column), STATUS_CODES[Status.NOT_APPLICABLE], STATUS_CODES[Status.SCORED]
        ).astype(np.int8)
        columns.append(Column("freshness", output, column, codes))
    capabilities = DOCUMENTS if accepts else frozenset[Capability]()
    system = SystemInfo(name="s", kind=Kind.RAG, fingerprint="s", capabilities=capabilities)
    return ScoreTable([system], KEYS, columns)


def found(
    values: Given,
    made: Made | None = None,
    *,
    accepts: bool = True,
    **options: object,
) -> dict[str, Finding]:
    made = made or Made(changed=4, has_documents=True)
    said = findings(table(values, accepts=accepts), made, Options.model_validate(options))
    return {one.name.removeprefix("freshness."): one for one in said}


HALF: Given = {
    "fresh": {OWN: [1, 0, 0, 0], AFTER: [1, 1, 0, 0]},
    "stale": {OWN: [0, 1, 0, 0], AFTER: [0, 0, 1, 1]},
    "unanswered": {OWN: [0, 0, 1, 0], AFTER: [0, 0, 0, 0]},
    "wrong": {OWN: [0, 0, 0, 1], AFTER: [0, 0, 0, 0]},
    "right_before": {BEFORE: [1, 1, 1, np.nan]},
    "update_lag_s": {AFTER: [3.0, 1.5, np.nan, np.nan]},
    "stale_lag_s": {AFTER: [np.nan, np.nan, 2.0, 9.0]},
}


def test_own_answers_and_those_after_the_update_are_kept_apart() -> None:
    said = found(HALF)
    assert {said[name].effect for name in ("fresh", "stale", "unanswered", "wrong")} == {0.25}
    assert said["update"].effect == 0.5
    assert (said["update"].detail["right_before"], said["update"].detail["n_before"]) == (1.0, 3)
    assert said["update"].detail["fresh_after"] == 0.5


def test_the_lag_is_the_first_new_answers_and_the_last_old_one_is_told() -> None:
    lag = found(HALF)["update_lag"]
    assert (lag.effect, lag.n, lag.detail["last_stale_s"]) == (1.5, 2, 9.0)
    assert "1.5 s after" in lag.sentence
    assert "the last old one 9 s" in lag.sentence
    fresh = found({**HALF, "stale_lag_s": {AFTER: NONE}})["update_lag"]
    assert "no answer held the old one" in fresh.sentence
    assert "update_lag" not in found({**HALF, "update_lag_s": {AFTER: NONE}})


def test_few_answers_can_neither_alarm_nor_clear() -> None:
    said = found({**HALF, "stale": {OWN: [0, 0, 0, 0], AFTER: [0, 0, 0, 0]}})
    assert {said["stale"].status, said["update"].status} == {"cannot_tell"}
    p_of = {name for name, one in said.items() if one.p is not None}
    assert p_of == {"stale", "update"}


def test_the_tolerance_is_the_users() -> None:
    stale: Given = {**HALF, "stale": {OWN: [1, 1, 1, 1], AFTER: [0, 0, 0, 0]}}
    assert found(stale)["stale"].status == "alarm"
    assert found(stale, tolerance=0.9)["stale"].status == "cannot_tell"


def test_what_is_missing_is_said_in_one_line() -> None:
    assert "accepts_documents" in found(HALF, accepts=False)["update"].sentence
    assert "`documents:`" in found(HALF, Made(changed=4))["update"].sentence
    silent = found({})
    assert {one.status for one in silent.values()} == {"not_applicable"}
    assert set(silent) == {"fresh", "update"}
    assert "update" not in found(HALF, Made())  # no changed fact was asked


def test_facts_without_a_before_are_counted() -> None:
    made = Made(changed=4, has_documents=True, without_before=("q3",))
    assert found(HALF, made)["update"].sentence.endswith(
        "1 fact has no new value in a gold document to put back."
    )
    none = found({**HALF, "right_before": {BEFORE: NONE}})["update"]
    assert "not asked before the update" in none.sentence


def test_ages_fall_into_their_buckets() -> None:
    ages = {"q0": 30, "q1": 31, "q2": 365, "q3": 366, "gone": 5}
    right: Given = {"right": {OWN: [1, 0, 1, 0]}}
    said = findings(table(right), Made(today=date(2025, 6, 1), ages=ages), Options())
    buckets = {one.slice: (one.effect, one.n) for one in said if one.name == "freshness.by_age"}
    assert buckets == {
        "age=up to 30 days": (1.0, 1),
        "age=31 to 90 days": (0.0, 1),
        "age=91 to 365 days": (1.0, 1),
        "age=over 365 days": (0.0, 1),
    }


def test_a_retraining_time_stands_by_itself_where_the_system_was_asked() -> None:
    assert found(HALF, retraining={"s": "6 hours"})["retraining"].effect == 21_600
    assert "retraining" not in found({}, retraining={"s": "6 hours"})
    assert "retraining" not in found(HALF, retraining={"other": 5})
