"""What plugs into the kernel: systems, suites, metrics, judges and encoders.

Each is a `Protocol`; nothing has to inherit from it. `bakeoff.evals.conformance` checks an
implementation against it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, runtime_checkable

from pydantic import BaseModel

from bakeoff.evals.findings import Finding
from bakeoff.evals.records import (
    Answered,
    Capability,
    Document,
    DocumentState,
    Kind,
    Likelihood,
    Output,
    Request,
    Response,
    Sample,
    Score,
    Usage,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from bakeoff.evals.table import ScoreTable, SystemInfo

M = TypeVar("M", bound=BaseModel)


@runtime_checkable
class System(Protocol):
    """A candidate under test, as every adapter yields it.

    `fingerprint` covers all that the adapter can see that changes an answer: no secrets, no
    output-neutral options. `content_addressed` says that it covers everything (local weights,
    recordings), so that a stored answer stays valid in later epochs. A system that can take only so
    many calls at once says so in an attribute `concurrency`: queueing is nobody's latency. One that has
    something to load or to index may have an `async def prepare(self) -> None`: it is called before the
    first question that the store cannot answer, again after `set_documents`, and bounded by no time-out.
    `traits`, a mapping, says what can be seen of how it answers (`bakeoff.evals.traits`): in what two systems
    differ beside what is compared.
    """

    name: str
    kind: Kind
    parent: str | None
    capabilities: frozenset[Capability]
    fingerprint: str
    content_addressed: bool

    async def answer(self, request: Request) -> Response:
        """Answer one request.

        The system's own error is a `Response` with `error`; raise `TransportFailure` for a broken
        connection or a throttled call. The caller bounds the time and cancels. Never retry here.
        """
        ...

    async def set_documents(self, state: DocumentState) -> None:
        """Replace the documents; called alone, between stages, only with `accepts_documents`."""
        ...

    async def aclose(self) -> None:
        """Free what the system holds; called once, also after errors."""
        ...


@runtime_checkable
class Likelihoods(Protocol):
    """A system, with `logprobs`, that can also say how probable it finds given answers."""

    async def log_likelihoods(self, request: Request, continuations: Sequence[str]) -> list[Likelihood]:
        """One for each continuation of the prompt that the request makes, in order."""
        ...


class Task(StrEnum):
    """What a judge is asked to decide; `inputs` and `schema` are those of ragas' prompt of that name.

    `RUBRIC` and `DECLINING` are no prompts of ragas': inputs `question` and `answer`, for the former also
    `rubric`; a `reason` and a `verdict` of 0 or 1.
    """

    STATEMENTS = "statements"  # split an answer into statements (faithfulness, step 1)
    VERDICTS = "verdicts"  # does the context support each statement (faithfulness, step 2)
    QUESTION = "question"  # the question that an answer would answer (answer relevancy)
    USEFULNESS = "usefulness"  # was this chunk useful for the reference (context precision)
    ATTRIBUTION = "attribution"  # which reference sentences the contexts hold (context recall)
    CLAIMS = "claims"  # split a text into claims (factual correctness, step 1)
    CLAIM_VERDICTS = "claim_verdicts"  # does a text support each claim (factual correctness, step 2)
    RUBRIC = "rubric"  # does an answer meet what a text asks of it (suite behaviour)
    DECLINING = "declining"  # does an answer decline to answer


@runtime_checkable
class Judge(Protocol):
    """The model, or offline procedure, that a metric asks for verdicts.

    `deterministic`: the same prompt gives the same verdict (temperature 0), so one draw is enough.
    `offline`: no model was asked; gates refuse it. `note` is printed on every report that used it.
    `usage` sums up what judging has cost so far in this process. A judge that can do only some tasks says
    which in an attribute `tasks`; asked for another, it raises `JudgeFailure`.
    """

    name: str
    fingerprint: str
    deterministic: bool
    offline: bool
    note: str

    @property
    def usage(self) -> Usage: ...

    async def decide(
        self, task: Task, inputs: BaseModel, prompt: str, schema: type[M], *, draw: int = 0
    ) -> M:
        """The verdict, as an instance of `schema`.

        `prompt` is the rendered text, `inputs` what it was rendered from; `draw` numbers repeated
        questions. Raises `JudgeFailure` where no valid verdict came, `TransportFailure` where the
        way to the judge broke (after its own retries).
        """
        ...

    async def aclose(self) -> None: ...


@runtime_checkable
class Encoder(Protocol):
    """Turns texts into vectors. `weights` is the folder or hub id of its transformers weights, or None."""

    name: str
    fingerprint: str
    weights: str | None

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit-length rows, shape (len(texts), dimensions). Blocking: call it in a thread."""
        ...


@dataclass(frozen=True)
class Tools:
    """What a metric may use."""

    judge: Judge
    encoder: Encoder
    concurrency: int = 32


@runtime_checkable
class Metric(Protocol):
    """Makes scores. The batch is all systems' answers to the same ≤ 256 samples, failures left out.

    A score is kept for the answer, the sample without its id, cluster and tags, and the metric's fingerprint.
    A metric that reads more says so in an attribute `also_reads`, a set of `"tags"` (of the sample),
    `"timing"` and `"extras"` (of the answer), `"system"` (whose answer it is) and `"siblings"`
    (`Answered.siblings`, which are empty for all others). One that must have learnt something from the run's
    answers before it scores the first of them is `Preparing`.
    """

    name: str
    outputs: Sequence[Output]
    fingerprint: str
    needs_judge: bool
    needs_encoder: bool

    def inapplicable(self, answered: Answered) -> Score | None:
        """A `not_applicable` score where the metric does not apply whatever was answered, else None.

        Reads the system and the sample, never the answer: it is also asked of failed answers.
        """
        ...

    async def score(self, batch: Sequence[Answered], tools: Tools) -> list[dict[str, Score] | None]:
        """One mapping from output name to score for each answered item, in order.

        A verdict that the judge could not give is `judge_failed`; None leaves the cell open, because
        the way to the judge broke, and the next run asks again. CPU work runs in a thread.
        """
        ...


@runtime_checkable
class Preparing(Protocol):
    """A metric that learns from the run's answers, such as a classifier of them."""

    def prepare(self, systems: Sequence[SystemInfo], answered: Iterable[Answered]) -> None:
        """Read the answers to the suite's samples, failures left out, streamed in the samples' order.

        Called in a thread, once a run, before the first `score`, also where all scores are stored;
        `fingerprint` must then cover what was learnt.
        """
        ...


@dataclass(frozen=True, kw_only=True)
class Materials:
    """What a suite may build its samples from."""

    samples: Iterable[Sample]
    documents: Sequence[Document] = ()
    training: Path | None = None
    seed: int = 0
    options: Mapping[str, Any] = field(default_factory=dict)
    encoder: Encoder | None = None
    judge: Judge | None = None


@runtime_checkable
class Suite(Protocol):
    """Samples, given or derived, plus metrics, plus what they mean together."""

    name: str
    metrics: Sequence[Metric]

    def samples(self, materials: Materials) -> Iterable[Sample]:
        """The samples to ask, lazily; ids are unique within the suite, and equal ids mean equal samples."""
        ...

    def findings(self, table: ScoreTable) -> list[Finding]:
        """What the scores of the whole run say, all systems with their ancestry; raw p-values."""
        ...
