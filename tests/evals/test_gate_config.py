"""Gate sections that are malformed: one line each, with file, line and key; and the forms that are right."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from malformed.cases import CONFIG
from malformed.plugins import shipped_names

from bakeoff.evals.config import ConfigError, load_config
from bakeoff.evals.gate_config import GateConfig

CHECK = "{metric: accuracy, at_least: 0.5}"


def load(folder: Path, section: str) -> GateConfig:
    path = folder / "bakeoff.yaml"
    path.write_text(f"{CONFIG}{section}\n", encoding="utf-8")
    gate = load_config(path, shipped_names(), {}).gate
    assert gate is not None
    return gate


def gate(*checks: str, **keys: str) -> str:
    more = "".join(f", {key}: {value}" for key, value in keys.items())
    return f"gate: {{candidate: logged{more}, checks: [{', '.join(checks)}]}}"


@pytest.mark.parametrize(
    "check",
    [
        "{metric: accuracy, at_least: 0.5}",
        "{metric: accuracy, at_least: 1}",
        "{metric: reference.exact_match, at_most: 0.5, domain: billing}",
        "{metric: latency_p95_s, at_most: 2}",
        "{metric: latency_s, quantile: 0.95, at_most: 2}",
        "{metric: accuracy, better_than: baseline}",
        "{metric: accuracy, better_than: parent, domain: billing}",
        "{metric: accuracy, not_worse_than: logged}",
        "{metric: accuracy, not_worse_than: parent, margin: 0}",
        "{metric: exact_match, none_below: 1.0, tag: critical}",
        "{metric: latency_s, none_above: 30, ids: [a, b]}",
        "{metric: exact_match, none_below: 1.0}",
        "{finding: forgetting.change, at_least: -0.02}",
        "{finding: forgetting.change, at_least: -0.02, family: all, slice: closed_book, against: logged}",
        "{manual: privacy review}",
    ],
)
def test_what_a_check_may_say(tmp_path: Path, check: str) -> None:
    assert len(load(tmp_path, gate(check)).checks) == 1


METRIC = "takes exactly one of at_least, at_most, better_than, not_worse_than, none_below, none_above"
FINDING = "takes exactly one of at_least, at_most"
SUBJECT = "a check names exactly one of metric, finding and manual"

MALFORMED: list[tuple[str, str]] = [
    # subjects
    (gate("{at_least: 0.5}"), SUBJECT),
    (gate("{}"), SUBJECT),
    (gate("{metric: a, finding: b, at_least: 0.5}"), SUBJECT),
    (gate("{metric: a, manual: b}"), SUBJECT),
    (gate("{finding: a, manual: b}"), SUBJECT),
    (gate("{metric: a, finding: b, manual: c}"), SUBJECT),
    (gate("{metric: '', at_least: 0.5}"), "must not be empty"),
    (gate("{metric: 7, at_least: 0.5}"), "must be text"),
    (gate("{metric: [a], at_least: 0.5}"), "must be text"),
    (gate("{manual: ''}"), "must not be empty"),
    (gate(f"{{manual: {'x' * 501}}}"), "must have at most 500 characters"),
    (gate("{manual: true}"), "must be text"),
    # bounds
    (gate("{metric: a}"), METRIC),
    (gate("{metric: a, at_least: 0.5, at_most: 0.7}"), METRIC),
    (gate("{metric: a, at_least: 0.5, better_than: baseline}"), METRIC),
    (gate("{metric: a, better_than: baseline, not_worse_than: baseline}"), METRIC),
    (gate("{metric: a, none_below: 1, at_least: 0.5}"), METRIC),
    (gate("{metric: a, none_below: 1, none_above: 1}"), METRIC),
    (gate("{finding: a.b}"), FINDING),
    (gate("{finding: a.b, at_least: 0, at_most: 1}"), FINDING),
    (gate("{finding: a.b, better_than: baseline}"), FINDING),
    (gate("{finding: a.b, not_worse_than: baseline}"), FINDING),
    (gate("{finding: a.b, none_below: 1}"), FINDING),
    (gate("{manual: a, at_least: 1}"), "takes no bound"),
    (gate("{manual: a, not_worse_than: baseline}"), "takes no bound"),
    (gate("{metric: a, at_least: high}"), "must be a number"),
    (gate("{metric: a, at_least: '0.5'}"), "must be a number"),
    (gate("{metric: a, at_least: true}"), "must be a number"),
    (gate("{metric: a, at_least: [0.5]}"), "must be a number"),
    (gate("{metric: a, at_least: null}"), METRIC),
    (gate("{metric: a, better_than: ''}"), "must not be empty"),
    (gate("{metric: a, better_than: baselin}"), "names no system: 'baselin'; the systems are logged"),
    (gate("{metric: a, not_worse_than: tuned}"), "names no system: 'tuned'; the systems are logged"),
    (gate("{metric: a, better_than: 3}"), "must be text"),
    # companions
    (gate("{metric: a, at_least: 0.5, margin: 0.1}"), "margin goes with not_worse_than only"),
    (gate("{metric: a, better_than: baseline, margin: 0.1}"), "margin goes with not_worse_than only"),
    (gate("{metric: a, not_worse_than: baseline, margin: -0.1}"), "must be at least 0"),
    (gate("{metric: a, not_worse_than: baseline, margin: small}"), "must be a number"),
    (gate("{finding: a.b, at_least: 0, domain: x}"), "domain goes with a metric only"),
    (gate("{finding: a.b, at_least: 0, quantile: 0.5}"), "quantile goes with a metric only"),
    (
        gate("{metric: a, better_than: baseline, quantile: 0.5}"),
        "quantile goes with at_least and at_most only",
    ),
    (gate("{metric: a, none_below: 1, quantile: 0.5}"), "quantile goes with at_least and at_most only"),
    (gate("{metric: a, at_most: 1, quantile: 0}"), "must be greater than 0"),
    (gate("{metric: a, at_most: 1, quantile: 1}"), "must be less than 1"),
    (gate("{metric: a, at_most: 1, quantile: 95}"), "must be less than 1"),
    (gate("{metric: a, at_least: 0.5, tag: critical}"), "tag goes with none_below and none_above only"),
    (gate("{metric: a, at_least: 0.5, ids: [x]}"), "ids goes with none_below and none_above only"),
    (gate("{metric: a, none_below: 1, tag: x, ids: [y]}"), "takes tag or ids, not both"),
    (gate("{metric: a, none_below: 1, ids: []}"), "must have at least 1 items"),
    (gate("{metric: a, none_below: 1, ids: x}"), "must be a list"),
    (gate("{metric: a, none_below: 1, ids: [1]}"), "must be text"),
    (gate("{metric: a, none_below: 1, tag: ''}"), "must not be empty"),
    (gate("{metric: a, at_least: 0.5, family: x}"), "family goes with a finding only"),
    (gate("{metric: a, at_least: 0.5, slice: x}"), "slice goes with a finding only"),
    (gate("{metric: a, at_least: 0.5, against: x}"), "against goes with a finding only"),
    (gate("{manual: a, margin: 0.1}"), "margin goes with not_worse_than only"),
    (gate("{manual: a, domain: x}"), "domain goes with a metric only"),
    # keys
    (gate("{metric: a, atleast: 0.5}"), "unknown key; did you mean 'at_least'?"),
    (gate("{metric: a, at_least: 0.5, note: x}"), "unknown key"),
    (gate("{metrik: a, at_least: 0.5}"), "unknown key; did you mean 'metric'?"),
    (gate(CHECK, coverge="0.9"), "unknown key; did you mean 'coverage'?"),
    # the section
    ("gate: {checks: [" + CHECK + "]}", "gate.candidate: is missing"),
    ("gate: {candidate: logged}", "gate.checks: is missing"),
    ("gate: {candidate: logged, checks: []}", "must have at least 1 items"),
    ("gate: {candidate: logged, checks: {metric: a}}", "must be a list"),
    ("gate: {candidate: logged, checks: [accuracy]}", "must be a mapping"),
    ("gate: {candidate: logged, checks: null}", "must be a list"),
    ("gate: {candidate: loged, checks: [" + CHECK + "]}", "gate.candidate: names no system: 'loged'"),
    ("gate: {candidate: 3, checks: [" + CHECK + "]}", "must be text"),
    ("gate: [" + CHECK + "]", "must be a mapping"),
    ("gate: strict", "names no file: 'strict'; give a mapping"),
    (gate(CHECK, coverage="1.5"), "must be at most 1"),
    (gate(CHECK, coverage="-0.1"), "must be at least 0"),
    (gate(CHECK, coverage="95%"), "must be a number"),
    (gate(CHECK, inconclusive="maybe"), "must be 'inconclusive', 'pass' or 'fail'"),
    (gate(CHECK, allow_offline_judge="yes please"), "must be true or false"),
    (gate(CHECK, allow_offline_judge="1"), "must be true or false"),
]


@pytest.mark.parametrize(("section", "expected"), MALFORMED, ids=range(len(MALFORMED)))
def test_a_malformed_gate_is_one_line(tmp_path: Path, section: str, expected: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, section)
    assert caught.value.exit_code == 2
    assert len(caught.value.problems) == 1
    line = next((line for line in caught.value.problems if expected in line), "")
    assert re.match(rf"{re.escape(str(tmp_path))}/bakeoff\.yaml:5: gate\b", line), caught.value.problems
    assert all("\n" not in problem for problem in caught.value.problems)


@pytest.mark.parametrize("value", [".nan", ".inf", "-.inf", "1e999"])
@pytest.mark.parametrize("key", ["at_least", "none_below"])
def test_no_bound_is_other_than_a_number(tmp_path: Path, value: str, key: str) -> None:
    with pytest.raises(ConfigError):
        load(tmp_path, gate(f"{{metric: a, {key}: {value}}}"))


def test_there_are_enough_of_them() -> None:
    assert len({section for section, _ in MALFORMED}) == len(MALFORMED) >= 60


def test_the_documented_gate_is_a_valid_one(tmp_path: Path) -> None:
    text = (Path(__file__).resolve().parents[2] / "docs" / "gate.md").read_text(encoding="utf-8")
    section = (
        text.partition("```yaml\n")[2].partition("```")[0].replace("candidate: rag", "candidate: logged")
    )
    assert len(load(tmp_path, section).checks) == 9
