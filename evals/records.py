"""The nouns of an evaluation: samples, requests, responses and scores.

Frozen pydantic models that import nothing of ours but the identity helpers; the vocabulary is that of
the glossary in `docs/glossary.md`.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, PlainSerializer, model_validator

from bakeoff.evals.identity import digest


class Record(BaseModel):
    """Base of all records: immutable, and strict about unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Kind(StrEnum):
    """What sort of candidate a system is."""

    PROMPT = "prompt"
    RAG = "rag"
    FINE_TUNED = "fine_tuned"
    HYBRID = "hybrid"


class Capability(StrEnum):
    """What a system can do beyond answering a question."""

    RETRIEVES = "retrieves"
    CITES = "cites"
    ACCEPTS_CONTEXTS = "accepts_contexts"
    ACCEPTS_DOCUMENTS = "accepts_documents"
    ACCEPTS_RENDERING = "accepts_rendering"
    STREAMS = "streams"
    LOGPROBS = "logprobs"
    LIVE = "live"


Capabilities = Annotated[
    frozenset[Capability], PlainSerializer(sorted, return_type=list[Capability], when_used="json")
]
"""A set of capabilities; sorted as JSON, because a set's own order differs from process to process."""


class Status(StrEnum):
    """What became of one score. Only `scored` and `abstained` cells may carry a metric's own value."""

    SCORED = "scored"
    NOT_APPLICABLE = "not_applicable"
    ABSTAINED = "abstained"
    SYSTEM_FAILED = "system_failed"
    JUDGE_FAILED = "judge_failed"


class Turn(Record):
    """One earlier turn of a conversation."""

    role: Literal["system", "user", "assistant"]
    content: str


class Document(Record):
    """A source text of the corpus; `as_of` is the date from which it holds."""

    id: str
    text: str
    title: str = ""
    as_of: date | None = None
    metadata: Mapping[str, JsonValue] = Field(default_factory=dict)


class DocumentState(Record):
    """The whole set of documents that a system must answer from."""

    documents: tuple[Document, ...]

    @cached_property
    def fingerprint(self) -> str:
        return digest(self.model_dump(mode="json"))


class Rendering(Record):
    """How a question becomes a prompt: the system's own way, bare, or as given here.

    `template` contains `{question}`; None leaves the part as the system has it.
    """

    mode: Literal["own", "none", "given"] = "own"
    system_prompt: str | None = None
    template: str | None = None

    @model_validator(mode="after")
    def _template_asks(self) -> Rendering:
        if self.template is not None and "{question}" not in self.template:
            raise ValueError("a template must contain {question}")
        return self


class Context(Record):
    """A passage that a system retrieved, or that a request hands to it."""

    text: str
    id: str | None = None
    source: str | None = None
    score: float | None = None
    metadata: Mapping[str, JsonValue] = Field(default_factory=dict)


class Citation(Record):
    """A source that an answer names; `start` and `end` are character offsets in the answer."""

    source: str
    start: int | None = None
    end: int | None = None


class Request(Record):
    """What a system is asked. It never holds a reference answer, nor the sample it came from.

    `contexts`: None means your own retrieval, () closed-book, anything else: use just these.
    `documents`: the fingerprint of the document state the system must be in (None: its own).
    `continuations`: where there are some, not an answer is wanted but how probable each is as one.
    """

    question: str
    conversation: tuple[Turn, ...] = ()
    contexts: tuple[Context, ...] | None = None
    rendering: Rendering = Rendering()
    documents: str | None = None
    seed: int | None = None
    continuations: tuple[str, ...] = ()


@dataclass(frozen=True)
class Likelihood:
    """How probable a system finds a text as its answer: the sum of the natural log-probabilities of its
    tokens (its end not included), their number, and whether greedy decoding would give just these.
    """

    log_probability: float
    tokens: int
    greedy: bool


class Usage(Record):
    """Tokens and money of one answer; None where the system does not say."""

    input_tokens: int | None = None
    output_tokens: int | None = None
    reasoning_tokens: int | None = None
    cached_tokens: int | None = None
    cost_usd: float | None = None


class Timing(Record):
    """Seconds of one successful attempt, without queueing and without retries; None: not measured.

    `since_update_s`: from the replacement of the documents to this answer, whatever lay between; the runner
    sets it where a sample asks for documents of its own.
    """

    total_s: float | None = None
    first_token_s: float | None = None
    retrieval_s: float | None = None
    since_update_s: float | None = None


class Failure(Record):
    """The system's own error. `kind` is one of time_out, error, malformed."""

    kind: Literal["time_out", "error", "malformed"]
    message: str


