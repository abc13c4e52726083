"""The `python` adapter: a system that is a Python callable.

    bot: {adapter: python, kind: rag, target: "myapp.bot:answer"}
    bot: {adapter: python, kind: rag, target: "myapp.bot:Bot", arguments: {top_k: 5}}

The callable takes the question, and by name any of `conversation` (list of `{role, content}`),
`contexts` (list of texts, [] for closed-book, None for its own retrieval), `rendering` (mapping),
`documents` (fingerprint of the document state, or None), `seed` and `request` (the
`bakeoff.evals.records.Request` itself). It returns a text or a mapping (`adapters.answer_mapping`).
"""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import time
from collections.abc import Callable, Mapping

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from bakeoff.adapters.answer_mapping import Malformed, fit, to_response
from bakeoff.adapters.capabilities import (
    RETRIEVING_KINDS,
    forbid,
    live_capabilities,
    refuse_unsupported,
    system_key,
)
from bakeoff.adapters.python_target import (
    Signature,
    call,
    cancelled_from_outside,
    failed,
    import_target,
    made,
    read_signature,
    source_digests,
)
from bakeoff.adapters.target_traits import target_traits
from bakeoff.evals.errors import BakeoffError, InputError, NotHeld, TransportFailure
from bakeoff.evals.identity import digest
from bakeoff.evals.plugins import Plugin, Wiring
from bakeoff.evals.records import Capability, DocumentState, Request, Response


class PythonOptions(BaseModel):
    """Options of the `python` adapter."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    target: str = Field(description="module:callable, importable with the config's folder on sys.path")
    arguments: dict[str, JsonValue] | None = Field(
        default=None,
        description="keyword arguments for the target, which is then a factory: it is called once and"
        " returns the callable, or an object with answer() and, if it has them, set_documents() and aclose()",
    )
    concurrency: int | None = Field(
        default=None,
        ge=1,
        description="most calls at once, for code that is not thread-safe; none: the run's",
    )
    version: str | None = Field(
        default=None, description="any text; change it when the system changed in a way no one can see here"
    )


class PythonSystem:
    """A Python callable as a system. Sync callables run in daemon threads, async ones in the loop."""

    content_addressed = False

    def __init__(self, options: PythonOptions, wiring: Wiring, owner: object) -> None:
        where = f"{system_key(wiring)}.target"
        self.name, self.kind, self.parent = wiring.name, wiring.kind, wiring.parent
        self.concurrency = options.concurrency
        self._owner = owner
        self._function = _callable_of(owner, options, where)
        self._signature = read_signature(self._function, where=where)
        default = {Capability.RETRIEVES} if wiring.kind in RETRIEVING_KINDS else set()
        self.capabilities = live_capabilities(wiring, default)
        _check_claims(self.capabilities, self._signature, owner, system_key(wiring))
        source = source_digests(options.target, self._function)
        self.traits = target_traits(options.target, source, options.arguments)
        self.fingerprint = digest(
            {
                "adapter": "python",
                "kind": self.kind,
                "target": options.target,
                "arguments": options.arguments,
                "source": source,
                "version": options.version,
                "capabilities": sorted(self.capabilities),
            }
        )
        self._slots = asyncio.Semaphore(options.concurrency) if options.concurrency else None
        self._documents: str | None = None

    async def answer(self, request: Request) -> Response:
        """Call the user's code; what it raises is its own failure, except bakeoff's own signals.

        Raises NotHeld where the code takes no conversation, contexts, … that the request has.
        """
        refuse_unsupported(request, self.capabilities, self.name)
        if request.conversation and not self._signature.takes("conversation"):
            raise NotHeld(f"{self.name} takes no 'conversation'")
        if request.documents != self._documents:
            raise RuntimeError("the request is for another document state than the one set")
        args, kwargs = self._signature.bind(request)
        async with self._slots or contextlib.nullcontext():
            start = time.perf_counter()
            try:
                returned = await call(self._function, args, kwargs)
            except (BakeoffError, TransportFailure, NotHeld):
                raise
            except asyncio.CancelledError as error:
                if cancelled_from_outside():
                    raise
                return failed(error)
            except (Exception, SystemExit) as error:
                return failed(error)
            total_s = time.perf_counter() - start
        try:
            response = fit(to_response(returned), request, self.capabilities)
        except Malformed as error:
            return error.failure()
        timing = response.timing.model_copy(update={"total_s": total_s})
        return response.model_copy(update={"timing": timing})

    async def set_documents(self, state: DocumentState) -> None:
        """Hand the documents to the target's `set_documents`, as a list of mappings."""
        documents = [document.model_dump(mode="json") for document in state.documents]
        await call(getattr(self._owner, "set_documents"), (documents,), {})  # noqa: B009 - any object
        self._documents = state.fingerprint

    async def aclose(self) -> None:
        """Close what the factory made, once, through its `aclose` or `close`."""
        owner, self._owner = self._owner, None
        if owner is None or inspect.ismodule(owner):
            return
        for name in ("aclose", "close"):
            closer = getattr(owner, name, None)
            if callable(closer):
                await call(closer, (), {})
                return


def build(options: PythonOptions, wiring: Wiring) -> PythonSystem:
    """Import the target, call the factory if it is one, and check claims and parameters.

    All of it happens here, not at the first question, so that a bad target stops the run before any
    answer is paid for and loading a model is nobody's latency. Raises InputError.
    """
    where = f"{system_key(wiring)}.target"
    target = import_target(options.target, wiring.folder, where=where)
    return PythonSystem(options, wiring, made(target, options.target, options.arguments, where=where))


def _callable_of(owner: object, options: PythonOptions, where: str) -> Callable[..., object]:
    for candidate in (getattr(owner, "answer", None), owner):
        if callable(candidate):
            function: Callable[..., object] = candidate
            return function
    made = f"what {options.target!r} returned" if options.arguments is not None else f"{options.target!r}"
    raise InputError(
        f"{made} is a {type(owner).__name__}, neither callable nor with a method answer()",
        where=where,
        todo="give `arguments` only where the target is a factory",
    )


def _check_claims(
    capabilities: frozenset[Capability], signature: Signature, owner: object, where: str
) -> None:
    needs: Mapping[Capability, str] = {
        Capability.ACCEPTS_CONTEXTS: "contexts",
        Capability.ACCEPTS_RENDERING: "rendering",
    }
    for capability, parameter in needs.items():
        if not signature.takes(parameter):
            why = f"the target has no parameter {parameter!r}"
            forbid(capabilities, [capability], where=where, why=why)
    if not callable(getattr(owner, "set_documents", None)):
        why = "the target has no method set_documents()"
        forbid(capabilities, [Capability.ACCEPTS_DOCUMENTS], where=where, why=why)


PLUGIN = Plugin("python", PythonOptions, build)
