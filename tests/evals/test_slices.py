"""Slices: columns over part of the samples, corrected among themselves, told where a metric is unknown."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from toys.table import Value, column, run_record, table

from bakeoff.assemble import assemble, read_config
from bakeoff.evals.comparison_builder import compare_table
from bakeoff.evals.config import ConfigError
from bakeoff.evals.errors import InputError
from bakeoff.evals.records import Output, Status
from bakeoff.evals.registration import outputs
from bakeoff.evals.slices import SlicesConfig, with_slices
from bakeoff.evals.table import SampleKey, ScoreTable
from bakeoff.reports.csv import CsvReporter
from bakeoff.reports.json import JsonReporter
from bakeoff.reports.markdown import MarkdownReporter
from bakeoff.reports.terminal import TerminalOptions, TerminalReporter

DOMAINS = ["a", "b", None, "a", "b", "a"]


def made() -> ScoreTable:
    samples = [SampleKey(f"s{i}", domain=domain) for i, domain in enumerate(DOMAINS)]
    match = column(
        Output(name="match", note="said once"), [[1, 0, 0, 1, 0, 1], [0, 1, 1, 0, Status.ABSTAINED, 0]]
    )
    other = column(Output(name="other"), [[0.1, 0.2, 0.3, 0.4, 0.5, 0.6], [0.6, 0.5, 0.4, 0.3, 0.2, 0.1]])
    return table(["base", "rag"], [match, other], samples)


def test_without_slices_the_table_is_itself() -> None:
    whole = made()
    assert with_slices(whole, None) is whole


@pytest.mark.parametrize("name", ["match", "toy.match"])
def test_each_domain_is_a_column_after_its_metric(name: str) -> None:
    sliced = with_slices(made(), SlicesConfig(metrics=(name,)))
    assert [c.key for c in sliced.columns] == [
        "toy.match",
        "toy.match[domain=a]",
        "toy.match[domain=b]",
        "toy.other",
    ]
    inside = sliced.column("toy.match[domain=b]")
    assert inside.values[0, :, 0].tolist()[1::3] == [0.0, 0.0]
    assert np.isnan(inside.values[:, [0, 2, 3, 5]]).all()
    assert inside.count(1, Status.NOT_APPLICABLE) == 4
    assert inside.count(1, Status.ABSTAINED) == 1
    assert not np.isnan(made().columns[0].values[0]).any()


def test_all_stands_for_every_metric_and_leaves_out_domains_in_which_one_says_nothing() -> None:
    whole = made()
    outside = [[Status.NOT_APPLICABLE if d == "b" else None if d is None else 1.0 for d in DOMAINS]] * 2
    partial = table(["base", "rag"], [*whole.columns, column(Output(name="partial"), outside)], whole.samples)
    sliced = with_slices(partial, SlicesConfig(metrics="all"))
    assert [c.key for c in sliced.columns] == [
        "toy.match",
        "toy.match[domain=a]",
        "toy.match[domain=b]",
        "toy.other",
        "toy.other[domain=a]",
        "toy.other[domain=b]",
        "toy.partial",
        "toy.partial[domain=a]",
    ]


def test_a_domain_with_only_open_cells_stays_visible() -> None:
    open_in_a = [[None if d == "a" else Status.NOT_APPLICABLE for d in DOMAINS]] * 2
    waiting = table(["base", "rag"], [column(Output(name="late"), open_in_a)], made().samples)
    keys = [c.key for c in with_slices(waiting, SlicesConfig(metrics="all")).columns]
    assert keys == ["toy.late", "toy.late[domain=a]"]


def test_rows_of_slices_have_their_own_n_and_stay_out_of_the_family() -> None:
    whole = made()
    record = run_record(whole)
    plain = compare_table(record, whole, baseline="base")
    header = record.header.model_copy(update={"slices": SlicesConfig(metrics=("match",))})
    sliced = compare_table(record.model_copy(update={"header": header}), whole, baseline="base")
    assert (plain.footer.family, sliced.footer.family) == (2, 2)
    assert (sliced.footer.slices, sliced.footer.slices_too_few) == (0, 2)
    assert [row.differences for row in sliced.metrics if row.slice is None] == [
        row.differences for row in plain.metrics
    ]
    rows = {(row.metric, row.slice): row for row in sliced.metrics}
    assert [row.slice for row in sliced.metrics] == [None, "domain=a", "domain=b", None]
    a = rows["match", "domain=a"]
    assert (a.cells["base"].mean, a.cells["base"].n, a.cells["rag"].mean) == (1.0, 3, 0.0)
    assert a.differences[0].effect == -1.0
    assert (rows["match", "domain=b"].cells["rag"].n, rows["match", "domain=b"].cells["rag"].mean) == (1, 1.0)
    assert (a.note, rows["match", None].note) == ("", "said once")
    assert sliced.run.open_cells == 0


def test_a_thinly_scored_slice_is_noted_where_the_whole_metric_is_not() -> None:
    domains = ["a"] * 36 + ["b"] * 4
    samples = [SampleKey(f"s{i}", domain=domain) for i, domain in enumerate(domains)]
    hidden: list[list[Value]] = [[*[1.0] * 36, Status.JUDGE_FAILED, *[1.0] * 3], [1.0] * 40]
    told: list[list[Value]] = [[*[Status.JUDGE_FAILED] * 9, *[1.0] * 31], [1.0] * 40]
    made = table(
        ["base", "rag"],
        [column(Output(name="hidden"), hidden), column(Output(name="told"), told)],
        samples,
    )
    record = run_record(made)
    header = record.header.model_copy(update={"slices": SlicesConfig(metrics="all")})
    comparison = compare_table(record.model_copy(update={"header": header}), made, baseline="base")
    (note,) = [note for note in comparison.footer.notes if note.startswith("Scored on less")]
    assert note.endswith("samples: hidden[domain=b] of base (75%), told of base (78%).")


def test_reports_name_the_slice() -> None:
    whole = made()
    record = run_record(whole)
    header = record.header.model_copy(update={"slices": SlicesConfig(metrics=("match",))})
    comparison = compare_table(record.model_copy(update={"header": header}), whole, baseline="base")
    assert "domain=a ↑" in TerminalReporter(TerminalOptions()).render(comparison).decode()
    assert "domain=b ↑" in MarkdownReporter().render(comparison).decode()
    lines = CsvReporter().render(comparison).decode().splitlines()
    assert lines[0].startswith("run,suite,metric,slice,")
    a = next(line for line in lines if "domain=a,higher,rag" in line)
    assert "bh,too few to say (n = 3)" in a


def test_slices_have_tables_of_their_own_and_too_few_pairs_are_told_in_every_report() -> None:
    whole = made()
    record = run_record(whole)
    header = record.header.model_copy(update={"slices": SlicesConfig(metrics=("match",))})
    comparison = compare_table(record.model_copy(update={"header": header}), whole, baseline="base")
    drawn = TerminalReporter(TerminalOptions()).render(comparison).decode()
    assert drawn.index("other ↑") < drawn.index("Slices") < drawn.index("toy.match") < drawn.index("domain=a")
    written = MarkdownReporter().render(comparison).decode()
    assert written.index("| other ↑") < written.index("### Slices") < written.index("| domain=a ↑")
    for text in (drawn, written, JsonReporter().render(comparison).decode()):
        assert "too few to say (n = 3)" in text
        assert "too few to say (n = 1)" in text
    assert "2 with fewer than 10 pairs or clusters were not tested" in " ".join(drawn.split())


CONFIG = """\
name: sliced
dataset: {path: questions.jsonl}
systems:
  logged: {adapter: recorded, kind: prompt, path: answers.jsonl}
