"""Every single score, one line each: what `report --items` writes."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from io import StringIO

from bakeoff.evals.comparison import ItemScore
from bakeoff.reports.csv import spreadsheet_safe

FIELDS = tuple(ItemScore.model_fields)


def json_lines(items: Iterable[ItemScore]) -> Iterator[str]:
    """One JSON object per line."""
    for item in items:
        yield item.model_dump_json() + "\n"


def csv_lines(items: Iterable[ItemScore]) -> Iterator[str]:
    """A header, then one line per score; `detail` is JSON in a cell."""
    yield _csv_line(FIELDS)
    for item in items:
        row = item.model_dump(mode="json")
        row["detail"] = json.dumps(row["detail"], ensure_ascii=False) if row["detail"] else ""
        yield _csv_line([spreadsheet_safe(v) if isinstance(v, str) else v for v in row.values()])


def _csv_line(fields: Iterable[object]) -> str:
    buffer = StringIO(newline="")
    csv.writer(buffer).writerow(fields)
    return buffer.getvalue()
