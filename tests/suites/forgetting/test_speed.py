"""3,000 items, three recorded systems: scored, with findings, in under a minute."""

from __future__ import annotations

import json
import time
from pathlib import Path
from random import Random

import pytest
import yaml

from bakeoff.assemble import assemble, read_config
from bakeoff.evals import runner
from bakeoff.evals.plugins import Wiring
from bakeoff.evals.protocols import Encoder, Materials
from bakeoff.evals.records import Sample
from bakeoff.evals.store import open_store
from bakeoff.suites.forgetting.options import Options
from bakeoff.suites.forgetting.suite import build

WITHOUT_CODE = (
    "instructions",
    "arithmetic",
    "word_problems",
    "reading",
    "counterfactual",
    "commonsense",
    "knowledge",
    "strings",
    "json",
    "translation",
    "refusal",
    "multi_turn",
)


def no_encoder() -> Encoder:
    raise AssertionError("this suite asks for no encoder")


def record(path: Path, samples: list[Sample], right: float) -> None:
    """The reference with that probability, else an answer to another question."""
    rng = Random(path.name)
    rows = []
    for sample in samples:
        answer = sample.reference if rng.random() < right else "The shop opens at nine."
        conversation = [turn.model_dump() for turn in sample.conversation]
        rows.append({"question": sample.question, "conversation": conversation, "answer": answer})
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


@pytest.mark.slow
def test_it_is_fast_enough(tmp_path: Path) -> None:
    options = {"families": list(WITHOUT_CODE), "size": 330, "drift": False}
    suite = build(Options.model_validate(options), Wiring(folder=tmp_path, encoder=no_encoder))
    samples = [sample for sample in suite.samples(Materials(samples=[])) if sample.variant is None]
    assert len(samples) >= 3_000
    systems = {}
    for name, parent, right in (("base", None, 0.8), ("tuned", "base", 0.6), ("lora", "base", 0.8)):
        record(tmp_path / f"{name}.jsonl", samples, right)
        own = {"adapter": "recorded", "kind": "prompt", "path": f"{name}.jsonl"}
        systems[name] = own if parent is None else {**own, "parent": parent}
    (tmp_path / "q.jsonl").write_text('{"question": "?"}\n', encoding="utf-8")
    config = {
        "name": "speed",
        "dataset": {"path": "q.jsonl"},
        "systems": systems,
        "suites": [{"forgetting": options}],
        "store": "sqlite:///speed.db",
    }
    path = tmp_path / "bakeoff.yaml"
    path.write_text(yaml.safe_dump(config), encoding="utf-8")
    read = read_config(path)
    store = open_store(read.store)
    start = time.process_time()
    outcome = runner.run(assemble(read), store)
    findings = store.findings(outcome.run.id)
    store.close()
    assert time.process_time() - start < 60
    pooled = {f.system: f.status for f in findings if f.headline}
    assert pooled["tuned"] == "alarm"
