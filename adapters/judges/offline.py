"""The offline judge: deterministic, in process, no network; word alignment instead of a language model.

For smoke runs and for comparing runs on the same data, never for a release gate. The procedure is that
of `support.py`; this module puts it into the words of ragas' prompts.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict

from bakeoff.adapters.encoders.embedded import WEIGHTS_SHA256
from bakeoff.adapters.encoders.word_vectors import WordEncoder
from bakeoff.adapters.judges.claims import read_statement, statements
from bakeoff.adapters.judges.support import (
    LAYERS,
    MOST_NUMBERS,
    NUMBER_PENALTY,
    PAIR_THRESHOLD,
    Support,
    supports,
    word_encoder,
)
from bakeoff.evals.abstention import evasive_share
from bakeoff.evals.errors import JudgeFailure
from bakeoff.evals.identity import digest
from bakeoff.evals.plugins import Plugin, Wiring
from bakeoff.evals.protocols import Task
from bakeoff.evals.records import Usage
from bakeoff.evals.text import sentences

M = TypeVar("M", bound=BaseModel)

PROCEDURE = 2
"""Version of the procedure; raise it with any change that can change a verdict."""

ATTRIBUTED, USEFUL, NONCOMMITTAL = 0.65, 0.70, 0.5

NOTE = (
    "Offline judge: word alignment, not a language model; it does not see negation, misses most role swaps "
    "and many antonyms, and its answer relevancy tells only off-topic and refusing answers from others. For "
    "smoke runs and for comparing runs on the same data, not for release gates: no absolute threshold "
    "carries over to other data, and agreement with humans on this data was not measured."
)


class OfflineOptions(BaseModel):
    """The offline judge has nothing to set: its thresholds belong to its weights."""

    model_config = ConfigDict(extra="forbid")


class OfflineJudge:
    """Verdicts by graded support; one thread does the work, so that nothing else waits for it.

    `inputs` may be any model with the fields of ragas' prompt for the task, `schema` any with those of
    its result. Each verdict's `reason` holds the graded support of its sentence and what lacks support.
    """

    name = "offline"
    deterministic = True
    offline = True
    note = NOTE
    # a rubric is read by a language model, or not at all; what declines is for the rules to say
    tasks = frozenset(Task) - {Task.RUBRIC, Task.DECLINING}
    usage = Usage(input_tokens=0, output_tokens=0, cost_usd=0.0)
    fingerprint = digest(
        {
            "judge": "offline",
            "procedure": PROCEDURE,
            "weights": WEIGHTS_SHA256,
            "layers": LAYERS,
            "numbers": [NUMBER_PENALTY, MOST_NUMBERS],
            "thresholds": [PAIR_THRESHOLD, ATTRIBUTED, USEFUL, NONCOMMITTAL],
        }
    )

    def __init__(self, encoder: WordEncoder | None = None) -> None:
        """Raises InputError where the embedded model is not installed."""
        self._encoder = encoder or word_encoder()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="offline-judge")

    async def decide(
        self, task: Task, inputs: BaseModel, prompt: str, schema: type[M], *, draw: int = 0
    ) -> M:
        """The verdict, from `inputs` alone: the prompt's words and the draw change nothing.

        Raises JudgeFailure for a task that it cannot do.
        """
        del prompt, draw
        if task not in self.tasks:
            raise JudgeFailure(
                f"the offline judge cannot do the task {task.value!r}: it is no language model"
            )
        work = _TASKS[task]
        result = await asyncio.get_running_loop().run_in_executor(self._thread, work, inputs, self._encoder)
        return schema.model_validate(result)

    async def aclose(self) -> None:
        self._thread.shutdown(wait=False, cancel_futures=True)


def _split_answer(inputs: Any, _encoder: WordEncoder) -> Mapping[str, Any]:
    return {"statements": statements(inputs.answer)}


def _split_claims(inputs: Any, _encoder: WordEncoder) -> Mapping[str, Any]:
    return {"claims": statements(inputs.response)}


def _verify(inputs: Any, encoder: WordEncoder) -> Mapping[str, Any]:
    """Verdict 1 where the pair's support is at least 0.80 and the contexts have its sentence's numbers."""
    read = [_parse(statement) for statement in inputs.statements]
    claims = list(dict.fromkeys(sentence for found, _ in read for sentence in found))
    known = dict(zip(claims, supports(claims, [inputs.context], encoder), strict=True))
    return {
        "statements": [
            {"statement": statement, **_judge([known[sentence] for sentence in found], pair)}
            for statement, (found, pair) in zip(inputs.statements, read, strict=True)
        ]
    }


def _parse(statement: str) -> tuple[list[str], int | None]:
    """The sentences of a statement, and the pair in question: None means all, of a foreign statement."""
    own = read_statement(statement)
    return (sentences(statement), None) if own is None else ([own[0]], own[1])


def _judge(found: Sequence[Support], pair: int | None) -> dict[str, Any]:
    scores = [score for support in found for score in support.pairs]
    if not scores:
        return {"verdict": 0, "reason": "no words to support"}
    score = sum(scores) / len(scores) if pair is None else scores[pair]
    missing = any(support.missing_numbers for support in found)
    label = "pairs" if pair is None else "pair"
    reason = f"{label} {score:.2f}; {'; '.join(_describe(support) for support in found)}"
    return {"verdict": int(score >= PAIR_THRESHOLD and not missing), "reason": reason}


def _guess_question(inputs: Any, _encoder: WordEncoder) -> Mapping[str, Any]:
    """The answer's first sentence stands for the question; evasion in half of the words is non-committal."""
    first = next(iter(sentences(inputs.response)), "")
    return {"question": first, "noncommittal": int(evasive_share(inputs.response) >= NONCOMMITTAL)}


