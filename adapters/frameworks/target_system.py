"""What the framework adapters share: a user's object, asked in its framework's own way.

The object is named and found as in the `python` adapter. What a framework adds is a `Bridge`: how a request
is put to the object, and where in what it returns the answer, the contexts and the usage are.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from bakeoff.adapters.answer_mapping import Malformed, fit, to_response
from bakeoff.adapters.capabilities import (
    RETRIEVING_KINDS,
    forbid,
    live_capabilities,
    refuse_unsupported,
    system_key,
)
from bakeoff.adapters.credentials import without_credentials
from bakeoff.adapters.frameworks.failures import sorted_out
from bakeoff.adapters.pricing import Price
from bakeoff.adapters.python_target import (
    call,
    cancelled_from_outside,
    failed,
    import_target,
    made,
    source_digests,
)
from bakeoff.adapters.target_traits import target_traits
from bakeoff.evals.errors import BakeoffError, InputError, NotHeld, TransportFailure
from bakeoff.evals.identity import digest
from bakeoff.evals.plugins import Wiring
from bakeoff.evals.records import Capability, DocumentState, Request, Response, Usage

NO_TELEMETRY: Mapping[str, str] = {"DO_NOT_TRACK": "1", "ANONYMIZED_TELEMETRY": "False"}
"""Understood by many libraries, Chroma among them; each framework adds its own."""

CLOSERS = ("close", "close_async", "aclose")
"""What frameworks call the method that lets connections go; some have one for each kind of client."""


class TargetOptions(BaseModel):
    """The options that all framework adapters have."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    target: str = Field(description="module:object, importable with the config's folder on sys.path")
    arguments: dict[str, JsonValue] | None = Field(
        default=None, description="keyword arguments for the target, which is then a factory of the object"
    )
    asynchronous: bool = Field(
        default=False,
        description="await the object's asynchronous way instead of calling it in a thread of its own;"
        " for objects whose parts are all asynchronous, since what blocks would block every system",
    )
    concurrency: int | None = Field(
        default=None, ge=1, description="most calls at once, for objects that bear no more; none: the run's"
    )
    price: Price | None = Field(default=None, description="US dollars per million tokens, for the cost")
    version: str | None = Field(
        default=None, description="any text; change it when the system changed in a way no one can see here"
    )


@dataclass(frozen=True)
class Told:
    """What one call gave: what the object returned, and what the framework told on the way."""

    returned: object
    usage: Usage = field(default_factory=Usage)
    passages: list[dict[str, Any]] | None = None
    retrieval_s: float | None = None


class Bridge(Protocol):
    """One framework's way to ask one object."""

    takes: frozenset[str]
    """Which of the placeholders of `adapters.request_template` reach the object."""

    def ask(self, request: Request) -> Told:
        """Call the object; runs in a thread of its own."""
        ...

    async def ask_async(self, request: Request) -> Told:
        """Await the object, in the run's event loop."""
        ...

    def read(self, told: Told) -> Mapping[str, Any]:
        """The answer as a mapping with the keys of `adapters.answer_mapping`, or Malformed raised."""
        ...


@dataclass(frozen=True)
class Framework:
    """A framework as the adapters see it. `extra` is bakeoff's extra that installs it, `environment` what
    switches its telemetry off, `bridge` makes the bridge from the object, the options, a way to make the
    object anew, and the key that errors name."""

    extra: str
    module: str
    packages: tuple[str, ...]
    environment: Mapping[str, str]
    bridge: Callable[[Any, Any, Callable[[], Any], str], Bridge]


