"""The written study of the embedded model's layer says what the code does, and what a new run finds."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

from bakeoff.suites.reference.bertscore_choice import EMBEDDED_LAYER

ROOT = Path(__file__).parents[3]
NOTE = ROOT / "docs" / "bertscore-layer.md"
COLUMNS = 14  # layer, 4 means, 3 AUCs, criterion, lead and its interval, topic AUC, Spearman


def written_rows() -> list[list[float]]:
    """The numbers of the note's main table, row by row."""
    lines = re.findall(r"^\| \d \|.*$", NOTE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    rows = [[float(number) for number in re.findall(r"\d+\.?\d*", line)] for line in lines]
    return [row for row in rows if len(row) == COLUMNS]


def test_the_layer_in_use_is_the_one_that_the_note_found_best() -> None:
    rows = written_rows()
    assert [row[0] for row in rows] == list(range(7))
    assert max(rows, key=lambda row: row[8])[0] == EMBEDDED_LAYER
    assert f"**Chosen: layer {EMBEDDED_LAYER}" in NOTE.read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_new_run_finds_what_the_note_says() -> None:
    study = runpy.run_path(str(ROOT / "benchmarks" / "bertscore_layer_study.py"))["study"]
    for row, written in zip(study(), written_rows(), strict=True):
        found = [row["layer"], *row["mean_f1"], *row["auc"], row["criterion"], *row["behind"]]
        found += [row["topic_auc"], row["spearman"]]
        assert found == pytest.approx(written, abs=0.005)