def _weigh_chunk(inputs: Any, encoder: WordEncoder) -> Mapping[str, Any]:
    """Useful where the reference's best supported sentence has G of at least 0.70."""
    claims = sentences(inputs.answer)
    graded = supports(claims, [inputs.context], encoder)
    if not graded:
        return {"verdict": 0, "reason": "the reference has no sentence"}
    best = max(range(len(graded)), key=lambda place: graded[place].G)
    reason = f'{_describe(graded[best])}; for: "{claims[best]}"'
    return {"verdict": int(graded[best].G >= USEFUL), "reason": reason}


def _attribute(inputs: Any, encoder: WordEncoder) -> Mapping[str, Any]:
    """A reference sentence is attributed where its G is at least 0.65."""
    claims = sentences(inputs.answer)
    graded = supports(claims, [inputs.context], encoder)
    return {
        "classifications": [
            {"statement": claim, "reason": _describe(support), "attributed": int(support.G >= ATTRIBUTED)}
            for claim, support in zip(claims, graded, strict=True)
            if support.pairs  # a sentence without words claims nothing
        ]
    }


def _describe(support: Support) -> str:
    """The evidence in short, as it is shown beside a score."""
    parts = [f"G={support.G:.2f}"]
    if support.unsupported_phrases:
        parts.append(f"unsupported: {', '.join(support.unsupported_phrases)}")
    if support.missing_numbers:
        parts.append(f"numbers absent: {', '.join(support.missing_numbers)}")
    return "; ".join(parts)


_TASKS: Mapping[Task, Callable[[Any, WordEncoder], Mapping[str, Any]]] = {
    Task.STATEMENTS: _split_answer,
    Task.VERDICTS: _verify,
    Task.QUESTION: _guess_question,
    Task.USEFULNESS: _weigh_chunk,
    Task.ATTRIBUTION: _attribute,
    Task.CLAIMS: _split_claims,
    Task.CLAIM_VERDICTS: _verify,
}


def _build(_options: OfflineOptions, _wiring: Wiring) -> OfflineJudge:
    return OfflineJudge()


PLUGIN: Plugin[OfflineJudge] = Plugin("offline", OfflineOptions, _build)
