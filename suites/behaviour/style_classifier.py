"""A classifier between the training answers and the parent's own answers, cross-validated by question."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bakeoff.evals.statistics import Interval, auc

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FOLDS = 5
FEWEST = 20
"""Fewest distinct questions on either side; below, nothing is fitted."""

MOST = 1_000
"""Most texts a side; more are thinned evenly by the hash of their question."""

NGRAMS = (2, 4)
BUCKETS = 2**16
"""N-grams are counted in so many hashed places, once for all folds: hashing learns nothing of the texts."""

LONGEST = 4_000
"""Characters of a text that are read: style shows early, and one long text must not fill the memory."""

SHORTEST_QUESTION = 12
"""A question of at least so many characters, inside a training prompt, is that prompt's question."""


@dataclass(frozen=True)
class Text:
    """One answer, and the question that it answers."""

    question: str
    answer: str


@dataclass(frozen=True)
class Classifier:
    """The fitted folds, or why there are none. `auc` is None where nothing was fitted.

    `questions` are the numbers of distinct questions of the training side and of the parent's.
    """

    auc: Interval | None
    questions: tuple[int, int]
    models: tuple[Any, ...] = ()

    @property
    def tells_apart(self) -> bool:
        """Whether the AUC's interval lies above one half."""
        return self.auc is not None and self.auc.low is not None and self.auc.low > 0.5

    def likeness(self, texts: Sequence[Text]) -> NDArray[np.float64]:
        """The probability of the training side for each text, by the model that never saw its question.

        Both sides weigh the same, whatever their sizes. Only where `tells_apart`.
        """
        import numpy as np

        counts = _counts([text.answer for text in texts])
        folds = np.array([fold_of(text.question) for text in texts])
        found = np.empty(len(texts))
        for fold in np.unique(folds):
            found[folds == fold] = _probabilities(self.models[fold], counts[folds == fold])
        return found


def fit(training: Sequence[Text], own: Sequence[Text]) -> Classifier:
    """Fit one model a fold, on the texts of all other folds, and measure it on the fold's own.

    Texts are folded by question, normalised, so that no question is on both sides; a training prompt that
    holds one of the parent's questions (within a template) counts as that question. The features are
    character 2- to 4-grams, case kept, by the logarithm of their counts, scaled to unit length; the model
    is a logistic regression. There is no inverse document frequency: it hides just what a style repeats (a
    phrase that one side always opens with gave an AUC of .77 with it and of 1.00 without, 150 texts a side).
    """
    import numpy as np

    asked = {normal(text.question) for text in own}
    sides = (_thinned(_matched(training, asked)), _thinned(own))
    questions = (_distinct(sides[0]), _distinct(sides[1]))
    if min(questions) < FEWEST:
        return Classifier(None, questions)
    texts = [*sides[0], *sides[1]]
    labels = np.repeat([1, 0], [len(side) for side in sides])
    folds = np.array([fold_of(text.question) for text in texts])
    counts = _counts([text.answer for text in texts])
    models = tuple(_fitted(counts[folds != fold], labels[folds != fold]) for fold in range(FOLDS))
    held = [(folds == fold) for fold in range(FOLDS)]
    scored = [
        (_probabilities(model, counts[rows]), labels[rows]) for model, rows in zip(models, held, strict=True)
    ]
    pairs = [(scores[of == 1], scores[of == 0]) for scores, of in scored]
    return Classifier(auc(pairs, units=questions, cross_validated=True), questions, models)


def fold_of(question: str) -> int:
    """The fold of a question; the same in every process.

    >>> fold_of("How long?") == fold_of("  how LONG? ")
    True
    """
    return _hash(normal(question)) % FOLDS


def normal(question: str) -> str:
    """A question as it is compared: case and white space do not count."""
    return " ".join(question.casefold().split())


def _matched(training: Iterable[Text], asked: set[str]) -> list[Text]:
    """The training texts with the parent's question where their prompt holds one; exact repeats once."""
    candidates = sorted((q for q in asked if len(q) >= SHORTEST_QUESTION), key=len, reverse=True)

    def question(prompt: str) -> str:
        plain = normal(prompt)
        return plain if plain in asked else next((q for q in candidates if q in plain), plain)

    known: dict[str, str] = {}
    for text in training:
        if text.question not in known:
            known[text.question] = question(text.question)
    return list(dict.fromkeys(Text(known[text.question], text.answer) for text in training))


def _thinned(texts: Sequence[Text]) -> list[Text]:
    """At most `MOST` of the texts, question by question in the order of their hashes."""
    ordered = sorted(
        dict.fromkeys(texts), key=lambda text: (_hash(normal(text.question)) // FOLDS, text.answer)
    )
    return ordered[:MOST]


def _hash(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:8], "big")


def _distinct(texts: Iterable[Text]) -> int:
    return len({normal(text.question) for text in texts})


def _counts(texts: Sequence[str]) -> Any:
    """Character n-grams counted, a sparse matrix of shape (len(texts), BUCKETS); case is kept."""
    from sklearn.feature_extraction.text import HashingVectorizer

    grams = HashingVectorizer(
        analyzer="char",
        ngram_range=NGRAMS,
        lowercase=False,
        n_features=BUCKETS,
        alternate_sign=False,
        norm=None,
    )
    return grams.transform([text[:LONGEST] for text in texts])


def _fitted(counts: Any, labels: Any) -> Any:
    from sklearn.feature_extraction.text import TfidfTransformer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    weights = TfidfTransformer(use_idf=False, sublinear_tf=True)
    return make_pipeline(weights, LogisticRegression(class_weight="balanced", max_iter=1000)).fit(
        counts, labels
    )


def _probabilities(model: Any, counts: Any) -> NDArray[np.float64]:
    import numpy as np

    if counts.shape[0] == 0:
        return np.empty(0)
    return np.asarray(model.predict_proba(counts)[:, 1], dtype=np.float64)
