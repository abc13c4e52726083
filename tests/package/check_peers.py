"""Run by `nox -s package` where PyPI's `evals` (OpenAI) and `adapters` (AdapterHub) are installed beside
the wheel: all three import, and none overwrites another."""

from __future__ import annotations

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


if __name__ == "__main__":
    main()
