"""The package is pure: what it imports, what it exports."""

from __future__ import annotations

import subprocess
import sys

from bakeoff.evals import statistics


def test_public_names_are_the_sorted_list_and_exist() -> None:
    assert list(statistics.__all__) == sorted(statistics.__all__)
    assert all(hasattr(statistics, name) for name in statistics.__all__)


def test_importing_it_loads_neither_scipy_nor_anything_of_ours_outside() -> None:
    code = (
        "import sys, bakeoff.evals.statistics\n"
        "heavy = {'scipy', 'statsmodels', 'pandas', 'torch', 'pydantic'} & set(sys.modules)\n"
        "ours = [m for m in sys.modules if m.startswith('bakeoff.') and m != 'bakeoff.evals'"
        " and not m.startswith('bakeoff.evals.statistics')]\n"
        "print(sorted(heavy), ours)\n"
    )
    path = [entry for entry in sys.path if entry]
    command = [sys.executable, "-c", f"import sys; sys.path[:0] = {path!r}\n{code}"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[] []"
