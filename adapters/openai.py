"""Systems behind an OpenAI-compatible chat endpoint: base models, `ft:` models, LoRA names on vLLM."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, SecretStr

from bakeoff.adapters.capabilities import forbid, live_capabilities, refuse_unsupported, system_key
from bakeoff.adapters.chat_client import ChatClient
from bakeoff.adapters.chat_completion import Completion
from bakeoff.adapters.chat_endpoint import (
    OPENAI_URL,
    Endpoint,
    Garbled,
    Refused,
    check_base_url,
    check_key,
)
from bakeoff.adapters.chat_prompt import BARE, Example, Prompt, check_template, prompt_text
from bakeoff.adapters.chat_traits import endpoint, plain, prompt_traits
from bakeoff.adapters.credentials import without_credentials
from bakeoff.adapters.pricing import Price, Pricer, pricer
from bakeoff.evals.identity import digest
from bakeoff.evals.plugins import Plugin, Wiring
from bakeoff.evals.protocols import System
from bakeoff.evals.records import Capability, DocumentState, Failure, Request, Response

BaseUrl = Annotated[str, AfterValidator(check_base_url)]


class Options(BaseModel):
    """Options of the `openai` adapter.

    `system_prompt` is a text, or the path of a .txt or .md file relative to the config. `extra_body` is
    merged into every request. Options set to null are not sent.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: str = Field(min_length=1)
    base_url: BaseUrl = OPENAI_URL
    api_key: SecretStr | None = None
    system_prompt: str | None = None
    template: Annotated[str, AfterValidator(lambda text: check_template(text, "question"))] = BARE
    context_template: (
        Annotated[str, AfterValidator(lambda text: check_template(text, "question", "contexts"))] | None
    ) = None
    examples: tuple[Example, ...] = ()
    temperature: float | None = Field(default=0.0, ge=0)
    top_p: float | None = Field(default=None, gt=0, le=1)
    max_tokens: int | None = Field(default=None, gt=0)
    stop: str | tuple[str, ...] | None = None
    seed: int | None = None
    extra_body: Mapping[str, JsonValue] = Field(default_factory=dict)
    stream: bool = True
    price: Price | None = None

    def sampling(self) -> dict[str, Any]:
        """The parameters of every request, beside messages and model."""
        names = ("temperature", "top_p", "max_tokens", "stop", "seed")
        values = {name: getattr(self, name) for name in names}
        return {**{k: v for k, v in values.items() if v is not None}, **self.extra_body}


class ChatSystem:
    """A chat model as a system under test. It retrieves nothing; it takes contexts if its prompt does."""

    content_addressed = False

    def __init__(self, wiring: Wiring, prompt: Prompt, options: Options) -> None:
        self.name, self.kind, self.parent = wiring.name, wiring.kind, wiring.parent
        self.capabilities = capabilities(prompt, options, wiring)
        self.fingerprint = digest(
            {
                "adapter": "openai",
                "base_url": options.base_url,
                "model": options.model,
                "prompt": prompt.model_dump(mode="json"),
                "sampling": without_credentials(options.sampling()),
            }
        )
        self.traits = traits(prompt, options)
        self._prompt, self._sampling, self._streams = prompt, options.sampling(), options.stream
        where = system_key(wiring)
        key = check_key(options.api_key, options.base_url, where=where)
        self._client = ChatClient(Endpoint(options.base_url, options.model, key, where))
        self._cost: Pricer = pricer(options.model, options.base_url, options.price)

    async def answer(self, request: Request) -> Response:
        """One call, not repeated; only parameters that the model does not take are left out, and reported.

        Raises NotHeld for contexts that the prompt has no place for, TransportFailure, and InputError for a
        wrong key, address or model.
        """
        # without contexts a chat model is closed-book anyway, so () asks for nothing that it lacks
        asked = request if request.contexts else request.model_copy(update={"contexts": None})
        refuse_unsupported(asked, self.capabilities, self.name)
        body = {"messages": self._prompt.messages(request), **self._sampling}
        if request.seed is not None:
            body["seed"] = request.seed
        try:
            send = self._client.stream if self._streams else self._client.complete
            return self._response(await send(body))
        except Refused as refused:
            return Response(error=Failure(kind="error", message=str(refused)))
        except Garbled as garbled:
            return Response(error=Failure(kind="malformed", message=str(garbled)))

    async def set_documents(self, state: DocumentState) -> None:
        """Not for a chat model, which has no documents."""
        raise NotImplementedError(f"{self.name} keeps no documents")

    async def aclose(self) -> None:
        await self._client.aclose()

    def _response(self, completion: Completion) -> Response:
        usage = completion.usage.model_copy(update={"cost_usd": self._cost(completion.usage)})
        shared: dict[str, Any] = {"usage": usage, "timing": completion.timing, "extras": extras(completion)}
        if completion.finish_reason == "content_filter":
            message = "the provider's content filter withheld the answer"
            return Response(error=Failure(kind="error", message=message), **shared)
        if completion.refusal is not None:
            return Response(text=completion.refusal, abstained=True, **shared)
        return Response(text=completion.text, **shared)


def capabilities(prompt: Prompt, options: Options, wiring: Wiring) -> frozenset[Capability]:
    """What a chat system can do, by its options; the config may state less, but not more."""
    able = {Capability.LIVE, Capability.ACCEPTS_RENDERING}
    if options.stream:
        able.add(Capability.STREAMS)
    if prompt.takes_contexts:
        able.add(Capability.ACCEPTS_CONTEXTS)
    stated = live_capabilities(wiring, able)
    why = f"with these options the openai adapter has only {', '.join(sorted(able))}"
    forbid(stated, set(Capability) - able, where=f"{system_key(wiring)}.capabilities", why=why)
    return stated


def traits(prompt: Prompt, options: Options) -> dict[str, JsonValue]:
    """What shows of the system here; the endpoint's chat template and weights do not."""
    sampling = {
        name: list(one) if isinstance(one, tuple) else one for name, one in options.sampling().items()
    }
    return {
        "model": options.model,
        "endpoint": endpoint(options.base_url),
        "decoding": plain(sampling),
        **prompt_traits(prompt),
    }


def extras(completion: Completion) -> dict[str, JsonValue]:
    """What served the answer, why it ended, and which parameters the model did not take."""
    found: dict[str, JsonValue] = {
        "finish_reason": completion.finish_reason,
        "model": completion.model,
        "system_fingerprint": completion.system_fingerprint,
    }
    if completion.dropped:
        found["dropped"] = list(completion.dropped)
    return {name: value for name, value in found.items() if value is not None}


def build(options: Options, wiring: Wiring) -> System:
    """The system that the options describe; InputError for an unreadable prompt or a missing key."""
    where = f"{system_key(wiring)}.system_prompt"
    prompt = Prompt(
        system_prompt=prompt_text(options.system_prompt, wiring.folder, where=where),
        template=options.template,
        context_template=options.context_template,
        examples=options.examples,
    )
    return ChatSystem(wiring, prompt, options)


PLUGIN: Plugin[System] = Plugin("openai", Options, build)
