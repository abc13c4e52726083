"""From a config to findings through the shipping path: `python` adapters, the runner, the comparison."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from bakeoff.assemble import assemble, known_plugins, read_config
from bakeoff.evals.comparison import Comparison
from bakeoff.evals.comparison_builder import compare_run
from bakeoff.evals.errors import InputError
from bakeoff.evals.findings import Finding
from bakeoff.evals.runner import run
from bakeoff.evals.store import open_store
from bakeoff.suites.behaviour import suite as behaviour

N = 60

APP = '''
"""Scripted systems: a chatty base, the same with examples, a tuned one that keeps to the house form."""
import json
import random

COUNT = {"calls": 0}


def _number(question):
    return int(question.split()[-1].rstrip("?"))


def base(question):
    n = _number(question)
    return f"Sure! I would be happy to help with order {n}. It should arrive in about {n % 7 + 1} days."


def few_shot(question):
    n = _number(question)
    if n % 3 == 0:
        return base(question)
    return json.dumps({"order": n, "answer": f"It should be arriving in {n % 7 + 1} days."})


def tuned(question):
    n = _number(question)
    if n % 12 == 5:
        return "Please contact the support team about this order."
    return json.dumps({"order": n, "answer": f"Parcel due: {n % 7 + 1} d. Ref. {n}."})


def babble(question):
    words = "red green blue old new small wide late cold near soft plain".split()
    return " ".join(random.Random(question).choices(words, k=8))


def wavering(question):
    COUNT["calls"] += 1
    return tuned(question) if random.Random(f"{question} {COUNT['calls']}").random() < 0.5 else base(question)
'''

CONFIG = """\
name: behaviour
dataset: {path: questions.jsonl}
training: {path: training.jsonl}
repeats: REPEATS
systems:
  base: {adapter: python, kind: prompt, target: "behaviour_app:base"}
  few_shot: {adapter: python, kind: prompt, parent: base, target: "behaviour_app:few_shot"}
  tuned: {adapter: python, kind: fine_tuned, parent: base, target: "behaviour_app:tuned"}
  wavering: {adapter: python, kind: fine_tuned, parent: tuned, target: "behaviour_app:wavering"}
suites:
  - behaviour:
      json_schema: schema.json
      length: {at_most: 12}
      terminology: {required: [order], forbidden: [happy to help]}
      escalation:
        patterns: ["contact (the )?support"]
        must: {tags: [angry]}
        must_not: others
      few_shot_parent: few_shot
      style: true
      MORE
store: sqlite:///runs.db
"""

SCHEMA = {
    "type": "object",
    "required": ["order", "answer"],
    "properties": {"order": {"type": "integer"}, "answer": {"type": "string"}},
    "additionalProperties": False,
}


def written(
    folder: Path, *, repeats: int = 1, more: str = "", changes: Mapping[str, str] | None = None
) -> Path:
    """The config beside its files."""
    (folder / "behaviour_app.py").write_text(APP)
    (folder / "schema.json").write_text(json.dumps(SCHEMA))
    questions = [
        {
            "id": f"q{n}",
            "question": f"Where is order {n}?",
            "tags": ["angry"] if n % 12 == 5 else [],
            "extras": {"terminology": {"required": ["parcel"]}} if n == 1 else {},
        }
        for n in range(N)
    ]
    rows = [
        {
            "prompt": f"Q: Where is order {n}?\nA:",
            "completion": f"Parcel due: {n % 5 + 1} d. Ref. {n}.",
        }
        for n in range(20, 80)
    ]
    (folder / "questions.jsonl").write_text("\n".join(json.dumps(row) for row in questions))
    (folder / "training.jsonl").write_text("\n".join(json.dumps(row) for row in rows))
    text = CONFIG.replace("REPEATS", str(repeats)).replace("MORE", more)
    for old, new in (changes or {}).items():
        text = text.replace(old, new)
    path = folder / "bakeoff.yaml"
    path.write_text(text)
    return path


@pytest.fixture(autouse=True)
def plugins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The suite is known, and the app is found."""
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "behaviour_app", raising=False)
    registry = known_plugins().suites
    monkeypatch.setitem(registry.plugins, "behaviour", behaviour.PLUGIN)


def compared(path: Path) -> Comparison:
    plan = assemble(read_config(path))
    store = open_store(f"sqlite:///{(path.parent / 'runs.db').as_posix()}")
    outcome = run(plan, store)
    assert outcome.complete
    return compare_run(store, outcome.run)


def finding(found: Sequence[Finding], name: str, system: str, against: str | None) -> Finding:
    (one,) = [f for f in found if (f.name, f.system, f.against) == (name, system, against)]
    return one


def test_what_tuning_buys_beside_the_parent_and_its_best_prompt(tmp_path: Path) -> None:
    comparison = compared(written(tmp_path))
    means = {row.metric: {s: cell.mean for s, cell in row.cells.items()} for row in comparison.metrics}
    assert means["format_compliance"]["base"] == 0
    assert means["format_compliance"]["few_shot"] == pytest.approx(40 / 60)
    assert means["format_compliance"]["tuned"] == pytest.approx(55 / 60)
    assert means["schema_valid"] == means["format_compliance"]
    assert means["escalation"]["tuned"] == 1
    assert means["escalation"]["base"] == pytest.approx(55 / 60)
    # "order" stands in all of few_shot's JSON, q1's own term only in tuned's answers
    assert means["terminology"]["base"] == 0
    assert means["terminology"]["few_shot"] == pytest.approx(39 / 60)
    assert means["terminology"]["tuned"] == 1

    gain = finding(comparison.findings, "behaviour.format_compliance", "tuned", "base")
    assert gain.effect == pytest.approx(55 / 60)
    assert (gain.n, gain.headline) == (N, True)
    assert gain.low is not None
    assert gain.low > 0.7
    assert gain.p == pytest.approx(2 * 0.5**55)
    assert gain.detail["interval"] == "Tango"
    assert "a gain over its parent" in gain.sentence
    claim = finding(comparison.findings, "behaviour.format_compliance", "tuned", "few_shot")
    assert claim.effect == pytest.approx(15 / 60)
    assert "prompting alone falls short" in claim.sentence
    assert finding(comparison.findings, "behaviour.format_compliance", "few_shot", "base").effect == (
        pytest.approx(40 / 60)
    )


