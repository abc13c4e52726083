"""Tables. What is expensive (responses, judgements, scores) is keyed by content; runs only point at it."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, DateTime, Float, Index, Integer, MetaData, String, Table, Text

SCHEMA_VERSION = 1

metadata = MetaData()

settings = Table(
    "settings",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", String, nullable=False),
)

runs = Table(
    "runs",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False, index=True),
    Column("epoch", String, nullable=False),
    Column("created", DateTime(timezone=True), nullable=False),
    Column("updated", DateTime(timezone=True), nullable=False),
    Column("config", JSON, nullable=False),
    Column("header", JSON, nullable=False),
    Column("open_cells", Integer),
)

run_samples = Table(
    "run_samples",
    metadata,
    Column("run", String, primary_key=True),
    Column("sample", String, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("fingerprint", String, nullable=False),
    Column("suites", JSON, nullable=False),
    Column("cluster", String),
    Column("domain", String),
    Column("origin", String),
    Column("variant", String),
    Column("answerable", Boolean, nullable=False),
)
Index("run_samples_order", run_samples.c.run, run_samples.c.position)

samples = Table(
    "samples",
    metadata,
    Column("fingerprint", String, primary_key=True),
    Column("payload", Text, nullable=False),
)

# The corpora that samples want systems to answer from: many samples share one.
document_states = Table(
    "document_states",
    metadata,
    Column("fingerprint", String, primary_key=True),
    Column("payload", Text, nullable=False),
)

responses = Table(
    "responses",
    metadata,
    Column("key", String, primary_key=True),
    Column("created", DateTime(timezone=True), nullable=False),
    Column("payload", Text, nullable=False),
)

run_responses = Table(
    "run_responses",
    metadata,
    Column("run", String, primary_key=True),
    Column("sample", String, primary_key=True),
    Column("system", String, primary_key=True),
    Column("repeat", Integer, primary_key=True),
    Column("response", String),
    Column("reason", Text),
)

judgements = Table(
    "judgements",
    metadata,
    Column("key", String, primary_key=True),
    Column("payload", Text, nullable=False),
)

scores = Table(
    "scores",
    metadata,
    Column("key", String, primary_key=True),
    Column("payload", Text, nullable=False),
)

run_scores = Table(
    "run_scores",
    metadata,
    Column("run", String, primary_key=True),
    Column("sample", String, primary_key=True),
    Column("system", String, primary_key=True),
    Column("repeat", Integer, primary_key=True),
    Column("suite", String, primary_key=True),
    Column("output", String, primary_key=True),
    Column("status", String, nullable=False),
    Column("value", Float),
    Column("reason", Text),
    Column("score", String),
)

run_findings = Table(
    "run_findings",
    metadata,
    Column("run", String, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("suite", String, nullable=False),
    Column("payload", Text, nullable=False),
)
