"""Which layer of all-MiniLM-L6-v2 to use for BERTScore: the study behind docs/bertscore-layer.md.

    python benchmarks/bertscore_layer_study.py                   # the tables, in Markdown
    python benchmarks/bertscore_layer_study.py --clapnq FILE     # with the check on CLAPNQ's annotations
    python benchmarks/bertscore_layer_study.py --json            # the numbers, for a program

Thirty reference sentences (bertscore_layer_pairs.jsonl), each with four answers of a known order: a
paraphrase, the reference with one fact changed (a number, an entity or a negation), a sentence on the
same topic, and the reference of another group. The criterion is the mean of the three AUCs by which
F1 puts paraphrases above each of the others; its interval comes from resampling the groups.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from bakeoff.suites.reference.bertscore_choice import choose
from bakeoff.suites.reference.bertscore_model import Matcher, load
from bakeoff.suites.reference.options import Options

PAIRS = Path(__file__).with_name("bertscore_layer_pairs.jsonl")
KINDS = ("paraphrase", "near_miss", "same_topic", "unrelated")
GRADES = (3, 2, 1, 0)
LAYERS = range(7)
RESAMPLES = 10_000
SEED = 0

Floats = NDArray[np.float64]


def matcher_of_layer(layer: int) -> Matcher:
    return load(choose(Options(layer=layer, device="cpu"), Path()))


def groups() -> tuple[list[str], list[list[str]]]:
    """The references, and for each the four answers in the order of `KINDS`."""
    rows = [json.loads(line) for line in PAIRS.read_text(encoding="utf-8").splitlines()]
    references = [row["text"] for row in rows]
    half = len(rows) // 2
    unrelated = references[half:] + references[:half]
    return references, [
        [row["paraphrase"], row["near_miss"], row["same_topic"], other]
        for row, other in zip(rows, unrelated, strict=True)
    ]


def f1_of_layer(layer: int) -> Floats:
    """BERTScore F1, unrescaled, shape (groups, kinds)."""
    references, rows = groups()
    pairs = [(answer, ref) for ref, row in zip(references, rows, strict=True) for answer in row]
    scores = matcher_of_layer(layer).score(pairs)
    return np.array([f1 for _, _, f1 in scores]).reshape(len(references), len(KINDS))


def beats(above: Floats, below: Floats) -> Floats:
    """1 where a value of `above` exceeds one of `below`, 1/2 at a tie; its mean is the AUC (Mann-Whitney)."""
    wins: Floats = np.where(above[:, None] > below, 1.0, np.where(above[:, None] == below, 0.5, 0.0))
    return wins


def resampled_criteria(f1: Floats, draws: NDArray[np.int64]) -> Floats:
    """The criterion of each resample of the groups, shape (resamples,)."""
    wins = np.mean([beats(f1[:, 0], f1[:, kind]) for kind in (1, 2, 3)], axis=0)
    return np.array([wins[np.ix_(draw, draw)].mean() for draw in draws])


def layer_row(layer: int, f1: Floats) -> dict[str, Any]:
    """The numbers of one layer."""
    aucs = [float(beats(f1[:, 0], f1[:, kind]).mean()) for kind in (1, 2, 3)]
    return {
        "layer": layer,
        "mean_f1": [float(value) for value in f1.mean(axis=0)],
        "auc": aucs,
        "criterion": float(np.mean(aucs)),
        "topic_auc": float(beats(f1[:, 2], f1[:, 3]).mean()),
        "spearman": float(stats.spearmanr(f1.ravel(), np.tile(GRADES, len(f1))).statistic),
    }


def study() -> list[dict[str, Any]]:
    """All layers; `behind` is the best layer's lead in the criterion and its 95 % bootstrap interval."""
    tables = [f1_of_layer(layer) for layer in LAYERS]
    rows = [layer_row(layer, table) for layer, table in zip(LAYERS, tables, strict=True)]
    best = max(rows, key=lambda row: row["criterion"])["layer"]
    draws = np.random.default_rng(SEED).integers(0, len(tables[0]), (RESAMPLES, len(tables[0])))
    resampled = [resampled_criteria(table, draws) for table in tables]
    for row in rows:
        low, high = np.quantile(resampled[best] - resampled[row["layer"]], [0.025, 0.975])
        row["behind"] = [rows[best]["criterion"] - row["criterion"], float(low), float(high)]
    return rows


