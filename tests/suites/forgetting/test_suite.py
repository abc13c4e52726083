"""The suite as a plug-in: conformance, and a run through the shipping path."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from bakeoff.assemble import assemble, read_config
from bakeoff.evals import runner
from bakeoff.evals.comparison_builder import compare_run
from bakeoff.evals.conformance import check_suite
from bakeoff.evals.errors import InputError
from bakeoff.evals.findings import Finding
from bakeoff.evals.plugins import Wiring
from bakeoff.evals.protocols import Encoder, Materials
from bakeoff.evals.store import open_store
from bakeoff.suites.forgetting.options import Options
from bakeoff.suites.forgetting.suite import build

SOLVERS = """
import re

def good(question):
    return re.sub(r".*add (\\d+) and (\\d+).*", lambda m: str(int(m[1]) + int(m[2])), question)

def forgetful(question):
    return good(question) if "add 1" in question else "I only sell lamps."

def twin(question):
    return good(question)
"""


def no_encoder() -> Encoder:
    raise AssertionError("this suite asks for no encoder")


def wiring(folder: Path = Path()) -> Wiring:
    return Wiring(folder=folder, encoder=no_encoder)


def test_it_conforms() -> None:
    options = Options(families=("arithmetic", "knowledge", "refusal"), size=12)
    check_suite(build(options, wiring()), Materials(samples=[]), make=lambda: build(options, wiring()))


def test_the_same_seed_asks_the_same_and_another_one_does_not() -> None:
    suite = build(Options(families=("arithmetic",), size=50, drift=False), wiring())
    one, again, other = (
        {sample.question for sample in suite.samples(Materials(samples=[], seed=seed))} for seed in (1, 1, 2)
    )
    assert one == again
    assert len(one & other) <= 1


def test_drift_texts_need_log_probabilities_and_differ() -> None:
    suite = build(Options(families=("arithmetic",), size=1), wiring())
    texts = [s for s in suite.samples(Materials(samples=[])) if s.domain == "drift"]
    assert len({s.overrides.continuations for s in texts}) == 20
    assert all(s.requires == {"logprobs"} for s in texts)


def test_two_sources_of_one_family_are_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.jsonl").write_text('{"question": "q", "reference": "r", "family": "arithmetic"}\n')
    suite = build(Options(families=("arithmetic",), files=(Path("mine.jsonl"),)), wiring(tmp_path))
    with pytest.raises(InputError, match="family 'arithmetic' is already"):
        list(suite.samples(Materials(samples=[])))


def write_run(folder: Path) -> Path:
    (folder / "solvers.py").write_text(SOLVERS, encoding="utf-8")
    items = [
        {
            "id": f"{i}",
            "family": "sums",
            "scorer": "number",
            "question": f"add {i} and 7",
            "reference": str(i + 7),
        }
        for i in range(1, 121)
    ]
    (folder / "sums.jsonl").write_text("".join(json.dumps(row) + "\n" for row in items), encoding="utf-8")
    (folder / "questions.jsonl").write_text('{"id": "q", "question": "which lamp?", "reference": "none"}\n')
    tuned = {"adapter": "python", "kind": "fine_tuned", "parent": "base"}
    config: dict[str, Any] = {
        "name": "ledger",
        "dataset": {"path": "questions.jsonl"},
        "systems": {
            "base": {"adapter": "python", "kind": "prompt", "target": "solvers:good"},
            "tuned": {**tuned, "target": "solvers:forgetful"},
            "twin": {**tuned, "target": "solvers:twin"},
        },
        "suites": [{"forgetting": {"files": ["sums.jsonl"]}}],
        "baseline": "base",
        "store": "sqlite:///runs.db",
    }
    path = folder / "bakeoff.yaml"
    path.write_text(yaml.safe_dump(config), encoding="utf-8")
    return path


def run_findings(path: Path) -> dict[str, Finding]:
    config = read_config(path)
    store = open_store(config.store)
    try:
        outcome = runner.run(assemble(config), store)
        assert outcome.complete
        found = compare_run(store, outcome.run).findings
    finally:
        store.close()
    return {finding.system: finding for finding in found if finding.name == "forgetting.change"}


def test_a_run_flags_the_forgetful_and_clears_its_twin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found = run_findings(write_run(tmp_path))
    assert found["tuned"].status == "alarm"
    assert found["tuned"].detail["kept"] == 32
    assert found["tuned"].detail["forgotten"] == 88
    assert found["tuned"].p_adjusted is not None
    assert found["tuned"].p_adjusted < 1e-6
    assert found["twin"].status == "clear"
    assert found["twin"].effect == 0


def test_listing_the_suite_loads_nothing_heavy() -> None:
    heavy = ("torch", "scipy", "matplotlib", "jsonschema", "sklearn")
    program = f"import sys, bakeoff.suites.catalogue; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
