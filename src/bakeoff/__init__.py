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
    from bakeoff.api import changed_items, compare, compare_runs, load_config, run
    from bakeoff.evals.comparison import Comparison, Verdict
    from bakeoff.evals.config_model import Config
    from bakeoff.evals.errors import BakeoffError, InputError, RunIncomplete

_HOMES = {
    "BakeoffError": "bakeoff.evals.errors",
    "Comparison": "bakeoff.evals.comparison",
    "Config": "bakeoff.evals.config_model",
    "InputError": "bakeoff.evals.errors",
    "RunIncomplete": "bakeoff.evals.errors",
    "Verdict": "bakeoff.evals.comparison",
    "changed_items": "bakeoff.api",
    "compare": "bakeoff.api",
    "compare_runs": "bakeoff.api",
    "load_config": "bakeoff.api",
    "run": "bakeoff.api",
}

__all__ = [
    "BakeoffError",
    "Comparison",
    "Config",
    "InputError",
    "RunIncomplete",
    "Verdict",
    "changed_items",
    "compare",
    "compare_runs",
    "load_config",
    "run",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'bakeoff' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
