"""Which layer of all-MiniLM-L6-v2 to use for BERTScore: the study behind docs/bertscore-layer.md.

    python benchmarks/bertscore_layer_study.py            # the table, in Markdown
    python benchmarks/bertscore_layer_study.py --json     # the same numbers for a program

Thirty reference sentences written for this study (bertscore_layer_pairs.jsonl), each with four answers of
a known order: a paraphrase (grade 3), the reference with one fact changed (a number, an entity or a negation:
grade 2), a sentence on the same topic (1), and the reference of another group (0). The criterion,
set before looking, is the mean of the three AUCs by which F1 puts paraphrases above each of the
others; its interval comes from resampling the thirty groups. Layers that the data cannot tell apart from the best
are marked.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from bakeoff.suites.reference.bertscore_choice import choose
from bakeoff.suites.reference.bertscore_model import load
from bakeoff.suites.reference.options import Options

PAIRS = Path(__file__).with_name("bertscore_layer_pairs.jsonl")
KINDS = ("paraphrase", "near_miss", "same_topic", "unrelated")
GRADES = (3, 2, 1, 0)
LAYERS = range(7)
RESAMPLES = 2_000
SEED = 0

Floats = NDArray[np.float64]


def answers() -> tuple[list[str], list[list[str]]]:
    """The references, and for each the four answers in the order of `KINDS`."""
    groups = [json.loads(line) for line in PAIRS.read_text(encoding="utf-8").splitlines()]
    references = [group["text"] for group in groups]
    half = len(groups) // 2
    unrelated = references[half:] + references[:half]
    rows = [
        [group["paraphrase"], group["near_miss"], group["same_topic"], other]
        for group, other in zip(groups, unrelated, strict=True)
    ]
    return references, rows


def f1_of_layer(layer: int) -> Floats:
    """BERTScore F1, unrescaled, shape (groups, kinds)."""
    references, rows = answers()
    matcher = load(choose(Options(layer=layer, device="cpu"), Path()))
    pairs = [(answer, ref) for ref, row in zip(references, rows, strict=True) for answer in row]
    return np.array([f1 for _, _, f1 in matcher.score(pairs)]).reshape(len(references), len(KINDS))


def auc(above: Floats, below: Floats) -> float:
    """Chance that a value of `above` exceeds one of `below`, ties counting half (Mann-Whitney U / nm)."""
    return float(stats.mannwhitneyu(above, below).statistic / (above.size * below.size))


def criterion(f1: Floats) -> float:
    """Mean AUC of paraphrases against each other kind."""
    return float(np.mean([auc(f1[:, 0], f1[:, kind]) for kind in (1, 2, 3)]))


def layer_row(layer: int, f1: Floats) -> dict[str, Any]:
    """The numbers of one layer."""
    grades = np.tile(GRADES, len(f1))
    return {
        "layer": layer,
        "mean_f1": [float(value) for value in f1.mean(axis=0)],
        "auc": [auc(f1[:, 0], f1[:, kind]) for kind in (1, 2, 3)],
        "criterion": criterion(f1),
        "spearman": float(stats.spearmanr(f1.ravel(), grades).statistic),
        "above_unrelated": auc(f1[:, 2], f1[:, 3]),
    }


def study() -> list[dict[str, Any]]:
    """All layers; `behind` is the best layer's lead in the criterion, with its 95 % bootstrap interval."""
    tables = [f1_of_layer(layer) for layer in LAYERS]
    rows = [layer_row(layer, table) for layer, table in zip(LAYERS, tables, strict=True)]
    best = max(rows, key=lambda row: row["criterion"])["layer"]
    draws = np.random.default_rng(SEED).integers(0, len(tables[0]), (RESAMPLES, len(tables[0])))
    resampled = np.array([[criterion(table[draw]) for table in tables] for draw in draws])
    for row in rows:
        lead = resampled[:, best] - resampled[:, row["layer"]]
        low, high = np.quantile(lead, [0.025, 0.975])
        row["behind"] = [rows[best]["criterion"] - row["criterion"], float(low), float(high)]
    return rows


def markdown(rows: list[dict[str, Any]]) -> str:
    """The table of docs/bertscore-layer.md."""
    head = (
        "| layer | mean F1: paraphrase | near miss | same topic | unrelated | AUC vs near miss | vs same topic "
        "| vs unrelated | criterion | behind the best (95 %) | same topic vs unrelated | Spearman |"
    )
    lines = [head, "|" + "---|" * head.count("|", 1)]
    for row in rows:
        behind, low, high = row["behind"]
        cells = [
            *(f"{value:.3f}" for value in (*row["mean_f1"], *row["auc"], row["criterion"])),
            f"{behind:.3f} ({low:.3f} to {high:.3f})",
            *(f"{value:.3f}" for value in (row["above_unrelated"], row["spearman"])),
        ]
        lines.append(f"| {row['layer']} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description="Compare the layers of all-MiniLM-L6-v2 for BERTScore.")
    parser.add_argument("--json", action="store_true", help="numbers for a program")
    options = parser.parse_args()
    rows = study()
    sys.stdout.write((json.dumps(rows) if options.json else markdown(rows)) + "\n")


if __name__ == "__main__":
    main()
