"""The suites that ship with bakeoff."""

from __future__ import annotations

from typing import Any

from bakeoff.evals.plugins import Plugin
from bakeoff.suites.behaviour import suite as behaviour
from bakeoff.suites.forgetting import suite as forgetting
from bakeoff.suites.format_shift import suite as format_shift
from bakeoff.suites.ragas import suite as ragas
from bakeoff.suites.reference import suite as reference

SUITES: tuple[Plugin[Any], ...] = (
    ragas.PLUGIN,
    reference.PLUGIN,
    behaviour.PLUGIN,
    forgetting.PLUGIN,
    format_shift.PLUGIN,
)