class TargetSystem:
    """A framework's object as a system."""

    content_addressed = False

    def __init__(
        self,
        framework: Framework,
        options: TargetOptions,
        wiring: Wiring,
        bridge: Bridge,
        owned: object | None,
    ) -> None:
        self.name, self.kind, self.parent = wiring.name, wiring.kind, wiring.parent
        self.concurrency = options.concurrency
        self.capabilities = _capabilities(framework, wiring, bridge)
        self.fingerprint = _fingerprint(framework, options, wiring, self.capabilities)
        source = source_digests(options.target, None)
        self.traits = target_traits(options.target, source, options.arguments)
        self._bridge, self._price, self._owned = bridge, options.price, owned
        self._ask: Callable[..., Any] = bridge.ask_async if options.asynchronous else bridge.ask
        self._slots = asyncio.Semaphore(options.concurrency) if options.concurrency else None

    async def answer(self, request: Request) -> Response:
        """Ask once. What the framework raises is the system's own failure, save what `failures` knows better.

        Raises NotHeld for what the object has no place for, TransportFailure where the way to its model
        broke, InputError where that model refuses the key.
        """
        refuse_unsupported(request, self.capabilities, self.name)
        if request.conversation and not self._bridge.takes & {"conversation", "messages"}:
            raise NotHeld(f"{self.name} has no place for a conversation")
        async with self._slots or contextlib.nullcontext():
            start = time.perf_counter()
            try:
                told: Any = await call(self._ask, (request,), {})
            except (BakeoffError, TransportFailure, NotHeld):
                raise
            except asyncio.CancelledError as error:
                if cancelled_from_outside():
                    raise
                return failed(error)
            except (Exception, SystemExit) as error:
                return sorted_out(error, where=f"systems.{self.name}")
            total_s = time.perf_counter() - start
        return self._response(told, request, total_s)

    def _response(self, told: Told, request: Request, total_s: float) -> Response:
        try:
            response = fit(to_response(self._bridge.read(told)), request, self.capabilities)
        except Malformed as error:
            return error.failure()
        usage = told.usage
        if self._price is not None:
            usage = usage.model_copy(update={"cost_usd": self._price.cost_usd(usage)})
        seconds = {"total_s": total_s, "retrieval_s": told.retrieval_s}
        timing = response.timing.model_copy(update=seconds)
        return response.model_copy(update={"timing": timing, "usage": usage})

    async def set_documents(self, state: DocumentState) -> None:
        raise NotImplementedError(f"{self.name} has documents of its own; it does not accept others")

    async def aclose(self) -> None:
        """Close what the factory made, once; an object of the user's module is not ours to close."""
        owned, self._owned = self._owned, None
        for name in CLOSERS:
            closer = getattr(owned, name, None)
            if callable(closer):
                await call(closer, (), {})


def build_system(framework: Framework, options: TargetOptions, wiring: Wiring) -> TargetSystem:
    """Import the target, make the object, and see that the framework can ask it.

    Raises InputError, also where the framework is not installed. Its telemetry is off before it is imported.
    """
    where = system_key(wiring)
    os.environ.update({**NO_TELEMETRY, **framework.environment})
    _require(framework, where)
    place = f"{where}.target"
    target = import_target(options.target, wiring.folder, where=place)

    def make() -> Any:
        return made(target, options.target, options.arguments, where=place)

    built = make()
    bridge = framework.bridge(built, options, make, where)
    if not bridge.takes & {"question", "messages"}:
        raise InputError("the question is nowhere in it", where=f"{where}.input", todo="use {question} in it")
    return TargetSystem(framework, options, wiring, bridge, None if options.arguments is None else built)


def _require(framework: Framework, where: str) -> None:
    if importlib.util.find_spec(framework.module) is None:
        raise InputError(
            f"this adapter needs {framework.packages[0]}, which is not installed",
            where=f"{where}.adapter",
            todo=f"install it with: pip install 'bakeoff[{framework.extra}]'",
        )


def _capabilities(framework: Framework, wiring: Wiring, bridge: Bridge) -> frozenset[Capability]:
    """By the kind, or as stated; contexts are taken where the input has a place for them."""
    default = {Capability.RETRIEVES} if wiring.kind in RETRIEVING_KINDS else set()
    if "contexts" in bridge.takes:
        default.add(Capability.ACCEPTS_CONTEXTS)
    stated = live_capabilities(wiring, default)
    where = system_key(wiring)
    if "contexts" not in bridge.takes:
        forbid(
            stated, [Capability.ACCEPTS_CONTEXTS], where=where, why="its input has no place for {contexts}"
        )
    able = {Capability.LIVE, Capability.RETRIEVES, Capability.ACCEPTS_CONTEXTS}
    forbid(stated, set(Capability) - able, where=where, why=f"the {framework.extra} adapter cannot offer it")
    return stated


def _fingerprint(
    framework: Framework, options: TargetOptions, wiring: Wiring, capabilities: frozenset[Capability]
) -> str:
    return digest(
        {
            **options.model_dump(mode="json", exclude={"arguments", "concurrency", "price"}),
            "arguments": without_credentials(options.arguments),
            "adapter": framework.extra,
            "kind": wiring.kind,
            "capabilities": sorted(capabilities),
            "source": source_digests(options.target, None),
            "packages": {name: _version(name) for name in framework.packages},
        }
    )


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
