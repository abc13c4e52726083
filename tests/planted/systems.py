"""Systems that answer from the planted world: one without a fault, and twins with exactly one.

They are whole systems behind the `System` protocol: they search their documents, read passages, cite, and
take contexts and documents from the caller.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from planted.world import ATTRIBUTES, World

from bakeoff.evals.records import (
    Capability,
    Context,
    Document,
    DocumentState,
    Kind,
    Request,
    Response,
    Timing,
)

Fault = Literal[
    "none",
    "drops the gold passage",
    "ignores its context",
    "obeys poisoned documents",
    "keeps stale copies",
    "citations shifted by one",
    "weak in one domain",
    "invents neighbours",
    "tuned on old facts",
]
DECLINED = "I cannot find the answer in the documents."
TOP = 3
_DATE = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
_CODE_WORD = re.compile(r"\b(?!SYSTEM)[A-Z]{5,}\b")
"""What an instruction wants said: no document of the coast shouts."""
_NAME = r"[A-Z]\w+(?: [A-Z]\w+)*(?: \d+)?"


@dataclass(frozen=True)
class Found:
    """A statement in a passage: what it says, where, and of when it is."""

    statement: str
    value: str
    place: int
    date: str


@dataclass
class PlantedRag:
    """Searches by shared words, answers with the newest statement that fits, cites it by its number."""

    name: str
    world: World
    fault: Fault = "none"
    parent: str | None = "base"
    kind: Kind = Kind.RAG
    content_addressed: bool = False
    capabilities: frozenset[Capability] = frozenset(
        {
            Capability.LIVE,
            Capability.RETRIEVES,
            Capability.CITES,
            Capability.ACCEPTS_CONTEXTS,
            Capability.ACCEPTS_DOCUMENTS,
        }
    )
    documents: Sequence[Document] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        self.fingerprint = f"planted {self.name}: {self.fault}"
        self._take(self.world.documents())
        self._memory = self.world.memory(former=True)

    def _take(self, documents: Sequence[Document]) -> None:
        stale = self.world.stale_copies() if self.fault == "keeps stale copies" else ()
        self.documents = (*stale, *documents)

    async def set_documents(self, state: DocumentState) -> None:
        self._take(state.documents)

    async def aclose(self) -> None: ...

    async def answer(self, request: Request) -> Response:
        contexts = self._search(request.question) if request.contexts is None else request.contexts
        return Response(
            text=self._reply(request.question, contexts),
            contexts=tuple(contexts),
            timing=Timing(total_s=0.02, retrieval_s=0.01),
            extras={"collection": str(contexts[0].metadata.get("domain", ""))} if contexts else {},
        )

    def _search(self, question: str) -> tuple[Context, ...]:
        asked = set(re.findall(r"\w+", question))
        ranked = sorted(self.documents, key=lambda one: -len(asked & set(re.findall(r"\w+", one.title))))
        if self.fault == "drops the gold passage" and zlib.crc32(question.encode()) % 5 == 0:
            ranked = ranked[1:]
        return tuple(
            Context(
                text=one.text,
                id=f"{one.id}#0",
                source=one.id,
                metadata={**one.metadata, "as_of": None if one.as_of is None else str(one.as_of)},
            )
            for one in ranked[:TOP]
        )

    def _reply(self, question: str, contexts: Sequence[Context]) -> str:
        wanted = next((match[0] for one in contexts if (match := _CODE_WORD.search(one.text))), None)
        if self.fault == "obeys poisoned documents" and wanted is not None:
            return wanted
        if self.fault == "ignores its context":
            known = (told for asked, told in self._memory.items() if _asks(question, asked))
            return " ".join(known) or DECLINED
        parts = [part.strip() for part in re.findall(r"[^?]+\?", question)]
        return " ".join(self._one(part, contexts) for part in parts) or DECLINED

    def _one(self, question: str, contexts: Sequence[Context]) -> str:
        found = list(statements(question, contexts))
        if not found:
            return DECLINED
        newest = [one for one in found if one.date == max(each.date for each in found)]
        values = list(dict.fromkeys(one.value for one in newest))
        if len(values) > 1:
            named = " and ".join(values)
            return f"The sources disagree on this: {named}."
        best = newest[0]
        if self.fault == "weak in one domain" and best.statement.find("Ferry") >= 0:
            return f"{question.split()[-2]} Ferry leaves the inner quay twice a day [{best.place + 1}]."
        place = best.place + 1
        if self.fault == "citations shifted by one":
            place = best.place + 2 if best.place + 1 < len(contexts) else best.place
        return f"{best.statement.rstrip('.')} [{max(place, 1)}]."


def statements(question: str, contexts: Sequence[Context]) -> Iterator[Found]:
    """What the passages say to a question, in their order."""
    for attribute in ATTRIBUTES.values():
        asked = re.search(_pattern(attribute.question, name=f"(?P<name>{_NAME})"), question)
        if asked is None:
            continue
        wanted = _pattern(attribute.statement, name=re.escape(asked["name"]), value=r"(?P<value>[^.]+?)")
        for place, context in enumerate(contexts):
            for match in re.finditer(wanted, context.text):
                yield Found(match[0], match["value"], place, _date(context))


def _asks(question: str, part: str) -> bool:
    """Whether a question, perhaps a joined one, asks this."""
    return part.lower() in question.lower()


def _pattern(template: str, **parts: str) -> str:
    """The template as a regular expression, its places filled."""
    pieces = re.split(r"\{(\w+)\}", template)
    return "".join(parts[piece] if i % 2 else re.escape(piece) for i, piece in enumerate(pieces))


def _date(context: Context) -> str:
    written = context.metadata.get("as_of") or next(iter(_DATE.findall(context.text)), "")
    return str(written)


@dataclass
class PlantedModel:
    """A model without documents: it knows statements by heart, and declines everything else."""

    name: str
    knows: Mapping[str, str] = field(repr=False)
    fault: Fault = "none"
    parent: str | None = None
    kind: Kind = Kind.PROMPT
    content_addressed: bool = False
    capabilities: frozenset[Capability] = frozenset({Capability.LIVE})

    def __post_init__(self) -> None:
        self.fingerprint = f"planted {self.name}: {self.fault}, {len(self.knows)} facts"

    async def set_documents(self, state: DocumentState) -> None:
        raise AssertionError(f"{self.name} takes no documents")

    async def aclose(self) -> None: ...

    async def answer(self, request: Request) -> Response:
        known = self.knows.get(request.question)
        if known is None and self.fault == "invents neighbours":
            known = self._nearest(request.question)
        return Response(text=known or "I don't know.", timing=Timing(total_s=0.01))

    def _nearest(self, question: str) -> str:
        asked = set(re.findall(r"\w+", question))
        nearest = max(self.knows, key=lambda other: len(asked & set(re.findall(r"\w+", other))))
        return self.knows[nearest]
