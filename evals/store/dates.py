"""When the systems of a run were asked, from the answers that the run points at."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import func, select

from bakeoff.evals.fairness.circumstances import Asked
from bakeoff.evals.store import schema
from bakeoff.evals.store.store import Store


def asked_dates(store: Store, run: str) -> dict[str, Asked]:
    """First, middle and last answer of each system, by name; answers that runs share keep their date."""
    cells, texts = schema.run_responses, schema.responses
    joined = (
        select(cells.c.system, texts.c.created)
        .join(texts, texts.c.key == cells.c.response)
        .where(cells.c.run == run)
        .subquery()
    )
    when = joined.c.created
    spans = select(joined.c.system, func.count(when), func.min(when), func.max(when)).group_by(
        joined.c.system
    )
    found: dict[str, Asked] = {}
    with store.engine.connect() as connection:
        for system, count, first, last in connection.execute(spans).all():
            middle = select(when).where(joined.c.system == system).order_by(when).offset(count // 2).limit(1)
            median = connection.execute(middle).scalar_one()
            found[system] = Asked(_utc(first), _utc(median), _utc(last))
    return found


def _utc(moment: datetime) -> datetime:
    # SQLite drops the zone; everything written there is UTC
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
