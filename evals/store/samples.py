"""Samples as rows, and back: the corpora that they carry are kept once, however many samples share one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Table, select

from bakeoff.evals.records import DocumentState, Sample
from bakeoff.evals.store import schema

SampleRow = tuple[int, Sample, str, list[str]]
"""A sample of a run: its position, itself, its fingerprint, the names of the suites that ask it."""

Row = tuple[Table, bool, Mapping[str, Any]]


def rows_of(run: str, batch: Sequence[SampleRow]) -> list[Row]:
    """The rows of a batch of a run's samples: samples, corpora, and their places in the run."""
    rows: list[Row] = []
    states: dict[str, DocumentState] = {}
    for position, sample, fingerprint, suites in batch:
        if sample.overrides.documents is not None:
            states.setdefault(sample.overrides.documents.fingerprint, sample.overrides.documents)
        payload = json.dumps(sample.compact(), ensure_ascii=False)
        rows.append((schema.samples, False, {"fingerprint": fingerprint, "payload": payload}))
        members = {
            "run": run,
            "sample": sample.id,
            "position": position,
            "fingerprint": fingerprint,
            "suites": suites,
            "cluster": sample.cluster,
            "domain": sample.domain,
            "origin": sample.origin,
            "variant": sample.variant,
            "answerable": sample.answerable,
        }
        rows.append((schema.run_samples, True, members))
    for fingerprint, state in states.items():
        stored = {"fingerprint": fingerprint, "payload": state.model_dump_json()}
        rows.append((schema.document_states, False, stored))
    return rows


@dataclass
class SampleReader:
    """Makes samples of stored payloads; samples that share a corpus share one object."""

    states: dict[str, DocumentState] = field(default_factory=dict)

    def read(self, connection: Connection, payload: str) -> Sample:
        """The sample of a payload. KeyError where its corpus is not in the store."""
        if '"documents": null' in payload:
            return Sample.model_validate_json(payload)
        values = json.loads(payload)
        documents = values["overrides"]["documents"]
        if documents is None:  # the words stood in a text
            return Sample.model_validate_json(payload)
        bare = Sample.model_validate_json(json.dumps({**values, "overrides": _without(values["overrides"])}))
        overrides = bare.overrides.model_copy(update={"documents": self._state(connection, documents)})
        return bare.model_copy(update={"overrides": overrides})

    def _state(self, connection: Connection, fingerprint: str) -> DocumentState:
        if fingerprint not in self.states:
            table = schema.document_states
            query = select(table.c.payload).where(table.c.fingerprint == fingerprint)
            found = connection.execute(query).scalar()
            if found is None:
                raise KeyError(f"the store holds no documents {fingerprint}")
            self.states[fingerprint] = DocumentState.model_validate_json(found)
        return self.states[fingerprint]


def _without(overrides: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in overrides.items() if name != "documents"}