class Response(Record):
    """What a system answered: a text, or the error in its place.

    `contexts` is None for a system that does not retrieve, () for one that retrieved nothing.
    `abstained` is the system's own word; None leaves it to the recogniser. `likelihoods` follow the
    request's continuations; the text is then the most probable of them.
    """

    text: str | None = None
    contexts: tuple[Context, ...] | None = None
    citations: tuple[Citation, ...] = ()
    usage: Usage = Usage()
    timing: Timing = Timing()
    abstained: bool | None = None
    error: Failure | None = None
    likelihoods: tuple[Likelihood, ...] = ()
    extras: Mapping[str, JsonValue] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _text_or_error(self) -> Response:
        if (self.text is None) == (self.error is None):
            raise ValueError("a response holds either a text or an error")
        return self

    @property
    def content_fingerprint(self) -> str:
        """Hash of what metrics judge: text, contexts, citations, likelihoods; neither timing nor usage."""
        content = self.model_dump(
            mode="json", include={"text", "contexts", "citations", "abstained", "error", "likelihoods"}
        )
        return digest(content)


class Overrides(Record):
    """What a variant changes in the request beside the question."""

    contexts: tuple[Context, ...] | None = None
    rendering: Rendering = Rendering()
    documents: DocumentState | None = None
    seed: int | None = None
    continuations: tuple[str, ...] = ()


class Sample(Record):
    """One test item. `id` is stable: given, or a hash of the content.

    `reference_contexts` are the gold passages; `cluster` groups items that are not independent
    (same source document); `requires` names capabilities without which the sample does not apply;
    `origin` and `variant` are set on samples that a probe derived from another.
    """

    id: str
    question: str
    conversation: tuple[Turn, ...] = ()
    reference: str | None = None
    answerable: bool = True
    reference_contexts: tuple[str, ...] = ()
    reference_context_ids: tuple[str, ...] = ()
    domain: str | None = None
    cluster: str | None = None
    as_of: date | None = None
    tags: tuple[str, ...] = ()
    extras: Mapping[str, JsonValue] = Field(default_factory=dict)
    overrides: Overrides = Overrides()
    requires: Capabilities = frozenset()
    origin: str | None = None
    variant: str | None = None

    def request(self, seed: int | None = None) -> Request:
        """The request that this sample makes; a seed of its own wins over the run's."""
        state = self.overrides.documents
        return Request(
            question=self.question,
            conversation=self.conversation,
            contexts=self.overrides.contexts,
            rendering=self.overrides.rendering,
            documents=None if state is None else state.fingerprint,
            seed=seed if self.overrides.seed is None else self.overrides.seed,
            continuations=self.overrides.continuations,
        )

    @property
    def evidence_fingerprint(self) -> str:
        """Hash of all that a metric may read of the sample."""
        return digest(self.compact(exclude={"id", "requires", "cluster", "tags"}))

    def compact(self, exclude: Set[str] = frozenset()) -> dict[str, Any]:
        """The sample as JSON values, with the fingerprint of its documents, which many samples share, in
        their place.
        """
        state = self.overrides.documents
        if state is None:
            return self.model_dump(mode="json", exclude=set(exclude))
        kept = {name: True for name in type(self).model_fields if name not in exclude}
        parts: dict[str, Any] = {name: True for name in Overrides.model_fields if name != "documents"}
        values = self.model_dump(mode="json", include={**kept, "overrides": parts})
        values["overrides"]["documents"] = state.fingerprint
        return values


class Score(Record):
    """One metric output for one response: a value or none, a status, the evidence for it.

    A `scored` cell has a value; an `abstained` one has what the metric makes of an abstention (or
    nothing); a `system_failed` one the output's failure value (or nothing); the others have none.
    """

    status: Status
    value: float | None = None
    reason: str | None = None
    detail: Mapping[str, JsonValue] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _value_fits_status(self) -> Score:
        if self.value is not None and not abs(self.value) < float("inf"):
            raise ValueError("a score is a finite number or none; say with a status why there is none")
        if self.status is Status.SCORED and self.value is None:
            raise ValueError("a scored cell needs a value")
        if self.status in (Status.NOT_APPLICABLE, Status.JUDGE_FAILED) and self.value is not None:
            raise ValueError(f"a {self.status} cell has no value")
        return self


class Output(Record):
    """One number that a metric makes.

    `low` and `high` are the ends of its range (None: open). `margin` is the difference below which two
    systems count as equivalent, `chance` the level of guessing. `on_failure` says what a system's
    own failure scores: the worst end of the range, or nothing.
    """

    name: str
    direction: Literal["higher", "lower"] = "higher"
    low: float | None = 0.0
    high: float | None = 1.0
    margin: float | None = None
    chance: float | None = None
    on_failure: Literal["worst", "leave_out"] = "worst"
    note: str = ""

    @property
    def worst(self) -> float | None:
        return self.low if self.direction == "higher" else self.high

    @property
    def best(self) -> float | None:
        return self.high if self.direction == "higher" else self.low


class Answered(Record):
    """A response beside the sample it answers: what a metric sees.

    `siblings` are the texts of the system's answers to the same sample at its other repeats, failures left
    out; only a metric that says so (`Metric`) is given them.
    """

    system: str
    retrieves: bool
    sample: Sample
    response: Response
    repeat: int = 0
    abstained: bool = False
    siblings: tuple[str, ...] = ()
