"""The suites that ship with bakeoff."""

from __future__ import annotations

from typing import Any

from bakeoff.evals.plugins import Plugin
from bakeoff.suites.behaviour import suite as behaviour
from bakeoff.suites.citations import suite as citations
from bakeoff.suites.context_stress import suite as context_stress
from bakeoff.suites.domains import suite as domains
from bakeoff.suites.forgetting import suite as forgetting
from bakeoff.suites.format_shift import suite as format_shift
from bakeoff.suites.freshness import suite as freshness
from bakeoff.suites.knowledge_origin import suite as knowledge_origin
from bakeoff.suites.near_miss import suite as near_miss
from bakeoff.suites.ragas import suite as ragas
from bakeoff.suites.reference import suite as reference
from bakeoff.suites.retrieval import suite as retrieval

SUITES: tuple[Plugin[Any], ...] = (
    ragas.PLUGIN,
    reference.PLUGIN,
    behaviour.PLUGIN,
    forgetting.PLUGIN,
    format_shift.PLUGIN,
    retrieval.PLUGIN,
    context_stress.PLUGIN,
    knowledge_origin.PLUGIN,
    citations.PLUGIN,
    freshness.PLUGIN,
    near_miss.PLUGIN,
    domains.PLUGIN,
)
