"""The openai adapter against a real server on loopback."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from loopback.chat_behaviour import Fault
from loopback.openai_server import ChatServer
from pydantic import ValidationError

from bakeoff.adapters.openai import PLUGIN, ChatSystem, Options
from bakeoff.evals.errors import InputError, NotHeld, TransportFailure
from bakeoff.evals.plugins import Wiring
from bakeoff.evals.protocols import Encoder, System
from bakeoff.evals.records import Capability, Context, Kind, Rendering, Request, Response, Turn

KEY = "sk-loopback-0123456789"


def no_encoder() -> Encoder:
    raise AssertionError("a chat system needs no encoder")


def system(server: ChatServer, folder: Path = Path(), **options: Any) -> System:
    wiring = Wiring(
        folder=folder,
        name="prompt",
        kind=Kind.PROMPT,
        capabilities=options.pop("stated", None),
        encoder=no_encoder,
    )
    values = {"model": "m-1", "base_url": server.base_url, **options}
    return PLUGIN.build(PLUGIN.options(**values), wiring)


async def using(made: System, work: Callable[[System], Awaitable[Any]]) -> Any:
    try:
        return await work(made)
    finally:
        await made.aclose()


def ask(
    server: ChatServer, *requests: Request | str, folder: Path = Path(), **options: Any
) -> list[Response]:
    """The answers of one new system to the requests, one after the other."""

    async def work(made: System) -> list[Response]:
        asked = [Request(question=r) if isinstance(r, str) else r for r in requests]
        return [await made.answer(request) for request in asked]

    answers: list[Response] = asyncio.run(using(system(server, folder, **options), work))
    return answers


def contents(server: ChatServer, index: int = -1) -> list[tuple[str, str]]:
    return [(message["role"], message["content"]) for message in server.bodies[index]["messages"]]


def error_kind(response: Response) -> str | None:
    return None if response.error is None else response.error.kind


# --- what is sent ---------------------------------------------------------------------------------


def test_a_bare_system_sends_the_question_alone_at_temperature_0() -> None:
    with ChatServer(reply=str.upper) as server:
        (answer,) = ask(server, "what is {this}?")
    assert answer.text == "WHAT IS {THIS}?"
    body = server.bodies[0]
    assert body["messages"] == [{"role": "user", "content": "what is {this}?"}]
    assert (body["model"], body["temperature"], body["stream"]) == ("m-1", 0.0, True)
    assert not body.keys() & {"top_p", "max_tokens", "stop", "seed"}


def test_all_sampling_options_and_the_extra_body_are_sent() -> None:
    wanted: dict[str, Any] = {"temperature": 0.5, "top_p": 0.9, "max_tokens": 33, "stop": ["END"], "seed": 4}
    with ChatServer() as server:
        ask(server, "q", **wanted, extra_body={"chat_template_kwargs": {"enable_thinking": False}})
    body = server.bodies[0]
    assert {name: body[name] for name in wanted} == wanted
    assert body["chat_template_kwargs"] == {"enable_thinking": False}


def test_the_requests_seed_wins_over_the_options() -> None:
    with ChatServer() as server:
        ask(server, Request(question="q", seed=9), Request(question="q"), seed=4)
    assert [body["seed"] for body in server.bodies] == [9, 4]


def test_system_prompt_examples_conversation_and_template_are_rendered_in_order(tmp_path: Path) -> None:
    (tmp_path / "base.txt").write_text("You help with {braces}.\n", encoding="utf-8")
    request = Request(
        question="And {question}?",
        conversation=(Turn(role="user", content="Hi"), Turn(role="assistant", content="Hello")),
    )
    with ChatServer() as server:
        ask(
            server,
            request,
            folder=tmp_path,
            system_prompt="base.txt",
            template='Answer as JSON {"a": 1}: {question}',
            examples=[{"question": "1+1?", "answer": "2"}],
        )
    assert contents(server) == [
        ("system", "You help with {braces}."),
        ("user", 'Answer as JSON {"a": 1}: 1+1?'),
        ("assistant", "2"),
        ("user", "Hi"),
        ("assistant", "Hello"),
        ("user", 'Answer as JSON {"a": 1}: And {question}?'),
    ]


def test_renderings_bare_and_given() -> None:
    own: dict[str, Any] = {
        "system_prompt": "Own.",
        "template": "Q: {question}",
        "examples": [{"question": "x", "answer": "y"}],
    }
    given = Rendering(mode="given", template="<{question}>")
    emptied = Rendering(mode="given", system_prompt="")
    with ChatServer() as server:
        ask(server, Request(question="q", rendering=Rendering(mode="none")), **own)
        ask(server, Request(question="q", rendering=given), Request(question="q", rendering=emptied), **own)
    assert contents(server, 0) == [("user", "q")]
    assert contents(server, 1) == [("system", "Own."), ("user", "<x>"), ("assistant", "y"), ("user", "<q>")]
    assert contents(server, 2) == [("user", "Q: x"), ("assistant", "y"), ("user", "Q: q")]


def test_contexts_go_where_the_prompt_has_a_place_for_them() -> None:
    request = Request(question="q {contexts}", contexts=(Context(text="A {question}"), Context(text="B")))
    closed = Request(question="q", contexts=())
    bare = Request(question="q", contexts=(Context(text="A"),), rendering=Rendering(mode="none"))
    with ChatServer() as server:
        ask(server, request, closed, template="[{contexts}] {question}")
        ask(
            server,
            request,
            closed,
            bare,
            template="Q: {question}",
            context_template="C: {contexts}|{question}",
        )
    assert [contents(server, index)[-1][1] for index in range(5)] == [
        "[A {question}\n\nB] q {contexts}",
        "[] q",
        "C: A {question}\n\nB|Q: q {contexts}",
        "Q: q",
        "A\n\nq",
    ]


def test_contexts_without_a_place_are_not_held_and_not_ignored() -> None:
    with ChatServer() as server, pytest.raises(NotHeld, match="accepts_contexts"):
        ask(server, Request(question="q", contexts=(Context(text="A"),)))
    assert server.count == 0


def test_closed_book_is_what_a_chat_model_does_anyway() -> None:
    with ChatServer() as server:
        (answer,) = ask(server, Request(question="q", contexts=()))
    assert answer.text == "q"


def test_nothing_of_the_environment_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-another-provider")
    monkeypatch.setenv("OPENAI_ADMIN_KEY", "sk-admin")
    monkeypatch.setenv("OPENAI_ORG_ID", "org-secret")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "project-secret")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Secret: leaked")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with ChatServer() as server:
        (without,) = ask(server, "q")
        (keyed,) = ask(server, "q", api_key=f" {KEY}\n")
    assert (without.text, keyed.text) == ("q", "q")
    first, second = ({k.lower(): v for k, v in sent.items()} for sent in server.log.headers)
    assert "authorization" not in first
    assert second["authorization"] == f"Bearer {KEY}"
    assert not [v for v in first.values() if "secret" in v or "sk-" in v or "leaked" in v]


# --- what comes back ------------------------------------------------------------------------------


@pytest.mark.parametrize("stream", [True, False])
def test_answer_usage_cost_and_extras(stream: bool) -> None:
    usage = {
        "prompt_tokens": 1000,
        "completion_tokens": 200,
        "prompt_tokens_details": {"cached_tokens": 400},
        "completion_tokens_details": {"reasoning_tokens": 150},
    }
    price = {"input_per_mtok": 2.0, "output_per_mtok": 10.0, "cached_per_mtok": 0.5}
    with ChatServer(reply=lambda _: "two  words\n", usage=usage) as server:
        (answer,) = ask(server, "q", stream=stream, price=price)
    assert answer.text == "two  words\n"
    assert (answer.usage.input_tokens, answer.usage.output_tokens) == (1000, 200)
    assert (answer.usage.cached_tokens, answer.usage.reasoning_tokens) == (400, 150)
    assert answer.usage.cost_usd == pytest.approx((600 * 2 + 400 * 0.5 + 200 * 10) / 1e6)
    assert answer.extras == {"finish_reason": "stop", "model": "m-1"}
    assert answer.contexts is None
    assert answer.abstained is None


@pytest.mark.parametrize("stream", [True, False])
def test_a_server_that_sends_no_usage_costs_nobody_knows_what(stream: bool) -> None:
    with ChatServer(usage=None) as server:
        (answer,) = ask(server, "q", stream=stream, price={"input_per_mtok": 1, "output_per_mtok": 1})
    assert answer.usage.input_tokens is None
    assert answer.usage.cost_usd is None


def test_first_token_is_the_first_text_that_is_not_empty() -> None:
    # The chunks come 0.1 s apart: an empty one, three words, the reason, the usage, the end.
    with ChatServer(reply=lambda _: "one two three", token_s=0.1) as server:
        warm, answer = ask(server, "q", "q")
    assert warm.text == answer.text == "one two three"
    assert answer.timing.first_token_s is not None
    assert answer.timing.total_s is not None
    assert answer.timing.first_token_s >= 0.095
    assert answer.timing.total_s - answer.timing.first_token_s >= 0.45


def test_without_streaming_there_is_a_total_but_no_first_token() -> None:
    with ChatServer(latency_s=0.1) as server:
        (answer,) = ask(server, "q", stream=False)
    assert server.bodies[0].get("stream") is None
    assert answer.timing.first_token_s is None
    assert answer.timing.total_s is not None
    assert answer.timing.total_s >= 0.1


def test_line_separators_inside_a_streamed_text_survive() -> None:
    text = "a\u2028b\u0085c\x0bd \U0001f600 \r\n e"
    with ChatServer(reply=lambda _: text) as server:
        (answer,) = ask(server, "q")
    assert answer.text == text


@pytest.mark.parametrize("stream", [True, False])
def test_a_refusal_is_an_abstention(stream: bool) -> None:
    with ChatServer(refusal="I cannot help with that.") as server:
        (answer,) = ask(server, "q", stream=stream)
    assert (answer.text, answer.abstained) == ("I cannot help with that.", True)


@pytest.mark.parametrize("stream", [True, False])
def test_a_withheld_answer_is_the_systems_error(stream: bool) -> None:
    with ChatServer(finish_reason="content_filter") as server:
        (answer,) = ask(server, "q", stream=stream)
    assert error_kind(answer) == "error"
    assert answer.usage.output_tokens == 7


def test_an_empty_answer_is_an_answer() -> None:
    with ChatServer(reply=lambda _: "", finish_reason="length") as server:
        streamed, whole = ask(server, "q")[0], ask(server, "q", stream=False)[0]
    assert streamed.text == whole.text == ""
    assert streamed.extras["finish_reason"] == "length"
    assert streamed.timing.first_token_s is None


def test_answers_side_by_side_do_not_mix_and_streams_keep_their_connection() -> None:
    async def work(made: System) -> list[Response]:
        return await asyncio.gather(*(made.answer(Request(question=f"q{i}")) for i in range(64)))

    with ChatServer(reply=str.upper, latency_s=0.05) as server:
        answers = asyncio.run(using(system(server), work))
        assert server.log.peak_in_flight == 64
        server.log.peers.clear()
        server.token_s = 0.02  # also between the last event and the end of the stream
        ask(server, *["q"] * 5)
    assert [answer.text for answer in answers] == [f"Q{i}" for i in range(64)]
    assert len(server.log.peers) == 1


# --- parameters that a model does not take --------------------------------------------------------


def test_max_tokens_is_renamed_once_and_for_all() -> None:
    with ChatServer(refuses=frozenset({"max_tokens"})) as server:
        answers = ask(server, "a", "b", max_tokens=50)
    assert [answer.text for answer in answers] == ["a", "b"]
    assert [body.get("max_tokens") for body in server.bodies] == [50, None, None]
    assert [body.get("max_completion_tokens") for body in server.bodies] == [None, 50, 50]
    assert "dropped" not in answers[0].extras


def test_temperature_and_seed_are_dropped_and_reported() -> None:
    with ChatServer(refuses=frozenset({"temperature", "seed"})) as server:
        answers = ask(server, "a", "b", seed=3)
    assert [answer.text for answer in answers] == ["a", "b"]
    assert server.count == 4
    assert [answer.extras["dropped"] for answer in answers] == [["seed", "temperature"]] * 2


def test_a_server_without_stream_options_still_streams() -> None:
    with ChatServer(supports=frozenset()) as server:
        (answer,) = ask(server, "a")
    assert answer.text == "a"
    assert answer.timing.first_token_s is not None
    assert "dropped" not in answer.extras


def test_an_invalid_value_stays_an_error() -> None:
    bad = Fault(
        "status",
        400,
        message="'temperature' must be at most 2",
        code="decimal_above_max_value",
        param="temperature",
    )
    with ChatServer(fault=bad) as server:
        (answer,) = ask(server, "a", temperature=3)
    assert error_kind(answer) == "error"
    assert server.count == 1


def test_both_names_refused_ends_as_an_error() -> None:
    with ChatServer(refuses=frozenset({"max_tokens", "max_completion_tokens"})) as server:
        (answer,) = ask(server, "a", max_tokens=5)
    assert error_kind(answer) == "error"
    assert server.count == 2


# --- failures -------------------------------------------------------------------------------------


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault("status", 400, message="context length exceeded"), "error"),
        (Fault("status", 413), "error"),
        (Fault("status", 500), "error"),
        (Fault("status", 502), "error"),
        (Fault("status", 503), "error"),
        (Fault("html"), "malformed"),
        (Fault("truncated"), "malformed"),
        (Fault("body", message=""), "malformed"),
        (Fault("body", message="[]"), "malformed"),
        (Fault("body", message='{"object": "list"}'), "malformed"),
        (Fault("body", message='{"choices": []}'), "malformed"),
        (Fault("body", message='{"choices": [{"message": {"content": 7}}]}'), "malformed"),
        (Fault("body", message='{"error": {"message": "upstream died", "code": 502}}'), "error"),
    ],
)
def test_the_systems_own_failures_are_responses(fault: Fault, kind: str, stream: bool) -> None:
    with ChatServer(fault=fault) as server:
        (answer,) = ask(server, "q", stream=stream)
    assert error_kind(answer) == kind
    assert answer.text is None
    assert server.count == 1


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize(
    ("fault", "wait_s"),
    [
        (Fault("status", 429, retry_after="7"), 7.0),
        (Fault("status", 429), None),
        (Fault("status", 503, retry_after="0.5"), 0.5),
        (Fault("status", 429, retry_after="Wed, 21 Oct 2015 07:28:00 GMT"), 0.0),
        (Fault("status", 429, retry_after="soon"), None),
        (Fault("drop"), None),
        (Fault("cut"), None),
    ],
)
def test_a_broken_or_throttled_way_is_a_transport_failure(
    fault: Fault, wait_s: float | None, stream: bool
) -> None:
    with ChatServer(fault=fault) as server, pytest.raises(TransportFailure) as failure:
        ask(server, "q", stream=stream, api_key=KEY)
    assert failure.value.retry_after_s == wait_s
    assert KEY not in str(failure.value)
    assert server.count == 1


def test_a_stream_that_ends_before_the_answer_does_is_no_answer() -> None:
    with ChatServer(fault=Fault("end")) as server, pytest.raises(TransportFailure, match="middle"):
        ask(server, "q")


def test_nobody_listening_is_a_transport_failure() -> None:
    with ChatServer() as server:
        gone = server.base_url
    with ChatServer() as other, pytest.raises(TransportFailure, match=gone):
        ask(other, "q", base_url=gone)


def test_the_caller_bounds_the_time_and_the_system_works_on() -> None:
    async def work(made: System) -> str | None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await made.answer(Request(question="q"))
        return (await made.answer(Request(question="again"))).text

    with ChatServer() as server:
        server.faults.append(Fault("hang"))
        assert asyncio.run(using(system(server), work)) == "again"


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"api_key": "sk-right"}, ["API key", "api_key"]),
        ({"models": frozenset({"m-2"})}, ["does not exist", "check model"]),
        ({"fault": Fault("status", 403, message="no access")}, ["no access"]),
        ({"fault": Fault("status", 308)}, ["redirects"]),
    ],
)
def test_the_users_mistakes_are_told_without_the_key(
    settings: dict[str, Any], told: list[str], stream: bool
) -> None:
    with ChatServer(**settings) as server, pytest.raises(InputError) as caught:
        ask(server, "q", stream=stream, api_key=KEY)
    text = str(caught.value)
    assert all(words in text for words in (*told, "m-1", server.base_url, "systems.prompt"))
    assert KEY not in text
    assert "\n" not in text


@pytest.mark.parametrize("stream", [True, False])
def test_a_redirect_is_not_followed_to_an_address_that_nobody_named(stream: bool) -> None:
    with ChatServer() as other, ChatServer() as server:
        server.fault = Fault("status", 307, location=f"{other.base_url}/chat/completions")
        with pytest.raises(InputError, match=other.base_url):
            ask(server, "q", stream=stream)
    assert other.count == 0


def test_a_wrong_path_says_where_base_url_usually_ends() -> None:
    with ChatServer() as server, pytest.raises(InputError, match="/v1"):
        ask(server, "q", base_url=server.base_url.removesuffix("/v1"))


# --- identity and options -------------------------------------------------------------------------


def fingerprint(folder: Path = Path(), **options: Any) -> str:
    with_url = {"model": "m", "base_url": "http://127.0.0.1:1/v1", **options}
    wiring = Wiring(folder=folder, name="x", encoder=no_encoder)
    return PLUGIN.build(Options(**with_url), wiring).fingerprint


def test_the_fingerprint_covers_what_changes_an_answer(tmp_path: Path) -> None:
    (tmp_path / "p.md").write_text("one")
    before = fingerprint(tmp_path, system_prompt="p.md")
    (tmp_path / "p.md").write_text("two")
    changed: list[dict[str, Any]] = [
        {"model": "m2"},
        {"base_url": "http://127.0.0.1:2/v1"},
        {"system_prompt": "s"},
        {"template": "{question}!"},
        {"context_template": "{contexts}{question}"},
        {"examples": [{"question": "a", "answer": "b"}]},
        {"temperature": 1},
        {"temperature": None},
        {"top_p": 0.5},
        {"max_tokens": 9},
        {"stop": "x"},
        {"seed": 1},
        {"extra_body": {"a": 1}},
    ]
    prints = [fingerprint(), before, fingerprint(tmp_path, system_prompt="p.md")]
    prints += [fingerprint(**options) for options in changed]
    assert len(set(prints)) == len(prints)
    assert fingerprint(tmp_path, system_prompt="p.md") == fingerprint(system_prompt="two")


def test_the_fingerprint_leaves_out_what_does_not() -> None:
    price = {"input_per_mtok": 1, "output_per_mtok": 1}
    for neutral in (
        {"api_key": KEY},
        {"stream": False},
        {"price": price},
        {"base_url": "http://127.0.0.1:1/v1/"},
    ):
        assert fingerprint(**neutral) == fingerprint()


def test_the_key_is_in_no_representation() -> None:
    options = Options(model="m", api_key=KEY, base_url="http://127.0.0.1:1/v1")
    made = PLUGIN.build(options, Wiring(folder=Path(), name="x", encoder=no_encoder))
    assert isinstance(made, ChatSystem)
    shown = (
        repr(options),
        str(options),
        repr(made),
        repr(vars(made)),
        repr(vars(made._client)),
        options.model_dump_json(),
    )
    assert not [text for text in shown if KEY in text]


def test_capabilities_follow_the_options() -> None:
    live = {Capability.LIVE, Capability.ACCEPTS_RENDERING}
    with ChatServer() as server:
        assert system(server).capabilities == live | {Capability.STREAMS}
        assert system(server, stream=False).capabilities == live
        for key in ("template", "context_template"):
            options: dict[str, Any] = {key: "{contexts}{question}"}
            assert Capability.ACCEPTS_CONTEXTS in system(server, **options).capabilities
        stated = frozenset({Capability.LIVE})
        assert system(server, stated=stated).capabilities == stated
        with pytest.raises(InputError, match="retrieves"):
            system(server, stated=frozenset({Capability.RETRIEVES}))


@pytest.mark.parametrize(
    "wrong",
    [
        {"model": ""},
        {"base_url": "127.0.0.1:8000"},
        {"base_url": "ftp://host/v1"},
        {"base_url": "http://user:pass@host/v1"},
        {"base_url": "http://host/v1/chat/completions"},
        {"template": "no place"},
        {"context_template": "{question} only"},
        {"temperature": -1},
        {"max_tokens": 0},
        {"price": {"input_per_mtok": 1}},
        {"price": {"input_per_mtok": -1, "output_per_mtok": 1}},
        {"price": {"input_per_mtok": float("nan"), "output_per_mtok": 1}},
        {"prompt": "unknown key"},
    ],
)
def test_wrong_options_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Options(**{"model": "m", **wrong})


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({}, "api_key is missing"),
        ({"api_key": ""}, "api_key is missing"),
        ({"api_key": "sk-with space"}, "characters"),
        ({"api_key": "sk-ключ"}, "characters"),
        ({"api_key": KEY, "system_prompt": "absent.txt"}, "absent.txt"),
    ],
)
def test_what_only_shows_when_built_is_one_sentence(
    options: dict[str, Any], told: str, tmp_path: Path
) -> None:
    wiring = Wiring(folder=tmp_path, name="x", encoder=no_encoder)
    with pytest.raises(InputError, match=told) as caught:
        PLUGIN.build(Options(model="m", **options), wiring)
    assert "systems.x" in str(caught.value)
    assert "sk-" not in str(caught.value)
