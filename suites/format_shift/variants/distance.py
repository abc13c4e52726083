"""How far a family's texts are from what a system was trained on: can a classifier tell them apart?"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bakeoff.evals.identity import digest_all
from bakeoff.evals.protocols import Encoder
from bakeoff.evals.statistics.ranking import auc
from bakeoff.evals.statistics.results import Interval

FEWEST, MOST = 20, 1_000
"""Texts on each side: fewer tell nothing, more are drawn from."""

FOLDS = 5


@dataclass(frozen=True)
class Distance:
    """Cross-validated AUC of two classifiers between training prompts and a family's texts.

    0.5: they cannot be told apart, 1: always. `ngram` reads character n-grams, `embedding` the vectors of
    the run's encoder; each is None with too few texts, or without an encoder. `n` counts the family's texts
    that were looked at.
    """

    ngram: float | None
    embedding: float | None
    n: int
    ngram_interval: Interval | None = None
    embedding_interval: Interval | None = None

    @property
    def is_shift(self) -> bool | None:
        """False where neither classifier is better than chance (its interval reaches down to 0.5).

        None where there were too few texts to say.
        """
        lows = [
            found.low
            for found in (self.ngram_interval, self.embedding_interval)
            if found and found.low is not None
        ]
        return any(low > 0.5 for low in lows) if lows else None


def distance(
    training: Sequence[str],
    texts: Sequence[str],
    encoder: Encoder | None,
    seed: int,
    *,
    origins: Sequence[str] | None = None,
) -> Distance:
    """How far the texts are from the training prompts.

    `origins` names the sample that each text was derived from (default: each is its own): all texts of an
    origin, and a training prompt that equals one of them, lie in the same fold, so that no classifier
    has seen the sample that it is asked about. Equal training prompts count once. Blocking: a second or
    two, and more for the encoder; call it in a thread.
    """
    mine = _some(list(zip(texts, texts if origins is None else origins, strict=True)), seed, "texts")
    prompts = _some([(prompt, prompt) for prompt in dict.fromkeys(training)], seed, "training")
    if min(len(mine), len(prompts)) < FEWEST:
        return Distance(None, None, len(mine))
    origin = dict(mine)
    every = [text for text, _ in (*mine, *prompts)]
    groups = [f"sample {one}" for _, one in mine]
    groups += [f"sample {origin[text]}" if text in origin else f"row {text}" for text, _ in prompts]
    shifted = [True] * len(mine) + [False] * len(prompts)
    if min(len(set(groups[: len(mine)])), len(set(groups[len(mine) :]))) < FOLDS:
        return Distance(None, None, len(mine))
    ngram = _separation(every, shifted, groups, _ngram_classifier(seed), seed)
    vectors = None if encoder is None else encoder.encode(every)
    embedding = None if vectors is None else _separation(vectors, shifted, groups, _classifier(seed), seed)
    return Distance(
        ngram.estimate, None if embedding is None else embedding.estimate, len(mine), ngram, embedding
    )


def _some(pairs: list[tuple[str, str]], seed: int, side: str) -> list[tuple[str, str]]:
    rng = random.Random(digest_all([str(seed), side]))
    return pairs if len(pairs) <= MOST else rng.sample(pairs, MOST)


def _separation(
    features: Any, shifted: list[bool], groups: list[str], classifier: Any, seed: int
) -> Interval:
    """AUC of the classifier over the test folds, its scores compared within each fold only."""
    import numpy as np
    from sklearn.base import clone
    from sklearn.model_selection import StratifiedGroupKFold

    rows = np.asarray(features, dtype=object) if isinstance(features, list) else features
    labels = np.asarray(shifted)
    scores, folds = np.zeros(len(labels)), np.zeros(len(labels), dtype=np.int64)
    splitter = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=seed % 2**32)
    for fold, (learn, test) in enumerate(splitter.split(rows, labels, groups)):
        fitted = clone(classifier).fit(rows[learn], labels[learn])
        scores[test], folds[test] = fitted.decision_function(rows[test]), fold
    return auc(scores, labels, strata=folds, clusters=groups)


def _ngram_classifier(seed: int) -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_pipeline

    letters = TfidfVectorizer(
        analyzer="char", ngram_range=(1, 4), lowercase=False, sublinear_tf=True, max_features=50_000
    )
    return make_pipeline(letters, _classifier(seed))


def _classifier(seed: int) -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=10.0, solver="liblinear", class_weight="balanced", random_state=seed % 2**32)
