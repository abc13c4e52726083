"""Run by `nox -s package` in an environment that holds the wheel and not the sources: is it whole?

No pytest file: it must run where pytest is not.
"""

from __future__ import annotations

import importlib
import sys
import zipfile


def main(wheel: str) -> None:
    import bakeoff

    assert "site-packages" in str(bakeoff.__file__), (
        f"bakeoff came from {bakeoff.__file__}, not from the wheel"
    )
    names = zipfile.ZipFile(wheel).namelist()
    strays = [name for name in names if not name.startswith(("bakeoff/", "bakeoff-"))]
    assert not strays, f"the wheel holds files outside bakeoff/: {strays[:5]}"
    for wanted in (
        "bakeoff/py.typed",
        "bakeoff/evals/runner.py",
        "bakeoff/evals/store/schema.py",
        "bakeoff/adapters/judges/offline.py",
        "bakeoff/suites/ragas/suite.py",
        "bakeoff/reports/terminal.py",
        "bakeoff/examples/support/bakeoff.yaml",
        "bakeoff/examples/support/questions.jsonl",
        "bakeoff/examples/support/shop_questions.jsonl",
        "bakeoff/examples/support/models/base/model.safetensors",
        "bakeoff/examples/support/models/lora/adapter_model.safetensors",
    ):
        assert wanted in names, f"the wheel lacks {wanted}"
    modules = sorted(name for name in names if name.endswith(".py") and not name.endswith("__main__.py"))
    for module in modules:
        importlib.import_module(module.removesuffix(".py").removesuffix("/__init__").replace("/", "."))
    print(f"the wheel is whole: {len(names)} files, {len(modules)} modules import")


if __name__ == "__main__":
    main(sys.argv[1])