def test_style_is_scored_where_the_classifier_tells_the_two_apart(tmp_path: Path) -> None:
    comparison = compared(written(tmp_path))
    told = finding(comparison.findings, "behaviour.style_auc", "base", None)
    assert (told.status, told.effect) == ("found", 1.0)
    assert told.low is not None
    assert told.low > 0.8
    assert "AUC 1.000" in told.sentence
    style = finding(comparison.findings, "behaviour.style", "tuned", "base")
    assert style.effect is not None
    assert style.effect > 0.2
    row = next(row for row in comparison.metrics if row.metric == "style")
    assert row.cells["base"].mean is not None
    assert row.cells["base"].mean < 0.3


def test_style_says_where_it_cannot_tell(tmp_path: Path) -> None:
    same = {"behaviour_app:base": "behaviour_app:babble", "behaviour_app:tuned": "behaviour_app:babble"}
    path = written(tmp_path, changes=same)
    babble = importlib.import_module("behaviour_app").babble
    rows = [{"prompt": f"other {n}", "completion": babble(f"other {n}")} for n in range(N)]
    (tmp_path / "training.jsonl").write_text("\n".join(json.dumps(row) for row in rows))
    comparison = compared(path)
    told = finding(comparison.findings, "behaviour.style_auc", "base", None)
    assert told.status == "cannot_tell"
    assert told.effect is not None
    assert "they cannot be told apart" in told.sentence
    row = next(row for row in comparison.metrics if row.metric == "style")
    assert {cell.mean for cell in row.cells.values()} == {None}
    assert all(cell.statuses == {"not_applicable": N} for cell in row.cells.values())
    assert finding(comparison.findings, "behaviour.style", "tuned", "base").status == "not_applicable"


def test_consistency_tells_a_wavering_system_from_a_steady_one(tmp_path: Path) -> None:
    comparison = compared(written(tmp_path, repeats=3, more="consistency: true", changes={"style: true": ""}))
    cells = next(row for row in comparison.metrics if row.metric == "consistency").cells
    assert (cells["tuned"].mean, cells["base"].mean) == (1.0, 1.0)
    assert cells["wavering"].mean is not None
    assert cells["wavering"].mean == pytest.approx(0.5, abs=0.15)
    loss = finding(comparison.findings, "behaviour.consistency", "wavering", "tuned")
    assert loss.high is not None
    assert loss.high < 0
    assert "a loss against its parent" in loss.sentence


def test_one_repeat_has_no_consistency(tmp_path: Path) -> None:
    comparison = compared(written(tmp_path, more="consistency: true", changes={"style: true": ""}))
    row = next(row for row in comparison.metrics if row.metric == "consistency")
    assert row.cells["tuned"].statuses == {"not_applicable": N}


def test_the_same_command_again_scores_the_same_and_asks_nobody(tmp_path: Path) -> None:
    path = written(tmp_path, repeats=2, more="consistency: true")
    first = compared(path)
    again = compared(path)
    assert [row.cells for row in first.metrics if row.suite == "behaviour"] == [
        row.cells for row in again.metrics if row.suite == "behaviour"
    ]
    assert first.findings == again.findings


def test_tags_that_move_are_scored_anew(tmp_path: Path) -> None:
    path = written(tmp_path)
    before = finding(compared(path).findings, "behaviour.escalation", "tuned", "base")
    questions = tmp_path / "questions.jsonl"
    questions.write_text(questions.read_text().replace('["angry"]', '["calm", "angry"]', 2))
    same = finding(compared(path).findings, "behaviour.escalation", "tuned", "base")
    questions.write_text(questions.read_text().replace('["calm", "angry"]', '["calm"]'))
    after = finding(compared(path).findings, "behaviour.escalation", "tuned", "base")
    assert before.effect == same.effect == pytest.approx(5 / 60)
    assert after.effect == pytest.approx(1 / 60)


def test_a_rubric_is_refused_with_the_offline_judge_before_anything_is_asked(tmp_path: Path) -> None:
    path = written(tmp_path, more="rubric: It names a day.")
    plan = assemble(read_config(path))
    store = open_store(f"sqlite:///{(tmp_path / 'runs.db').as_posix()}")
    with pytest.raises(InputError, match=r"suites\.behaviour\.rubric: the judge 'offline' cannot"):
        run(plan, store)
    assert store.list_runs() == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"training: {path: training.jsonl}": ""}, "needs|trained on"),
        ({"few_shot_parent: few_shot": "few_shot_parent: fewshot"}, "no system 'fewshot'"),
        ({"json_schema: schema.json": "json_schema: nowhere.json"}, "cannot be read"),
        ({"training: {path: training.jsonl}": "training: {path: nowhere.jsonl}"}, "nowhere"),
    ],
)
def test_what_cannot_work_is_refused_at_assembly(tmp_path: Path, changes: dict[str, str], said: str) -> None:
    with pytest.raises(InputError, match=said):
        assemble(read_config(written(tmp_path, changes=changes)))
