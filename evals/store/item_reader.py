"""Read single items of a stored run: their samples, and the scores of one metric with their evidence."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import select

from bakeoff.evals.comparison import ItemScore
from bakeoff.evals.records import Sample
from bakeoff.evals.store import schema
from bakeoff.evals.store.samples import SampleReader
from bakeoff.evals.store.store import LOOKUP, Store


def read_samples(store: Store, run: str, ids: Sequence[str]) -> dict[str, Sample]:
    """The samples of these ids that the run holds."""
    table, texts, reader = schema.run_samples, schema.samples, SampleReader()
    found = {}
    with store.engine.connect() as connection:
        for start in range(0, len(ids), LOOKUP):
            query = (
                select(table.c.sample, texts.c.payload)
                .join(texts, texts.c.fingerprint == table.c.fingerprint)
                .where(table.c.run == run, table.c.sample.in_(ids[start : start + LOOKUP]))
            )
            for row in connection.execute(query).all():
                found[row.sample] = reader.read(connection, row.payload)
    return found


def read_scores(
    store: Store, run: str, ids: Sequence[str], *, suite: str, output: str
) -> dict[tuple[str, str, int], ItemScore]:
    """(system, sample, repeat) → the score of one metric, with its evidence."""
    cells, texts = schema.run_scores, schema.scores
    found = {}
    with store.engine.connect() as connection:
        for start in range(0, len(ids), LOOKUP):
            query = (
                select(cells, texts.c.payload)
                .outerjoin(texts, texts.c.key == cells.c.score)
                .where(cells.c.run == run, cells.c.suite == suite, cells.c.output == output)
                .where(cells.c.sample.in_(ids[start : start + LOOKUP]))
            )
            for row in connection.execute(query):
                found[row.system, row.sample, row.repeat] = ItemScore(
                    system=row.system,
                    sample=row.sample,
                    repeat=row.repeat,
                    suite=suite,
                    metric=output,
                    value=row.value,
                    status=row.status,
                    reason=row.reason,
                    detail={} if row.payload is None else json.loads(row.payload)[output]["detail"],
                )
    return found
