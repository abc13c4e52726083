"""When systems were asked, from the store's own answers, through to the note."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select, update
from toys.plan import ToySystem, plan, questions, store_in, text

from bakeoff.evals.comparison_builder import compare_run
from bakeoff.evals.fairness.notes import Level
from bakeoff.evals.runner import run
from bakeoff.evals.store import Store, schema
from bakeoff.evals.store.dates import asked_dates

MARCH = datetime(2026, 3, 1, 12, tzinfo=UTC)


def backdate(store: Store, run_id: str, system: str, moments: list[datetime]) -> None:
    """Give the answers of a system these dates, one after the other."""
    cells = schema.run_responses
    keys = select(cells.c.response).where(cells.c.run == run_id, cells.c.system == system)
    with store.engine.begin() as connection:
        for key, moment in zip(connection.execute(keys).scalars().all(), moments, strict=True):
            connection.execute(
                update(schema.responses).where(schema.responses.c.key == key).values(created=moment)
            )


def test_first_middle_and_last_answer_of_each_system(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    record = run(plan([ToySystem("a", text(str)), ToySystem("b", text(str))], questions(3)), store).run
    days = [MARCH + timedelta(days=day) for day in (5, 0, 1)]
    backdate(store, record.id, "a", days)
    found = asked_dates(store, record.id)
    assert (found["a"].first, found["a"].median, found["a"].last) == (days[1], days[2], days[0])
    assert found["b"].first.tzinfo is not None
    assert found["b"].first > MARCH
    assert asked_dates(store, "no-such-run") == {}


def test_a_run_that_was_continued_with_another_system_says_so(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    old = ToySystem("old", text(str))
    first = run(plan([old], questions(3)), store).run
    backdate(store, first.id, "old", [MARCH] * 3)
    again = run(plan([old, ToySystem("new", text(str))], questions(3)), store).run
    assert again.id == first.id
    (note,) = [one for one in compare_run(store, again).fairness if one.aspect == "date"]
    assert (note.system, note.level, note.theirs) == ("new", Level.DIFFERS, "2026-03-01")
    fresh = run(plan([old, ToySystem("new", text(str))], questions(3)), store, fresh=True).run
    assert not [one for one in compare_run(store, fresh).fairness if one.aspect == "date"]


def test_a_system_that_never_answered_has_no_date(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    lacking = questions(2, requires=["logprobs"])
    record = run(plan([ToySystem("a", text(str)), ToySystem("b", text(str))], lacking), store).run
    assert asked_dates(store, record.id) == {}
    assert not [one for one in compare_run(store, record).fairness if one.aspect in ("date", "item set")]
