"""bakeoff: which of your candidates to ship, with evidence that survives scrutiny.

    import bakeoff

    comparison = bakeoff.run("bakeoff.yaml")          # ask and score what is missing
    for row in comparison.metrics:
        for difference in row.differences:
            print(row.metric, difference.system, difference.verdict)

`import bakeoff` loads nothing heavy; names are loaded when they are used (PEP 562).
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bakeoff.api import changed_items, compare, compare_runs, load_config, plan, run
    from bakeoff.deciding import accept, compare_accepted, gate, sign
    from bakeoff.evals.comparison import Comparison, Verdict
    from bakeoff.evals.config_model import Config
    from bakeoff.evals.errors import BakeoffError, InputError, RunIncomplete
    from bakeoff.evals.gate.result import CheckResult, GateResult, State
    from bakeoff.evals.planning import SamplePlan

_HOMES = {
    "BakeoffError": "bakeoff.evals.errors",
    "CheckResult": "bakeoff.evals.gate.result",
    "Comparison": "bakeoff.evals.comparison",
    "Config": "bakeoff.evals.config_model",
    "GateResult": "bakeoff.evals.gate.result",
    "InputError": "bakeoff.evals.errors",
    "RunIncomplete": "bakeoff.evals.errors",
    "SamplePlan": "bakeoff.evals.planning",
    "State": "bakeoff.evals.gate.result",
    "Verdict": "bakeoff.evals.comparison",
    "accept": "bakeoff.deciding",
    "changed_items": "bakeoff.api",
    "compare": "bakeoff.api",
    "compare_accepted": "bakeoff.deciding",
    "compare_runs": "bakeoff.api",
    "gate": "bakeoff.deciding",
    "load_config": "bakeoff.api",
    "plan": "bakeoff.api",
    "run": "bakeoff.api",
    "sign": "bakeoff.deciding",
}

__all__ = [
    "BakeoffError",
    "CheckResult",
    "Comparison",
    "Config",
    "GateResult",
    "InputError",
    "RunIncomplete",
    "SamplePlan",
    "State",
    "Verdict",
    "accept",
    "changed_items",
    "compare",
    "compare_accepted",
    "compare_runs",
    "gate",
    "load_config",
    "plan",
    "run",
    "sign",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'bakeoff' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
