"""Does a system keep to the protocol `System`, and to the capabilities that it claims?"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Sequence

from bakeoff.evals.conformance.problems import (
    ConformanceError,
    wrong_attributes,
    wrong_fingerprint,
    wrong_traits,
)
from bakeoff.evals.errors import NotHeld, TransportFailure
from bakeoff.evals.protocols import System
from bakeoff.evals.records import (
    Capability,
    Context,
    Document,
    DocumentState,
    Kind,
    Rendering,
    Request,
    Response,
)

QUESTIONS = (
    "What is the capital of France?",
    "How many legs does a spider have?",
    "Which language is spoken in Brazil?",
    "In which year did the Second World War end?",
)

ATTRIBUTES: dict[str, type | tuple[type, ...]] = {
    "name": str,
    "kind": Kind,
    "parent": (str, type(None)),
    "capabilities": frozenset,
    "fingerprint": str,
    "content_addressed": bool,
}

GIVEN = (Context(text="Conformance passage one.", id="c1"), Context(text="Conformance passage two.", id="c2"))


def check_system(
    make: Callable[[], System],
    *,
    requests: Sequence[Request] | None = None,
    different: Sequence[Callable[[], System]] = (),
    secrets: Sequence[str] = (),
    timeout_s: float = 60.0,
) -> None:
    """Check systems that `make` builds anew each time, against the protocol and against their own claims.

    Asked are `requests` (at least two, with answers that differ; default: four general questions), each
    more than once, so the system has to work. Checked are: the attributes; that two builds have the
    same fingerprint, each of `different` another one, and no fingerprint, repr or message holds one
    of `secrets`, nor do the `traits` where there are some; that each answer has the shape that the
    capabilities promise (contexts where it `retrieves`, else none; contexts that are handed over, or
    withheld, are kept to where it `accepts_contexts`; documents and renderings are taken where it accepts
    them; a system that is not `live` repeats itself); that answers asked for at once do not get mixed up;
    that a cancelled question leaves the next ones their own answers; that closing works unused, and twice.

    No call may take longer than `timeout_s` seconds. Must not be called from a running event loop.
    Raises ConformanceError with all problems.
    """
    asked = tuple(requests) if requests else tuple(Request(question=question) for question in QUESTIONS)
    if len(asked) < 2:
        raise ValueError("check_system needs at least two requests")
    check = _Check(make, asked, tuple(secrets), timeout_s)
    asyncio.run(check.run(different))
    if check.problems:
        raise ConformanceError(check.subject, check.problems)


class _Check:
    """One run of the kit; problems gather as sentences."""

    def __init__(
        self,
        make: Callable[[], System],
        requests: tuple[Request, ...],
        secrets: tuple[str, ...],
        timeout_s: float,
    ) -> None:
        self.make, self.requests, self.secrets, self.timeout_s = make, requests, secrets, timeout_s
        self.subject = "the system"
        self.problems: list[str] = []

    def note(self, problem: str) -> None:
        for secret in self.secrets:
            problem = problem.replace(secret, "***")
        if problem not in self.problems:
            self.problems.append(problem)

    async def run(self, different: Sequence[Callable[[], System]]) -> None:
        system = self.make()
        self.subject = f"system {getattr(system, 'name', system)!r}"
        self._check_attributes(system)
        if self.problems:
            return  # nothing else could be told from what these break
        await self._check_identity(system, different)
        try:
            alone = await self._check_answers(system)
            if alone is not None:
                await self._check_claims(system)
                await self._check_concurrency(system, alone)
                await self._check_cancellation(system, alone)
        finally:
            await self._close_twice(system, "after use")
        await self._check_documents()

    def _check_attributes(self, system: System) -> None:
        for problem in wrong_attributes(system, ATTRIBUTES) + wrong_fingerprint(system):
            self.note(problem)
        if getattr(system, "name", None) == "":
            self.note("its name is empty")
        claimed: object = getattr(system, "capabilities", None)
        if isinstance(claimed, frozenset) and not all(isinstance(one, Capability) for one in claimed):
            self.note("capabilities holds something else than Capability")
        for method in ("answer", "set_documents", "aclose"):
            if not inspect.iscoroutinefunction(getattr(system, method, None)):
                self.note(f"{method} is no async method")
        for problem in wrong_traits(system, self.secrets):
            self.note(problem)
        prepare = getattr(system, "prepare", None)
        if prepare is not None and not inspect.iscoroutinefunction(prepare):
            self.note("prepare is no async method")

    async def _check_identity(self, system: System, different: Sequence[Callable[[], System]]) -> None:
        again = self.make()
        if again.fingerprint != system.fingerprint:
            self.note("two builds from the same options have different fingerprints")
        await self._close_twice(again, "unused")
        for number, make in enumerate(different, 1):
            other = make()
            if other.fingerprint == system.fingerprint:
                self.note(f"number {number} of the different systems has the same fingerprint")
            await other.aclose()
        for secret in self.secrets:
            if secret in system.fingerprint or secret in repr(system):
                self.note("a secret shows in its fingerprint or repr")

    async def ask(self, system: System, request: Request, during: str) -> Response | None:
        """One answer, or None with the problem noted."""
        try:
            async with asyncio.timeout(self.timeout_s):
                response = await system.answer(request)
        except TimeoutError:
            self.note(f"{during}: no answer within {self.timeout_s:g} s")
        except NotHeld as error:
            self.note(f"{during}: NotHeld ({error}); give `requests` that it can answer")
        except TransportFailure as error:
            self.note(f"{during}: TransportFailure ({error})")
        except Exception as error:
            self.note(
                f"{during}: answer() raised {type(error).__name__}: {error}; its own errors are Responses"
            )
        else:
            if isinstance(response, Response):
                return response
            self.note(f"{during}: answer() returned {type(response).__name__}, not a Response")
        return None

    async def _check_answers(self, system: System) -> list[Response] | None:
        """Each request alone; the answers, or None where there is nothing to compare with."""
        answers: list[Response] = []
        for request in self.requests:
            response = await self.ask(system, request, "asked alone")
            if response is None:
                return None
            if response.error is not None:
                self.note(f"asked alone: failed with {response.error.kind}: {response.error.message}")
                return None
            self._check_shape(system, request, response)
            answers.append(response)
        if Capability.LIVE not in system.capabilities:
            again = await self.ask(system, self.requests[0], "asked again")
            if again is not None and again.content_fingerprint != answers[0].content_fingerprint:
                self.note("it is not live, and yet answers the same request differently")
        return answers

    def _check_shape(self, system: System, request: Request, response: Response) -> None:
        claimed = system.capabilities
        if request.contexts is None and Capability.RETRIEVES in claimed and response.contexts is None:
            self.note("it claims 'retrieves', but a response has contexts None (() is: found nothing)")
        if request.contexts is None and Capability.RETRIEVES not in claimed and response.contexts is not None:
            self.note("a response has contexts, but it does not claim 'retrieves'")
        if response.citations and Capability.CITES not in claimed:
            self.note("a response has citations, but it does not claim 'cites'")
        if any((citation.end or 0) > len(response.text or "") for citation in response.citations):
            self.note("a citation ends beyond its answer")
        if Capability.LIVE in claimed and not (response.timing.total_s or 0) > 0:
            self.note("it is live, but a response has no timing.total_s")
        used = response.usage.model_dump(exclude_none=True)
        for name in [name for name, value in used.items() if value < 0]:
            self.note(f"a response has negative {name}")
        if any(secret in response.model_dump_json() for secret in self.secrets):
            self.note("a secret shows in a response")

    async def _check_claims(self, system: System) -> None:
        if Capability.ACCEPTS_CONTEXTS in system.capabilities:
            for given in ((), GIVEN):
                request = self.requests[0].model_copy(update={"contexts": given})
                what = "asked with contexts given" if given else "asked closed-book"
                response = await self.ask(system, request, what)
                if response is not None:
                    self._check_kept_to(given, response, what)
        if Capability.ACCEPTS_RENDERING in system.capabilities:
            rendering = Rendering(mode="given", system_prompt="Be brief.", template="Q: {question}\nA:")
            for one in (Rendering(mode="none"), rendering):
                request = self.requests[0].model_copy(update={"rendering": one})
                await self.ask(system, request, f"asked with rendering {one.mode!r}")

    def _check_kept_to(self, given: tuple[Context, ...], response: Response, what: str) -> None:
        strange = {context.text for context in response.contexts or ()} - {one.text for one in given}
        if strange:
            self.note(f"{what}: the response has contexts that were not given")

    async def _check_concurrency(self, system: System, alone: list[Response]) -> None:
        order = [*range(len(self.requests))] * 3
        asked = [self.ask(system, self.requests[i], "asked at once") for i in order]
        for i, response in zip(order, await asyncio.gather(*asked), strict=True):
            if response is not None:
                self._check_own(i, response, alone, "asked at once")

    async def _check_cancellation(self, system: System, alone: list[Response]) -> None:
        for delay_s in (0.0, 0.001, 0.02):
            task = asyncio.create_task(system.answer(self.requests[0]))
            await asyncio.sleep(delay_s)
            task.cancel()
            _, waiting = await asyncio.wait([task], timeout=self.timeout_s)
            if waiting:
                self.note("a cancelled question does not end")
                return
            if not task.cancelled():
                task.exception()  # it ended before the cancellation: what it came to is not asked here
            response = await self.ask(system, self.requests[1], "asked after a cancellation")
            if response is not None:
                self._check_own(1, response, alone, "asked after a cancellation")

    def _check_own(self, i: int, response: Response, alone: list[Response], during: str) -> None:
        """A text that another request got, and this one did not, is that other's: answers may vary, but
        not into each other."""
        texts = [answer.text for answer in alone]
        if response.text != texts[i] and response.text in texts:
            self.note(f"{during}: a request got the answer of another")
        if response.error is not None:
            self.note(f"{during}: failed with {response.error.kind}: {response.error.message}")

    async def _check_documents(self) -> None:
        """On a system of its own, because documents stay."""
        system = self.make()
        try:
            if Capability.ACCEPTS_DOCUMENTS in system.capabilities:
                state = DocumentState(documents=(Document(id="d1", text="Conformance document."),))
                await system.set_documents(state)
                request = self.requests[0].model_copy(update={"documents": state.fingerprint})
                response = await self.ask(system, request, "asked after set_documents")
                if response is not None:
                    self._check_shape(system, request, response)
        except Exception as error:
            self.note(f"set_documents() raised {type(error).__name__}: {error}")
        finally:
            await system.aclose()

    async def _close_twice(self, system: System, when: str) -> None:
        for turn in ("", " a second time"):
            try:
                await system.aclose()
            except Exception as error:
                self.note(f"aclose(){turn} {when} raised {type(error).__name__}: {error}")