suites: [{reference: {metrics: [exact_match]}}]
slices: {metrics: [exact_match, latency_s]}
"""


def write(folder: Path, text: str) -> Path:
    row = {"id": "1", "question": "Q?", "reference": "A", "domain": "d"}
    (folder / "questions.jsonl").write_text(json.dumps(row) + "\n")
    (folder / "answers.jsonl").write_text('{"question": "Q?", "answer": "A"}\n')
    (folder / "bakeoff.yaml").write_text(text)
    return folder / "bakeoff.yaml"


def test_the_config_reaches_the_plan(tmp_path: Path) -> None:
    plan = assemble(read_config(write(tmp_path, CONFIG)))
    assert plan.slices == SlicesConfig(metrics=("exact_match", "latency_s"))
    assert ("reference", "exact_match") in [
        (c.suite, c.output.name) for c in outputs(suite for suite, _ in plan.suites)
    ]


def test_the_config_may_ask_for_all_metrics(tmp_path: Path) -> None:
    text = CONFIG.replace("[exact_match, latency_s]", "all")
    assert assemble(read_config(write(tmp_path, text))).slices == SlicesConfig(metrics="all")


def test_an_unknown_metric_is_told_with_its_line(tmp_path: Path) -> None:
    config = read_config(write(tmp_path, CONFIG.replace("latency_s", "faithfulness")))
    with pytest.raises(
        InputError, match=r"yaml:6: slices.*no suite .* metric 'faithfulness'; its metrics: .*exact"
    ):
        assemble(config)


@pytest.mark.parametrize(
    "text",
    ["{metrics: []}", "{metrics: exact_match}", "{by: colour, metrics: [exact_match]}", "[exact_match]"],
)
def test_malformed_slices_are_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError, match="slices"):
        read_config(write(tmp_path, CONFIG.replace("{metrics: [exact_match, latency_s]}", text)))
