"""Runs against each other."""

from __future__ import annotations

from pathlib import Path

import pytest
from toys.plan import ToyJudge, ToySystem, plan, questions, store_in, text

from bakeoff.evals.errors import InputError
from bakeoff.evals.run_pairs import compare_runs
from bakeoff.evals.runner import run


def test_systems_pair_with_themselves_over_equal_samples(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    first = run(plan([ToySystem("bot", text(str)), ToySystem("gone", text(str))], questions(30)), store).run
    changed = [*questions(20), *questions(25, domain="new")[20:]]
    worse = ToySystem("bot", text(lambda q: q if q < "q15" else "wrong"), fingerprint="second")
    second = run(plan([worse], changed, repeats=2), store, fresh=True).run
    comparison = compare_runs(store, [first, second])
    assert [system.name for system in comparison.systems] == ["bot@toy-run-1", "bot@toy-run-2"]
    match = next(row for row in comparison.metrics if row.metric == "match")
    difference = match.differences[0]
    assert (difference.system, difference.baseline, difference.n) == ("bot@toy-run-2", "bot@toy-run-1", 20)
    right = sum(f"q{i}" < "q15" for i in range(20))
    assert difference.effect == pytest.approx(right / 20 - 1)
    notes = " ".join(comparison.footer.notes)
    assert "20 samples are equal in all runs" in notes
    assert "10 of toy-run-1, 5 of toy-run-2" in notes


def test_another_judge_is_said_aloud(tmp_path: Path) -> None:
    store, other = store_in(tmp_path), ToyJudge()
    other.fingerprint = "another judge"
    first = run(plan([ToySystem("bot", text(str))], questions(3)), store).run
    second = run(plan([ToySystem("bot", text(str))], questions(3), judge=other), store, fresh=True).run
    notes = compare_runs(store, [first, second]).footer.notes
    assert any("DIFFERENT JUDGES" in note for note in notes)


def test_nothing_in_common_is_refused(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    first = run(plan([ToySystem("a", text(str))], questions(3)), store).run
    second = run(plan([ToySystem("b", text(str))], questions(3)), store, fresh=True).run
    third = run(plan([ToySystem("a", text(str))], questions(3, domain="x")), store, fresh=True).run
    with pytest.raises(InputError, match="no system in common"):
        compare_runs(store, [first, second])
    with pytest.raises(InputError, match="no sample in common"):
        compare_runs(store, [first, third])
