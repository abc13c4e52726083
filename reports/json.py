"""The machine's view of a comparison: its fields as they are, absent numbers as null."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from bakeoff.evals.comparison import Comparison
from bakeoff.evals.plugins import Plugin, Wiring


class JsonOptions(BaseModel):
    """None so far."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class JsonReporter:
    """One object: run, systems, baseline, metrics, findings, footer."""

    def render(self, comparison: Comparison) -> bytes:
        return (comparison.model_dump_json(indent=2) + "\n").encode()


def _build(_options: JsonOptions, _wiring: Wiring) -> JsonReporter:
    return JsonReporter()


PLUGIN = Plugin("json", JsonOptions, _build)
