"""Context recall and abstention on questions whose relevant sentences people marked.

    python -m benchmarks.human_marks_study FILE.jsonl

FILE holds `id, question, reference, reference_contexts, sentences, relevant_sentences`, the last two lists of
texts; a question without a reference cannot be answered from its passage. Two questions are put to it: does
context recall fall when a marked sentence is taken out of the passage, and not when another one is; and how
often does the reference RAG's reader decline where it must, and where it must not?
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bakeoff.adapters.encoders.embedded import EmbeddedEncoder
from bakeoff.adapters.judges.offline import OfflineJudge
from bakeoff.adapters.rag.reader import ExtractiveReader
from bakeoff.evals.abstention import is_abstention
from bakeoff.evals.protocols import Tools
from bakeoff.evals.records import Answered, Context, Response, Sample
from bakeoff.evals.statistics import Interval, difference_interval, wilson
from bakeoff.suites.ragas.metrics import ContextRecall

THRESHOLDS = (0.0, 0.3, 0.35, 0.4, 0.5)
"""Values of the reader's `abstain_below`."""


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", type=Path)
    rows = [json.loads(line) for line in parser.parse_args().file.read_text(encoding="utf-8").splitlines()]
    encoder = EmbeddedEncoder()
    asyncio.run(_recall([row for row in rows if row["reference"]], encoder))
    _declining(rows, encoder)


async def _recall(rows: Sequence[dict[str, Any]], encoder: EmbeddedEncoder) -> None:
    """Context recall of the whole passage, without one marked sentence, and without one other."""
    arms: list[list[Answered]] = [[], [], []]
    for row in rows:
        marked = [i for i, text in enumerate(row["sentences"]) if text in row["relevant_sentences"]]
        others = [i for i in range(len(row["sentences"])) if i not in marked]
        if not marked or not others:
            continue
        rng = random.Random(f"marks {row['id']}")
        for arm, gone in zip(arms, (None, rng.choice(marked), rng.choice(others)), strict=True):
            arm.append(_answered(row, gone))
    judge = OfflineJudge()
    tools = Tools(judge=judge, encoder=encoder)
    whole, marked_out, other_out = [
        np.array([row["context_recall"].value for row in await ContextRecall().score(arm, tools) if row])
        for arm in arms
    ]
    print(f"context recall, {len(whole)} passages, mean {whole.mean():.3f}")
    for name, arm in (("a marked sentence", marked_out), ("another sentence", other_out)):
        print(f"  without {name}: {_shown(difference_interval(arm, whole, bounds=(0.0, 1.0)))}")
    against = difference_interval(marked_out, other_out, bounds=(0.0, 1.0))
    print(f"  marked minus other: {_shown(against)}")


def _answered(row: dict[str, Any], gone: int | None) -> Answered:
    text = " ".join(sentence for i, sentence in enumerate(row["sentences"]) if i != gone)
    return Answered(
        system="passage",
        retrieves=True,
        sample=Sample(id=row["id"], question=row["question"], reference=row["reference"]),
        response=Response(text=row["reference"], contexts=(Context(text=text),)),
    )


def _declining(rows: Sequence[dict[str, Any]], encoder: EmbeddedEncoder) -> None:
    """Rejection of what the passage does not answer, and over-refusal of what it does."""
    print("abstain_below | rejection | over-refusal")
    for threshold in THRESHOLDS:
        reader = ExtractiveReader(encode=encoder.encode, abstain_below=threshold)
        declined: dict[bool, list[bool]] = {True: [], False: []}
        for row in rows:
            contexts = [Context(text=text) for text in row["reference_contexts"]]
            text = reader(row["question"], contexts).text
            declined[bool(row["reference"])].append(text is None or is_abstention(text))
        rejection, refusal = (wilson(sum(found), len(found)) for found in (declined[False], declined[True]))
        print(f"{threshold:.2f} | {_shown(rejection)} | {_shown(refusal)}")


def _shown(interval: Interval) -> str:
    ends = (
        "" if interval.low is None or interval.high is None else f" [{interval.low:.3f}, {interval.high:.3f}]"
    )
    return f"{interval.estimate:.3f}{ends} (n = {interval.n})"


if __name__ == "__main__":
    main()
