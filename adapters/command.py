"""The `command` adapter: a system that is a program speaking JSON lines.

    bot: {adapter: command, kind: rag, command: [python, bot.py]}

The program reads one JSON object per line and writes one per line (flushed), with the request's `id`:

    {"id": "1", "question": "…", "conversation": [{"role": "user", "content": "…"}], "contexts": null,
     "rendering": {"mode": "own", "system_prompt": null, "template": null}, "seed": 0}
    {"id": "1", "answer": "…", "contexts": ["…"]}

`contexts` is null for its own retrieval, [] for closed-book, else the texts to use. The answer's keys are
those of `adapters.answer_mapping`. The program starts with the first question, in the config's folder, and
again after it died; it ends when its input ends. Its start counts towards the first answer's time.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import time
from collections.abc import Mapping
from itertools import count
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from bakeoff.adapters.answer_mapping import Malformed, fit, to_response, well_formed
from bakeoff.adapters.capabilities import (
    RETRIEVING_KINDS,
    forbid,
    live_capabilities,
    refuse_unsupported,
    system_key,
)
from bakeoff.adapters.worker_process import ProcessDied, WorkerProcess
from bakeoff.evals.errors import InputError
from bakeoff.evals.identity import digest, file_digest
from bakeoff.evals.plugins import Plugin, Wiring
from bakeoff.evals.records import Capability, DocumentState, Failure, Request, Response
from bakeoff.evals.traits import mark


class CommandOptions(BaseModel):
    """Options of the `command` adapter."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    command: tuple[str, ...] = Field(
        min_length=1, description="program and arguments; run without a shell in the config's folder"
    )
    processes: int = Field(default=1, ge=1, description="how many processes share the questions")
    concurrency: int = Field(
        default=1, ge=1, description="requests that one process gets at once; it may answer in any order"
    )
    version: str | None = Field(
        default=None, description="any text; change it when the system changed in a way no one can see here"
    )


class CommandSystem:
    """A program as a system: its processes, and a slot for each request that they may have in flight."""

    content_addressed = False

    def __init__(self, options: CommandOptions, wiring: Wiring) -> None:
        self.name, self.kind, self.parent = wiring.name, wiring.kind, wiring.parent
        self.concurrency = options.processes * options.concurrency
        default = {Capability.RETRIEVES} if wiring.kind in RETRIEVING_KINDS else set()
        self.capabilities = live_capabilities(wiring, default)
        files = _file_digests(options.command, wiring.folder)
        self.traits = _traits(options.command, files)
        self.fingerprint = digest(
            {
                "adapter": "command",
                "kind": self.kind,
                "command": list(options.command),
                "files": files,
                "version": options.version,
                "capabilities": sorted(self.capabilities),
            }
        )
        self._options, self._folder = options, wiring.folder
        self._slots = asyncio.Semaphore(self.concurrency)
        self._starting = asyncio.Lock()
        self._workers: list[WorkerProcess] = []
        self._ids = count(1)

    async def answer(self, request: Request) -> Response:
        """Ask one of the processes; its death, or a line that is no answer, is the system's failure.

        When cancelled, the process that was asked is ended and the next request gets a fresh one.
        Raises NotHeld for overrides that the capabilities do not cover, InputError where the program
        does not start.
        """
        refuse_unsupported(request, self.capabilities, self.name)
        async with self._slots:
            worker = await self._free_worker()
            start = time.perf_counter()
            try:
                returned = await worker.ask(str(next(self._ids)), _fields(request))
            except ProcessDied as error:
                return Response(error=Failure(kind="error", message=well_formed(str(error))))
            except Malformed as error:
                return error.failure()
            total_s = time.perf_counter() - start
        try:
            response = fit(to_response(returned), request, self.capabilities)
        except Malformed as error:
            return error.failure()
        return response.model_copy(update={"timing": response.timing.model_copy(update={"total_s": total_s})})

    async def set_documents(self, state: DocumentState) -> None:
        raise NotImplementedError("a command has documents of its own; it does not accept others")

    async def aclose(self) -> None:
        """End all processes."""
        workers, self._workers = self._workers, []
        await asyncio.gather(*(worker.close() for worker in workers))

    async def _free_worker(self) -> WorkerProcess:
        """The process with the fewest requests, or a new one while there may be more."""
        async with self._starting:
            fit_to_ask = [worker for worker in self._workers if not worker.retired]
            idle = min(fit_to_ask, key=lambda worker: worker.load, default=None)
            if idle is not None and (idle.load == 0 or len(fit_to_ask) >= self._options.processes):
                return idle
            self._workers = [worker for worker in self._workers if not (worker.retired and worker.ended)]
            worker = await WorkerProcess.start(self._options.command, self._folder)
            self._workers.append(worker)
            return worker


def build(options: CommandOptions, wiring: Wiring) -> CommandSystem:
    """Check that the program is there and that the claims can hold; starts nothing. Raises InputError."""
    where = system_key(wiring)
    program = options.command[0]
    # a path with a folder in it is the config's, as for everything else there; a bare name is looked up
    found = shutil.which(str(wiring.folder / program) if os.sep in program else program)
    if found is None:
        raise InputError(
            f"there is no program {program!r}",
            where=f"{where}.command",
            todo=f"give a name on the PATH, or a path relative to {wiring.folder}",
        )
    system = CommandSystem(options, wiring)
    why = "the command adapter cannot hand documents over"
    forbid(system.capabilities, [Capability.ACCEPTS_DOCUMENTS], where=where, why=why)
    return system


def _fields(request: Request) -> dict[str, object]:
    return {
        "question": request.question,
        "conversation": [turn.model_dump() for turn in request.conversation],
        "contexts": None if request.contexts is None else [context.text for context in request.contexts],
        "rendering": request.rendering.model_dump(),
        "seed": request.seed,
    }


def _traits(command: tuple[str, ...], files: Mapping[str, str]) -> dict[str, JsonValue]:
    """The program and its own files; its arguments stay out, since any of them may be a secret."""
    shown = [Path(command[0]).name, *(Path(name).name for name in files)]
    return {"code": {"of": " ".join(shown), "content": mark(dict(files))}} if files else {}


def _file_digests(command: tuple[str, ...], folder: Path) -> dict[str, str]:
    """Contents of the arguments that are files of the config's folder: the program's own source."""
    files = {argument: folder / argument for argument in command[1:]}
    return {argument: file_digest(path) for argument, path in files.items() if path.is_file()}


PLUGIN = Plugin("command", CommandOptions, build)
