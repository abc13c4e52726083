"""The public API: its names, and that it does what the commands do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import bakeoff

CONFIG = """\
name: api
dataset: {path: questions.jsonl}
systems:
  good: {adapter: recorded, kind: prompt, path: good.jsonl}
  bad: {adapter: recorded, kind: prompt, path: bad.jsonl}
baseline: bad
suites: [{reference: {metrics: [exact_match, token_f1]}}]
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    rows = [{"question": f"What is {i} and {i}?", "reference": f"It is {2 * i}."} for i in range(30)]
    good = [{"question": row["question"], "answer": row["reference"]} for row in rows]
    bad = [{"question": row["question"], "answer": "It is nothing at all."} for row in rows]
    for name, content in (("questions", rows), ("good", good), ("bad", bad)):
        (tmp_path / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in content))
    path = tmp_path / "bakeoff.yaml"
    path.write_text(CONFIG)
    return path


def test_the_public_names_are_these_and_all_load() -> None:
    assert bakeoff.__all__ == sorted(bakeoff.__all__)
    assert dir(bakeoff) == bakeoff.__all__
    for name in bakeoff.__all__:
        assert getattr(bakeoff, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = bakeoff.nonsense


def test_run_then_compare(config: Path) -> None:
    comparison = bakeoff.run(config)
    row = next(row for row in comparison.metrics if row.metric == "exact_match")
    assert row.cells["good"].mean == 1
    assert row.differences[0].verdict is bakeoff.Verdict.BETTER
    assert bakeoff.compare(config).metrics == comparison.metrics
    other = bakeoff.compare(config, baseline="good", systems=["good", "bad"])
    worse = next(row for row in other.metrics if row.metric == "exact_match")
    assert worse.differences[0].verdict is bakeoff.Verdict.WORSE


def test_compare_runs(config: Path) -> None:
    first = bakeoff.run(config)
    second = bakeoff.run(config, fresh=True)
    comparison = bakeoff.compare_runs(config, [first.run.id, second.run.id])
    assert [system.name for system in comparison.systems] == [
        "good@api-1",
        "bad@api-1",
        "good@api-2",
        "bad@api-2",
    ]
    effects = {d.effect for row in comparison.metrics for d in row.differences if d.effect is not None}
    assert effects == {0.0}


def test_bad_input_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(bakeoff.InputError):
        bakeoff.load_config(tmp_path / "none.yaml")


GATE = """
gate:
  candidate: good
  checks:
    - {metric: exact_match, better_than: baseline}
    - {manual: privacy review}
"""


def test_a_gate_decides_on_the_stored_run_and_a_signature_closes_its_open_item(config: Path) -> None:
    config.write_text(CONFIG + GATE)
    with pytest.raises(bakeoff.InputError, match="run `bakeoff run` first"):
        bakeoff.gate(config)
    bakeoff.run(config)
    open_item = bakeoff.gate(config)
    assert [check.state for check in open_item.checks] == [bakeoff.State.PASS, bakeoff.State.INCONCLUSIVE]
    assert (open_item.verdict, open_item.exit_code) == ("inconclusive", 3)
    assert bakeoff.gate(config, inconclusive="fail").exit_code == 1
    file, made = bakeoff.sign(config, "privacy review", "Ada", note="form 12")
    assert file == config.parent / "bakeoff.signoffs.json"
    assert (made.by, made.candidate, made.note) == ("Ada", "good", "form 12")
    assert (bakeoff.gate(config).verdict, bakeoff.gate(config).exit_code) == ("pass", 0)
    turned = bakeoff.gate(config, candidate="bad", baseline="good")
    assert (turned.verdict, turned.exit_code, turned.baseline) == ("fail", 1, "good")


def test_a_gate_tells_what_the_config_lacks(config: Path) -> None:
    with pytest.raises(bakeoff.InputError, match="has no `gate:`"):
        bakeoff.gate(config)
    config.write_text(CONFIG + GATE)
    bakeoff.run(config)
    with pytest.raises(bakeoff.InputError, match="did you mean 'privacy review'"):
        bakeoff.sign(config, "privacy revue", "Ada")
