"""The store: opening, versions, runs, group commit and lookups."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest
from toys.plan import ToySuite, ToySystem, plan, questions, store_in, text

from bakeoff.evals.errors import InputError
from bakeoff.evals.protocols import Suite
from bakeoff.evals.records import Sample
from bakeoff.evals.runner import run
from bakeoff.evals.runs import RunHeader, RunRecord
from bakeoff.evals.store import Store, open_store, schema


def test_it_is_sqlite_in_wal_mode(tmp_path: Path) -> None:
    store_in(tmp_path)
    connection = sqlite3.connect(tmp_path / "runs.db")
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("nonsense", "no database URL"),
        ("mysql://localhost/x", "mysql is not supported"),
        ("postgresql+psycopg://localhost/x", "postgresql is not supported yet"),
    ],
)
def test_other_urls_are_refused(url: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        open_store(url)


def test_a_missing_store_is_not_made_for_a_reader(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no store here yet"):
        open_store(f"sqlite:///{tmp_path}/none.db", create=False)
    assert not (tmp_path / "none.db").exists()


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "runs.db").write_text("not a database, but long enough to look at " * 50)
    with pytest.raises(InputError, match="cannot be opened"):
        store_in(tmp_path)


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="folder cannot be made"):
        open_store(f"sqlite:///{tmp_path}/file/runs.db")


def test_another_schema_version_is_refused(tmp_path: Path) -> None:
    store_in(tmp_path).close()
    connection = sqlite3.connect(tmp_path / "runs.db")
    connection.execute("UPDATE settings SET value = '99' WHERE name = 'schema'")
    connection.commit()
    connection.close()
    with pytest.raises(InputError, match="schema 99"):
        store_in(tmp_path)


def laid(store: Store, name: str, header: RunHeader, *, fresh: bool = False) -> RunRecord:
    record = store.next_run(name, {}, header, fresh=fresh)
    store.lay_run(record, [])
    return record


def test_a_run_stays_as_it_was_where_its_new_samples_cannot_be_made(tmp_path: Path) -> None:
    def breaks(sample: Sample) -> list[Sample]:
        if sample.id == "s270":
            raise InputError("the sample is broken")
        return [sample]

    store, system = store_in(tmp_path), ToySystem("echo", text(str))
    first = run(plan([system], questions(5)), store).run
    broken: list[tuple[Suite, dict[str, object]]] = [(ToySuite("toy", breaks), {})]
    with pytest.raises(InputError, match="the sample is broken"):
        run(plan([system], questions(300), suites=broken), store)
    assert store.find_run() == first
    assert [key.id for key, _, _ in store.sample_keys(first.id)] == [f"s{i}" for i in range(5)]
    assert sum(1 for _ in store.score_rows(first.id)) == 5 * 10
    assert store.sample_keys(f"{first.id}~") == []


def test_runs_are_found_by_id_by_name_and_newest_first(tmp_path: Path) -> None:
    store, header = store_in(tmp_path), RunHeader(systems=())
    one = laid(store, "my bot", header)
    two = laid(store, "my bot", header, fresh=True)
    other = laid(store, "other", header)
    assert (one.id, two.id) == ("my-bot-1", "my-bot-2")
    assert store.find_run().id == other.id
    assert store.find_run("my bot").id == two.id
    assert store.find_run("my-bot-1").epoch == one.epoch
    with pytest.raises(InputError, match="no run 'lost'; the newest are: other-1, my-bot-2, my-bot-1"):
        store.find_run("lost")


def test_an_empty_store_says_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no run; run `bakeoff run` first"):
        store_in(tmp_path).find_run()


def test_many_writers_share_commits_and_each_row_is_there_when_put_returns(tmp_path: Path) -> None:
    store = store_in(tmp_path)

    async def one(i: int) -> bool:
        await store.writer.put(schema.judgements, {"key": f"k{i}", "payload": str(i)})
        return store.known(schema.judgements, [f"k{i}"]) == {f"k{i}": str(i)}

    async def everything() -> list[bool]:
        return await asyncio.gather(*(one(i) for i in range(200)))

    assert all(asyncio.run(everything()))


def test_a_failing_write_fails_those_who_wait_for_it_and_not_the_next(tmp_path: Path) -> None:
    store = store_in(tmp_path)

    async def both() -> None:
        with pytest.raises(Exception, match="payload"):
            await store.writer.put(schema.judgements, {"key": "bad", "payload": None})
        await store.writer.put(schema.judgements, {"key": "good", "payload": "1"})

    asyncio.run(both())
    assert store.known(schema.judgements, ["bad", "good"]) == {"good": "1"}


def test_a_kept_payload_is_not_overwritten(tmp_path: Path) -> None:
    store = store_in(tmp_path)

    async def twice() -> None:
        await store.writer.put(schema.scores, {"key": "k", "payload": "first"})
        await store.writer.put(schema.scores, {"key": "k", "payload": "second"})

    asyncio.run(twice())
    assert store.known(schema.scores, ["k"]) == {"k": "first"}


def test_lookups_are_not_bound_by_sqlites_variables(tmp_path: Path) -> None:
    store = store_in(tmp_path)

    async def fill() -> None:
        await store.writer.put(schema.scores, [{"key": f"k{i}", "payload": "p"} for i in range(3000)])

    asyncio.run(fill())
    assert len(store.known(schema.scores, [f"k{i}" for i in range(4000)])) == 3000


def test_samples_come_back_as_they_were_in_order_and_in_batches(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    run_record = store.next_run("r", {}, RunHeader(systems=()))
    samples = [
        Sample(id=f"s{i:03}", question=f"q{i} – ünï", cluster=f"c{i}", domain="d", extras={"x": [i, None]})
        for i in reversed(range(300))
    ]
    rows = [(i, s, f"f{s.id}", ["one", "two"]) for i, s in enumerate(samples)]
    store.lay_run(run_record, [rows[:200], rows[200:]])
    batches = list(store.sample_batches(run_record.id))
    assert [len(batch) for batch in batches] == [256, 44]
    assert [sample for batch in batches for sample, _ in batch] == samples
    keys = store.sample_keys(run_record.id)
    assert keys[0][0].cluster == "c299"
    assert keys[0][1] == {"one", "two"}


def test_items_hold_the_evidence(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    outcome = run(plan([ToySystem("echo", text(str.upper))], questions(1)), store)
    loud = next(item for item in store.items(outcome.run.id) if item.metric == "loudness")
    assert loud.value == loud.detail["said"]
