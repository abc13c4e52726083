"""Small but complete systems, metrics, judges and plans for the kernel's own tests."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel

from bakeoff.evals.config_model import Limits
from bakeoff.evals.errors import JudgeFailure, TransportFailure
from bakeoff.evals.findings import Finding
from bakeoff.evals.protocols import M, Materials, Task, Tools
from bakeoff.evals.records import (
    Answered,
    Capability,
    Context,
    DocumentState,
    Kind,
    Output,
    Request,
    Response,
    Sample,
    Score,
    Status,
    Usage,
)
from bakeoff.evals.registration import Plan
from bakeoff.evals.store import Store, open_store
from bakeoff.evals.table import ScoreTable

Answer = Callable[[Request], Response]


class ToySystem:
    """Answers by a function, counts its calls; raises what the function raises."""

    def __init__(
        self,
        name: str,
        answer: Answer,
        *,
        kind: Kind = Kind.PROMPT,
        capabilities: Iterable[Capability] = (Capability.LIVE,),
        content_addressed: bool = False,
        fingerprint: str = "",
    ) -> None:
        self.name, self.kind = name, kind
        self.parent: str | None = None
        self.capabilities = frozenset(capabilities)
        self.fingerprint = fingerprint or f"toy {name}"
        self.content_addressed = content_addressed
        self.asked: list[Request] = []
        self.states: list[str] = []
        self.closed = 0
        self._answer = answer

    async def answer(self, request: Request) -> Response:
        self.asked.append(request)
        return self._answer(request)

    async def set_documents(self, state: DocumentState) -> None:
        self.states.append(state.fingerprint)

    async def aclose(self) -> None:
        self.closed += 1


class Yes(BaseModel):
    """What the toy judge says."""

    share: float


class ToyJudge:
    """Gives the share of the prompt's words that are in upper case; fails or breaks on a magic word."""

    name, fingerprint, deterministic, offline, note = "toy judge", "toy judge 1", True, True, "a toy"

    def __init__(self) -> None:
        self.prompts: list[str] = []

    @property
    def usage(self) -> Usage:
        return Usage()

    async def decide(
        self, task: Task, inputs: BaseModel, prompt: str, schema: type[M], *, draw: int = 0
    ) -> M:
        self.prompts.append(prompt)
        if "UNJUDGEABLE" in prompt:
            raise JudgeFailure("the toy judge cannot read this")
        if "UNREACHABLE" in prompt:
            raise TransportFailure("the toy judge is away")
        words = prompt.split()
        return schema.model_validate({"share": sum(word.isupper() for word in words) / len(words)})

    async def aclose(self) -> None: ...


class ToyEncoder:
    """Two dimensions: the length of a text, and one."""

    name, fingerprint = "toy encoder", "toy encoder 1"
    weights: str | None = None

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = np.array([[len(text), 1.0] for text in texts], dtype=np.float32)
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


class Matches:
    """1 where the answer is the reference; counts the answers it is given."""

    name, fingerprint, needs_judge, needs_encoder = "matches", "matches 1", False, False
    outputs = (
        Output(name="match", margin=0.02),
        Output(name="length", low=None, high=None, on_failure="leave_out"),
    )

    def __init__(self) -> None:
        self.batches: list[int] = []

    def inapplicable(self, answered: Answered) -> Score | None:
        if answered.sample.reference is None:
            return Score(status=Status.NOT_APPLICABLE, reason="no reference")
        return None

    async def score(self, batch: Sequence[Answered], tools: Tools) -> list[dict[str, Score] | None]:
        self.batches.append(len(batch))
        return [self._one(item) for item in batch]

    def _one(self, item: Answered) -> dict[str, Score]:
        text = item.response.text or ""
        length = Score(status=Status.SCORED, value=float(len(text)))
        if item.sample.reference is None:
            return {"match": Score(status=Status.NOT_APPLICABLE, reason="no reference"), "length": length}
        status = Status.ABSTAINED if item.abstained else Status.SCORED
        return {"match": Score(status=status, value=float(text == item.sample.reference)), "length": length}


class Judged:
    """What the toy judge says of the answer."""

    name, fingerprint, needs_judge, needs_encoder = "judged", "judged 1", True, False
    outputs = (Output(name="loudness", margin=0.02),)

    def inapplicable(self, answered: Answered) -> Score | None:
        return None

    async def score(self, batch: Sequence[Answered], tools: Tools) -> list[dict[str, Score] | None]:
        return [await self._one(item, tools) for item in batch]

    async def _one(self, item: Answered, tools: Tools) -> dict[str, Score] | None:
        try:
            verdict = await tools.judge.decide(Task.VERDICTS, Yes(share=0), f"{item.response.text} !", Yes)
        except JudgeFailure as error:
            return {"loudness": Score(status=Status.JUDGE_FAILED, reason=str(error))}
        except TransportFailure:
            return None
        score = Score(status=Status.SCORED, value=verdict.share, detail={"said": verdict.share})
        return {"loudness": score}


class ToySuite:
    """The given samples, scored by `Matches` and `Judged`; finds how many columns the table has."""

    def __init__(self, name: str = "toy", derive: Callable[[Sample], list[Sample]] | None = None) -> None:
        self.name = name
        self.matches = Matches()
        self.metrics: Sequence[Any] = (self.matches, Judged())
        self._derive = derive or (lambda sample: [sample])

    def samples(self, materials: Materials) -> Iterable[Sample]:
        for sample in materials.samples:
            yield from self._derive(sample)

    def findings(self, table: ScoreTable) -> list[Finding]:
        sentence = f"the table has {len(table.columns)} columns"
        return [Finding(name="toy.columns", system=table.systems[0].name, family="toy", sentence=sentence)]


def text(answer: Callable[[str], str]) -> Answer:
    """A system's answer function from a function of the question."""
    return lambda request: Response(text=answer(request.question))


def questions(n: int, **fields: Any) -> list[Sample]:
    """Samples s0 … with reference = question."""
    made: list[dict[str, Any]] = [
        {"id": f"s{i}", "question": f"q{i}", "reference": f"q{i}"} for i in range(n)
    ]
    return [Sample.model_validate({**sample, **fields}) for sample in made]


def plan(systems: Sequence[ToySystem], samples: Sequence[Sample], **changes: Any) -> Plan:
    """A plan of toy parts; `changes` are fields of Plan."""
    fields: dict[str, Any] = {
        "name": "toy run",
        "systems": systems,
        "suites": [(ToySuite(), {})],
        "samples": lambda: iter(samples),
        "judge": ToyJudge(),
        "encoder": ToyEncoder(),
        "limits": Limits(concurrency=4, timeout_s=5, retries=0),
    }
    return Plan(**{**fields, **changes})


def store_in(folder: Path) -> Store:
    return open_store(f"sqlite:///{(folder / 'runs.db').as_posix()}")


def context(content: str) -> Context:
    return Context(text=content)
