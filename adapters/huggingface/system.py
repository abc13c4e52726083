"""A local model behind the interface of all systems."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import JsonValue

from bakeoff.adapters.capabilities import refuse_unsupported
from bakeoff.adapters.chat_prompt import Prompt
from bakeoff.adapters.huggingface.generation import Generated, Row, Settings, generate
from bakeoff.adapters.huggingface.likelihoods import score
from bakeoff.adapters.huggingface.loading import Loaded
from bakeoff.adapters.huggingface.rendering import Renderer, takes_system, without_system_role
from bakeoff.adapters.huggingface.sharing import Parent
from bakeoff.adapters.huggingface.worker import Closed, Job
from bakeoff.evals.errors import NotHeld
from bakeoff.evals.plugins import Wiring
from bakeoff.evals.records import (
    Capability,
    DocumentState,
    Failure,
    Likelihood,
    Request,
    Response,
    Timing,
    Usage,
)


@dataclass(frozen=True)
class Parts:
    """What a system is made of, beside its common keys."""

    loaded: Loaded
    renderer: Renderer
    prompt: Prompt
    settings: Settings
    batch_size: int


class Unfit(Exception):
    """A prompt is empty, or leaves no room for an answer in the model's context window."""


class HuggingFaceSystem:
    """A language model in this process. It retrieves nothing; it takes contexts if its prompt does.

    Answers asked for at once are generated in batches by the one thread of the weights, which other
    systems may share. `timing.total_s` is how long the answer's batch took; the wait for its turn is not
    counted. `concurrency` is two batches: one at work, and the next one gathering.

    In float32 no greedy answer was seen to depend on its batch (0 of 300 with batches of 1 and of 16, for
    each of seven tiny random models and adapters); in bfloat16 26 of 600 did, where two tokens were
    nearly as likely. `batch_size: 1` makes halves repeat themselves.

    A probe of the training template asks with rendering `none`, which is the bare question in the chat
    template that the model was made with; to leave that out too, build a second system with
    `chat_template: raw`.
    """

    def __init__(
        self,
        wiring: Wiring,
        parent: Parent,
        parts: Parts,
        *,
        capabilities: frozenset[Capability],
        fingerprint: str,
        content_addressed: bool,
        traits: Mapping[str, JsonValue] | None = None,
    ) -> None:
        self.name, self.kind, self.parent = wiring.name, wiring.kind, wiring.parent
        self.capabilities, self.fingerprint = capabilities, fingerprint
        self.content_addressed = content_addressed
        self.traits = dict(traits or {})
        self.concurrency = 2 * parts.batch_size
        self._weights: Parent | None = parent
        self._parts = parts
        self._takes_system = takes_system(parts.renderer)
        self._jobs: set[Job] = set()
        network = parts.loaded.network
        self._ran_on = {"dtype": str(network.dtype).removeprefix("torch."), "device": network.device.type}

    async def answer(self, request: Request) -> Response:
        """One answer; what the model or its chat template refuses is the system's own failure.

        Raises NotHeld for contexts that the prompt has no place for.
        """
        asked = request if request.contexts else request.model_copy(update={"contexts": None})
        refuse_unsupported(asked, self.capabilities, self.name)
        try:
            ids = self._parts.renderer.prompt_ids(self._text(request))
            settings = self._fitted(len(ids))
            length = len(ids) if self._parts.loaded.equal_lengths else None
            group = (id(self._parts.loaded.network), settings, length)
            payload = (Row(ids, request.seed), settings)
            generated, total_s = await self._do(group, self._parts.batch_size, payload, self._generate)
        except Closed:
            raise
        except Unfit as error:
            return Response(error=Failure(kind="error", message=str(error)))
        except Exception as error:
            return Response(error=Failure(kind="error", message=f"{type(error).__name__}: {error}"))
        return self._response(ids, generated, total_s)

    async def log_likelihoods(self, request: Request, continuations: Sequence[str]) -> list[Likelihood]:
        """How probable the model finds each continuation as its answer; see `protocols.Likelihoods`.

        Raises NotHeld for what does not fit into the context window.
        """
        asked = request if request.contexts else request.model_copy(update={"contexts": None})
        refuse_unsupported(asked, self.capabilities, self.name)
        renderer = self._parts.renderer
        text = self._text(request)
        prompt = renderer.prompt_ids(text)
        wanted = [renderer.continuation_ids(text, one) for one in continuations]
        longest = max(map(len, wanted), default=0)
        try:
            self._check_room(len(prompt), longest)
        except Unfit as error:
            raise NotHeld(f"{self.name}: {error}") from None
        found: list[Likelihood] = await self._do(object(), 1, (prompt, wanted), self._score)
        return found

    async def set_documents(self, state: DocumentState) -> None:
        """Not for a language model, which has no documents."""
        raise NotImplementedError(f"{self.name} keeps no documents")

    async def aclose(self) -> None:
        """Give the weights back; what was asked and not yet answered fails. May be called twice."""
        weights, self._weights = self._weights, None
        for job in tuple(self._jobs):
            job.abandon()
        if weights is not None:
            # the last user waits for the thread to end
            await asyncio.to_thread(weights.give_back)

    async def _do(self, group: Any, limit: int, payload: Any, do: Any) -> Any:
        """Hand a job to the weights' thread and wait; a wait that is cut short abandons the job."""
        if self._weights is None:
            raise Closed(f"{self.name} was closed")
        job = Job(group, limit, payload, do)
        self._jobs.add(job)
        try:
            self._weights.worker.submit(job)
            return await asyncio.wrap_future(job.future)
        except asyncio.CancelledError:
            if self._weights is None and not _cancelled_from_outside():
                raise Closed(f"{self.name} was closed") from None
            raise
        finally:
            job.abandon()
            self._jobs.discard(job)

    def _generate(self, jobs: Sequence[Job]) -> list[tuple[Generated, float]]:
        """In the weights' thread: the answers of a batch, each with the time that the batch took."""
        rows = [replace(job.payload[0], abandoned=job.is_abandoned) for job in jobs]
        settings = jobs[0].payload[1]
        start = time.perf_counter()
        answers = generate(self._parts.loaded, rows, settings, self._parts.renderer.decode)
        total_s = time.perf_counter() - start
        return [(one, total_s) for one in answers]

    def _score(self, jobs: Sequence[Job]) -> list[list[Likelihood]]:
        (job,) = jobs
        prompt, continuations = job.payload
        return [score(self._parts.loaded, prompt, continuations, self._parts.batch_size)]

    def _text(self, request: Request) -> str:
        messages = self._parts.prompt.messages(request)
        # only a given rendering can still hold one: the system's own was refused when it was built
        return self._parts.renderer.text(messages if self._takes_system else without_system_role(messages))

    def _fitted(self, prompt: int) -> Settings:
        """The settings with no more new tokens than the context window has room for."""
        settings = self._parts.settings
        room = self._check_room(prompt, 1)
        return (
            settings if room is None else replace(settings, max_new_tokens=min(settings.max_new_tokens, room))
        )

    def _check_room(self, prompt: int, new: int) -> int | None:
        """How many tokens fit after the prompt (None: any number); Unfit where `new` do not."""
        loaded = self._parts.loaded
        if not prompt:
            raise Unfit("the prompt has no tokens")
        if loaded.window is None:
            return None
        held = prompt + loaded.virtual_tokens
        room = loaded.window - 1 if loaded.seq2seq else loaded.window - held
        if held > loaded.window or room < new:
            raise Unfit(
                f"the prompt has {prompt} tokens and does not fit, with {new} more, into the model's context "
                f"window of {loaded.window}"
            )
        return room

    def _response(self, prompt: Sequence[int], generated: Generated, total_s: float) -> Response:
        renderer = self._parts.renderer
        extras: dict[str, JsonValue] = {"finish_reason": generated.finish_reason, **self._ran_on}
        if generated.logprobs is not None:
            pairs = zip(generated.ids, generated.logprobs, strict=True)
            extras["logprobs"] = [{"token": renderer.token(one), "logprob": value} for one, value in pairs]
        # the space between a raw prompt and its answer belongs to neither
        text = generated.text if renderer.template is not None else generated.text.strip()
        return Response(
            text=text,
            usage=Usage(input_tokens=len(prompt), output_tokens=len(generated.ids)),
            timing=Timing(total_s=total_s),
            extras=extras,
        )


def _cancelled_from_outside() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
