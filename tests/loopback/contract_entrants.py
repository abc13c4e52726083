"""Who takes part in the contract test: our own adapters, or one framework's in that framework's environment.

`nox -s frameworks` names the framework in BAKEOFF_FRAMEWORK; its cases are in `frameworks.NAME_cases`.
"""

from __future__ import annotations

import importlib
import os

from loopback import contract_cases

FRAMEWORK = os.environ.get("BAKEOFF_FRAMEWORK")

CASES: list[contract_cases.Case] = (
    importlib.import_module(f"frameworks.{FRAMEWORK}_cases").CASES if FRAMEWORK else contract_cases.CASES
)
