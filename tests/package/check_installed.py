"""Run by `nox -s package` inside the wheel's environment: the wheel is whole and collides with nothing.

Not a pytest file: it must run where neither pytest nor the sources are.
"""

from __future__ import annotations

import importlib
import sys
import zipfile
from pathlib import Path


def main(wheel: str) -> None:
    import adapters
    import evals

    import bakeoff

    for ours in (
        "bakeoff.adapters",
        "bakeoff.evals",
        "bakeoff.suites",
        "bakeoff.reports",
        "bakeoff.examples",
    ):
        importlib.import_module(ours)
    places = {
        Path(module.__file__ or next(iter(module.__path__))).parent for module in (adapters, evals, bakeoff)
    }
    assert len(places) == 3, f"the packages share a folder: {places}"
    assert "site-packages" in str(bakeoff.__file__), (
        f"bakeoff came from {bakeoff.__file__}, not from the wheel"
    )
    names = zipfile.ZipFile(wheel).namelist()
    strays = [n for n in names if not n.startswith(("bakeoff/", "bakeoff-"))]
    assert not strays, f"the wheel holds files outside bakeoff/: {strays[:5]}"
    for wanted in ("bakeoff/py.typed", "bakeoff/evals/runner.py", "bakeoff/examples/support/bakeoff.yaml"):
        assert wanted in names, f"the wheel lacks {wanted}"
    for module in sorted(n for n in names if n.endswith(".py") and "/examples/" not in n):
        name = module.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
        if name != "bakeoff.__main__":
            importlib.import_module(name)
    print(f"wheel ok: {len(names)} files; evals, adapters and bakeoff import side by side")


if __name__ == "__main__":
    main(sys.argv[1])
