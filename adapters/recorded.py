"""The `recorded` adapter: answers that were made earlier, from logs or from a RAGAS data set.

    logged: {adapter: recorded, kind: rag, path: logs/answers.jsonl, columns: {question: prompt}}

A request is matched by its question and conversation. A `repeat` column (0, 1, …) tells the rows of one
question apart; the run's repeat is the request's seed less the run's. What the recording does not hold
(another question, a further repeat, contexts or documents or a rendering given) is `NotHeld`, never a
failure. Rows of a probe (`variant`) count where no other row has their question.
"""

from __future__ import annotations

import hashlib
import tempfile
import weakref
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from bakeoff.adapters.answer_mapping import well_formed
from bakeoff.adapters.capabilities import forbid, refuse_unsupported, system_key
from bakeoff.adapters.recorded_rows import Recorded, check_columns, read_row
from bakeoff.evals.errors import InputError, NotHeld
from bakeoff.evals.identity import canonical_json, digest, file_digest
from bakeoff.evals.plugins import Plugin, Wiring
from bakeoff.evals.records import Capability, DocumentState, Record, Request, Response, Turn
from bakeoff.evals.sample_files import file_rows


class RecordedOptions(BaseModel):
    """Options of the `recorded` adapter."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: Path = Field(description="jsonl, json, csv or parquet file, relative to the config")
    columns: dict[str, str] = Field(
        default_factory=dict, description="our field: the file's column, where they differ (answer: reply)"
    )


class _Entry(Record):
    """A kept row: what the index leads to."""

    where: str
    variant: str
    response: Response


class Recording:
    """The answers of a file, on disk: memory holds a digest and an offset for each question.

    The file is checked and copied to a nameless temporary one at once, so that it may change, or be
    written to, while the run reads.
    """

    def __init__(self) -> None:
        self._file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed by close()
        self._offsets: dict[bytes, int] = {}
        self.close = weakref.finalize(self, self._file.close)

    def __len__(self) -> int:
        return len(self._offsets)

    def add(self, row: Recorded, where: str) -> None:
        """Keep a row; InputError where it contradicts one that answers the same question."""
        key = _key(row.question, row.conversation, row.repeat)
        entry = _Entry(where=where, variant=row.variant, response=row.response)
        if key in self._offsets:
            earlier = self._read(self._offsets[key])
            if _same(earlier, entry) or (entry.variant and not earlier.variant):
                return
            if bool(earlier.variant) == bool(entry.variant):
                raise InputError(
                    f"answers the same question as {earlier.where}, but differently",
                    where=where,
                    todo="keep one of them, or number them in a column `repeat` from 0",
                )
        self._offsets[key] = self._file.seek(0, 2)
        self._file.write(entry.model_dump_json().encode() + b"\n")

    def find(self, question: str, conversation: tuple[Turn, ...], repeat: int) -> Response | None:
        offset = self._offsets.get(_key(question, conversation, repeat))
        return None if offset is None else self._read(offset).response

    def _read(self, offset: int) -> _Entry:
        self._file.seek(offset)
        return _Entry.model_validate_json(self._file.readline())


class RecordedSystem:
    """A recording as a system: never live, and its stored answers stay valid as long as the file does."""

    content_addressed = True

    def __init__(
        self,
        wiring: Wiring,
        recording: Recording,
        capabilities: frozenset[Capability],
        fingerprint: str,
        traits: Mapping[str, JsonValue],
    ) -> None:
        self.name, self.kind, self.parent = wiring.name, wiring.kind, wiring.parent
        self.capabilities, self.fingerprint = capabilities, fingerprint
        self._recording, self._seed = recording, wiring.seed
        self.traits = traits

    async def answer(self, request: Request) -> Response:
        """The recorded answer, or NotHeld."""
        refuse_unsupported(request, self.capabilities, self.name)
        repeat = 0 if request.seed is None else request.seed - self._seed
        response = self._recording.find(request.question, request.conversation, repeat)
        if response is None:
            again = f" (repeat {repeat})" if repeat else ""
            raise NotHeld(f"{self.name} holds no answer to this question{again}")
        hidden: dict[str, object] = {}
        if Capability.RETRIEVES not in self.capabilities:
            hidden["contexts"] = None
        if Capability.CITES not in self.capabilities:
            hidden["citations"] = ()
        return response.model_copy(update=hidden)

    async def set_documents(self, state: DocumentState) -> None:
        raise NotImplementedError("a recording answers from what it held; it does not accept documents")

    async def aclose(self) -> None:
        """Let go of the temporary file."""
        self._recording.close()


def build(options: RecordedOptions, wiring: Wiring) -> RecordedSystem:
    """Read and check the whole recording. Raises InputError with file and line of what is wrong."""
    where = system_key(wiring)
    check_columns(options.columns, where=where)
    path = wiring.folder / options.path
    recording, shown = _read_recording(path, options)
    claimed = shown if wiring.capabilities is None else wiring.capabilities
    forbid(claimed, [Capability.LIVE], where=where, why="a recording is not live")
    why = f"{options.path} shows no such thing"
    forbid(claimed, frozenset(Capability) - shown, where=where, why=why)
    content = file_digest(path)
    fingerprint = digest(
        {
            "adapter": "recorded",
            "file": content,
            "columns": options.columns,
            "capabilities": sorted(claimed),
        }
    )
    traits: dict[str, JsonValue] = {"recording": {"of": path.name, "content": content[:12]}}
    return RecordedSystem(wiring, recording, claimed, fingerprint, traits)


def _read_recording(path: Path, options: RecordedOptions) -> tuple[Recording, frozenset[Capability]]:
    """All rows, and what they show: `retrieves` where answers have contexts, `cites` where any cites."""
    recording, cites = Recording(), False
    with_contexts = without = None
    for row in file_rows(path, str(options.path)):
        recorded = read_row(row, options.columns)
        recording.add(recorded, row.where)
        cites = cites or bool(recorded.response.citations)
        if recorded.response.error is None:
            if recorded.response.contexts is None:
                without = without or row.where
            else:
                with_contexts = with_contexts or row.where
    if not len(recording):
        raise InputError("holds no answers", where=str(options.path))
    if with_contexts and without:
        raise InputError(
            f"has no contexts, but the answer at {with_contexts} has",
            where=without,
            todo="write [] where nothing was retrieved",
        )
    shown = {Capability.RETRIEVES: with_contexts is not None, Capability.CITES: cites}
    return recording, frozenset(capability for capability, is_shown in shown.items() if is_shown)


def _same(one: _Entry, other: _Entry) -> bool:
    return one.response.content_fingerprint == other.response.content_fingerprint


def _key(question: str, conversation: tuple[Turn, ...], repeat: int) -> bytes:
    content = canonical_json([question, [turn.model_dump() for turn in conversation], repeat])
    return hashlib.blake2b(well_formed(content).encode(), digest_size=16).digest()


PLUGIN = Plugin("recorded", RecordedOptions, build)