def clapnq_triples(path: Path) -> list[tuple[str, str, str]]:
    """(reference, a sentence that annotators marked as relevant, another of the passage) by item."""
    chooser = random.Random(SEED)
    triples = []
    for row in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
        relevant = row["relevant_sentences"]
        other = [sentence for sentence in row["sentences"] if sentence not in relevant]
        if row["reference"] and relevant and other:
            triples.append((row["reference"], chooser.choice(relevant), chooser.choice(other)))
    return triples


def clapnq_study(path: Path) -> list[dict[str, Any]]:
    """How often F1 puts a marked sentence above an unmarked one, and that above another item's."""
    triples = clapnq_triples(path)
    references, relevant, other = (list(texts) for texts in zip(*triples, strict=True))
    half = len(triples) // 2
    rows = []
    for layer in LAYERS:
        matcher = matcher_of_layer(layer)
        f1 = [
            np.array([f1 for _, _, f1 in matcher.score(list(zip(texts, references, strict=True)))])
            for texts in (relevant, other, relevant[half:] + relevant[:half])
        ]
        means = [float(values.mean()) for values in f1]
        shares = [float((f1[0] > f1[1]).mean()), float((f1[1] > f1[2]).mean())]
        rows.append({"layer": layer, "n": len(triples), "mean_f1": means, "shares": shares})
    return rows


def markdown(rows: list[dict[str, Any]]) -> str:
    """The main table of docs/bertscore-layer.md."""
    head = (
        "| layer | mean F1: paraphrase, near miss, same topic, unrelated | AUC of paraphrase over near miss, "
        "same topic, unrelated | criterion | behind the best (95 %) | same topic over unrelated | Spearman |"
    )
    lines = [head, "|---|---|---|---|---|---|---|"]
    for row in rows:
        behind, low, high = row["behind"]
        cells = [
            str(row["layer"]),
            _numbers(row["mean_f1"]),
            _numbers(row["auc"]),
            f"{row['criterion']:.3f}",
            f"{behind:.3f} ({low:.3f} to {high:.3f})",
            f"{row['topic_auc']:.3f}",
            f"{row['spearman']:.3f}",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def clapnq_markdown(rows: list[dict[str, Any]]) -> str:
    """The second table of docs/bertscore-layer.md."""
    head = (
        f"| layer (n = {rows[0]['n']}) | mean F1: marked, same passage, other item "
        "| marked over same passage | same passage over other item |"
    )
    lines = [head, "|---|---|---|---|"]
    for row in rows:
        shares = " | ".join(f"{share:.3f}" for share in row["shares"])
        lines.append(f"| {row['layer']} | {_numbers(row['mean_f1'])} | {shares} |")
    return "\n".join(lines)


def _numbers(values: list[float]) -> str:
    return ", ".join(f"{value:.3f}" for value in values)


def main() -> None:
    parser = argparse.ArgumentParser(description="Compare the layers of all-MiniLM-L6-v2 for BERTScore.")
    parser.add_argument("--clapnq", type=Path, help="CLAPNQ items as JSON lines: check on them as well")
    parser.add_argument("--json", action="store_true", help="the numbers, for a program")
    options = parser.parse_args()
    rows = study()
    parts = [json.dumps(rows) if options.json else markdown(rows)]
    if options.clapnq:
        real = clapnq_study(options.clapnq)
        parts.append(json.dumps(real) if options.json else "\n" + clapnq_markdown(real))
    sys.stdout.write("\n".join(parts) + "\n")


if __name__ == "__main__":
    main()
