"""The `http` adapter beyond the contract: what goes out, how replies and faults are sorted, no secrets."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from loopback import http_server as faults
from loopback.contract_cases import build
from loopback.http_server import AnswerServer, Fault, status

from bakeoff.adapters import http
from bakeoff.evals.conformance import check_system
from bakeoff.evals.errors import InputError, NotHeld, TransportFailure
from bakeoff.evals.protocols import System
from bakeoff.evals.records import Capability, Context, Kind, Request, Response, Turn

SECRET = "sk-3f9a-very-secret"


@pytest.fixture
def server() -> Iterator[AnswerServer]:
    with AnswerServer() as running:
        yield running


def make(url: str, **rest: Any) -> System:
    common = {"kind": rest.pop("kind", Kind.PROMPT)}
    for key in ("name", "capabilities"):
        if key in rest:
            common[key] = rest.pop(key)
    return build(http.PLUGIN, Path(), {"url": url, **rest}, **common)


def ask(system: System, question: str = "why?", **rest: Any) -> Response:
    async def once() -> Response:
        try:
            return await system.answer(Request(question=question, **rest))
        finally:
            await system.aclose()

    return asyncio.run(once())


def failure(response: Response) -> tuple[str, str]:
    assert response.error is not None
    return response.error.kind, response.error.message


TURNS = (Turn(role="user", content="first {question}"), Turn(role="assistant", content="second"))
CONTEXTS = (Context(text="ctx {seed}"), Context(text="more"))
TEMPLATE = {
    "messages": "{conversation}",
    "use": "{contexts}",
    "n": "{seed}",
    "text": "Q: {question}; seed {seed}; {other} {{}}",
    "joined": "C[{contexts}] H[{conversation}]",
    "settings": {"max_tokens": 256, "stream": False, "list": ["{question}", None, 1.5]},
}


def test_the_template_is_filled_and_braces_survive(server: AnswerServer) -> None:
    question = 'braces {contexts} {{x}} {0} \\ " \u2028 ünï'
    ask(make(server.url, request=TEMPLATE), question, conversation=TURNS, contexts=CONTEXTS, seed=7)
    assert server.requests[0].body == {
        "messages": [
            {"role": "user", "content": "first {question}"},
            {"role": "assistant", "content": "second"},
        ],
        "use": ["ctx {seed}", "more"],
        "n": 7,
        "text": f"Q: {question}; seed 7; {{other}} {{{{}}}}",
        "joined": "C[ctx {seed}\n\nmore] H[user: first {question}\nassistant: second]",
        "settings": {"max_tokens": 256, "stream": False, "list": [question, None, 1.5]},
    }


@pytest.mark.parametrize(("contexts", "sent"), [(None, None), ((), [])])
def test_own_retrieval_and_closed_book_are_told_apart(
    server: AnswerServer, contexts: tuple[Context, ...] | None, sent: list[str] | None
) -> None:
    system = make(server.url, request={"q": "{question}", "contexts": "{contexts}"})
    assert Capability.ACCEPTS_CONTEXTS in system.capabilities
    ask(system, contexts=contexts)
    assert server.requests[0].body == {"q": "why?", "contexts": sent}


def test_the_default_request_is_the_question_alone(server: AnswerServer) -> None:
    assert ask(make(server.url)).text == "You asked: why?"
    assert server.requests[0].body == {"question": "why?"}
    assert server.requests[0].method == "POST"


def test_get_sends_query_parameters(server: AnswerServer) -> None:
    template = {
        "question": "{question}",
        "c": "{contexts}",
        "seed": "{seed}",
        "h": "{conversation}",
        "k": True,
    }
    system = make(server.url + "?fixed=1", method="GET", request=template)
    ask(system, "a&b=ü\ud800", contexts=CONTEXTS, conversation=TURNS[:1])
    assert server.requests[0].body == {
        "fixed": "1",
        "question": "a&b=ü\ufffd",
        "c": ["ctx {seed}", "more"],
        "h": '{"role": "user", "content": "first {question}"}',
        "k": "true",
    }


def test_headers_are_sent_and_cookies_are_not_kept(server: AnswerServer) -> None:
    server.play(status(500, Set_Cookie="session=1"))
    system = make(server.url, headers={"Authorization": f"Bearer {SECRET}", "X-Model": "large"})

    async def twice() -> None:
        await system.answer(Request(question="1"))
        await system.answer(Request(question="2"))
        await system.aclose()

    asyncio.run(twice())
    first, second = server.requests
    assert (first.headers["Authorization"], first.headers["X-Model"]) == (f"Bearer {SECRET}", "large")
    assert "Cookie" not in second.headers


def test_one_session_keeps_its_connection(server: AnswerServer) -> None:
    system = make(server.url)

    async def five() -> None:
        for number in range(5):
            await system.answer(Request(question=str(number)))
        await system.aclose()

    asyncio.run(five())
    assert (len(server.requests), server.connections) == (5, 1)


def test_the_environments_proxy_is_not_used(server: AnswerServer, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert ask(make(server.url)).text == "You asked: why?"


@pytest.mark.parametrize(
    ("reply", "paths", "contexts"),
    [
        ({"c": ["a", "b"]}, "c", (Context(text="a"), Context(text="b"))),
        ({"c": []}, "c", ()),
        ({"c": [{"body": "a", "doc": 3}]}, "c[].{text: body, id: doc}", (Context(text="a", id="3"),)),
        (
            {"c": [{"context_text": "a", "context_id": "i", "rank": 1}]},
            "c",
            (Context(text="a", id="i", metadata={"rank": 1}),),
        ),
    ],
)
def test_contexts_in_their_shapes(reply: Any, paths: str, contexts: tuple[Context, ...]) -> None:
    with AnswerServer(lambda _: {"answer": "a", **reply}) as server:
        assert ask(make(server.url, kind=Kind.RAG, contexts=paths)).contexts == contexts


def test_a_bare_text_is_an_answer_too() -> None:
    with AnswerServer(lambda _: "just this") as server:
        assert ask(make(server.url, answer="@")).text == "just this"


@pytest.mark.parametrize(
    ("fault", "retry_after_s"),
    [
        (faults.TOO_MANY, None),
        (faults.too_many("7"), 7.0),
        (faults.too_many("soon"), None),
        (faults.unavailable("2"), 2.0),
        (faults.unavailable("Thu, 01 Jan 1970 00:00:00 GMT"), 0.0),
        (faults.DROP, None),
        (faults.TRUNCATED_BODY, None),
    ],
)
def test_a_broken_or_throttled_way_is_a_transport_failure(
    server: AnswerServer, fault: Fault, retry_after_s: float | None
) -> None:
    server.play(fault)
    with pytest.raises(TransportFailure) as caught:
        ask(make(server.url))
    assert caught.value.retry_after_s == retry_after_s
    assert len(server.requests) == 1  # adapters never ask again


def test_retry_after_as_a_date(server: AnswerServer) -> None:
    server.play(faults.too_many(format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)))
    with pytest.raises(TransportFailure) as caught:
        ask(make(server.url))
    assert 50 < (caught.value.retry_after_s or 0) <= 60


def test_a_refused_connection_is_a_transport_failure() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(TransportFailure, match=rf"no connection to http://127.0.0.1:{port}/a"):
        ask(make(f"http://127.0.0.1:{port}/a?api_key={SECRET}"))


def test_a_peer_that_does_not_speak_http_is_a_transport_failure() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def talk() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(b"SSH-2.0-OpenSSH\r\n\r\n")

        thread = threading.Thread(target=talk)
        thread.start()
        with pytest.raises(TransportFailure, match="broke"):
            ask(make(f"http://127.0.0.1:{listening.getsockname()[1]}/"))
        thread.join()


@pytest.mark.parametrize("code", [401, 403, 404, 407])
def test_what_only_the_config_can_mend_stops_the_run(server: AnswerServer, code: int) -> None:
    server.play(status(code, json.dumps({"error": f"bad key {SECRET}"})))
    with pytest.raises(InputError) as caught:
        ask(make(f"{server.url}?token={SECRET}", headers={"Authorization": f"Bearer {SECRET}"}))
    text = str(caught.value)
    assert f"HTTP {code}" in text
    assert server.url in text
    assert SECRET not in text
    assert "systems.candidate" in text


@pytest.mark.parametrize("code", [400, 405, 422, 500, 502, 503, 504])
def test_other_statuses_are_the_systems_failure(server: AnswerServer, code: int) -> None:
    server.play(status(code, '{"error": "too long"}'))
    kind, message = failure(ask(make(server.url)))
    assert (kind, f"HTTP {code}" in message, "too long" in message) == ("error", True, True)


@pytest.mark.parametrize("code", [301, 302, 307, 308])
def test_redirects_are_not_followed(server: AnswerServer, code: int) -> None:
    with AnswerServer() as elsewhere:
        server.play(status(code, "", Location=elsewhere.url))
        kind, message = failure(ask(make(server.url, headers={"Authorization": SECRET})))
        assert elsewhere.requests == []
    assert kind == "error"
    assert "redirect" in message


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (faults.TRUNCATED_JSON, "not JSON"),
        (faults.HTML, "Sign in, please"),
        (status(200, ""), "not JSON"),
        (status(200, '{"answer": NaN}'), "not JSON"),
        (status(200, "[" * 50_000), "not JSON"),
        (status(200, '{"reply": "x"}'), "answer is nothing"),
        (status(200, '{"answer": 12}'), "answer is a int"),
        (status(200, '{"answer": {"text": "x"}}'), "answer is a dict"),
        (status(200, "[1, 2]"), "answer is nothing"),
        (status(200, "null"), "answer is nothing"),
        (status(200, '{"answer": "a", "n": "12"}'), "input_tokens is a str"),
        (status(200, '{"answer": "a", "n": 1, "c": "one"}'), "contexts is a str"),
        (status(200, '{"answer": "a", "n": 1}'), "returned no contexts"),
    ],
)
def test_replies_without_an_answer_are_malformed(server: AnswerServer, fault: Fault, said: str) -> None:
    server.play(fault)
    system = make(server.url, kind=Kind.RAG, contexts="c", usage={"input_tokens": "n"})
    kind, message = failure(ask(system))
    assert kind == "malformed"
    assert said in message
    assert len(message) < 500


def test_an_expression_that_cannot_apply_is_malformed(server: AnswerServer) -> None:
    server.play(status(200, '{"answer": 3}'))
    kind, message = failure(ask(make(server.url, answer="join('', answer)")))
    assert kind == "malformed"
    assert "expression for answer" in message


def test_hostile_text_comes_through(server: AnswerServer) -> None:
    text = "a\x00b\ud800c {question} \u202e" + "x" * 300_000
    server.answer = lambda _: {"answer": text}
    assert ask(make(server.url)).text == text.replace("\ud800", "\ufffd")


def test_cancelling_closes_the_connection_and_the_next_answer_is_fresh(server: AnswerServer) -> None:
    server.play(faults.HANG)
    system = make(server.url)

    async def scenario() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await system.answer(Request(question="hangs"))
        assert (await system.answer(Request(question="next"))).text == "You asked: next"
        await system.aclose()

    asyncio.run(scenario())
    assert server.connections == 2


def test_no_secret_shows_anywhere(server: AnswerServer, caplog: pytest.LogCaptureFixture) -> None:
    def mirror(body: Any) -> Any:
        return {"echo": body, "seen": SECRET}

    server.answer = mirror
    template = {"question": "{question}", "api_key": SECRET}
    options = {"headers": {"X-Api-Key": SECRET}, "request": template}
    system = make(f"{server.url}?api_key={SECRET}", **options)
    with caplog.at_level(logging.DEBUG):
        kind, message = failure(ask(system))
    assert kind == "malformed"
    assert SECRET not in message + caplog.text + system.fingerprint + repr(system)
    parsed = http.HttpOptions.model_validate({"url": server.url, "headers": {"X-Api-Key": SECRET}})
    assert SECRET not in repr(parsed)


def test_the_fingerprint_sees_what_changes_answers() -> None:
    url = "http://127.0.0.1:1/ask"

    def fingerprint(url: str = url, **rest: Any) -> str:
        headers = {"Authorization": rest.pop("key", "k1"), "X-Model": rest.pop("model", "m1")}
        return make(url, headers=headers, **rest).fingerprint

    first = fingerprint()
    assert fingerprint(key="k2") == first  # a rotated key asks nobody again
    assert fingerprint(name="other") == first
    assert fingerprint(url=f"{url}?api_key=1") == fingerprint(url=f"{url}?api_key=2")
    others = [
        fingerprint(url="http://127.0.0.1:1/other"),
        fingerprint(url=f"{url}?top_k=1"),
        fingerprint(url=f"{url}?top_k=2"),
        fingerprint(model="m2"),
        fingerprint(answer="text"),
        fingerprint(method="GET"),
        fingerprint(request={"question": "{question}", "max_tokens": 5}),
        fingerprint(request={"question": "{question}", "max_tokens": 6}),
        fingerprint(contexts="c"),
        fingerprint(abstained="a"),
        fingerprint(usage={"cost_usd": "c"}),
        fingerprint(kind=Kind.FINE_TUNED),
        fingerprint(version="2"),
    ]
    assert len({first, *others}) == len(others) + 1


def test_capabilities_follow_the_expressions(server: AnswerServer) -> None:
    live = {Capability.LIVE}
    assert make(server.url).capabilities == live
    assert make(server.url, contexts="c", citations="d").capabilities == live | {
        Capability.RETRIEVES,
        Capability.CITES,
    }
    opted = make(server.url, kind=Kind.RAG, capabilities=frozenset({Capability.LIVE}))
    assert opted.capabilities == live


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"url": "localhost:8080/ask"}, "is no address"),
        ({"url": "ftp://host/ask"}, "is no address"),
        ({"url": "http://:80/"}, "is no address"),
        ({"url": "http://host:99999/"}, "is no address"),
        ({"url": "http://[::1/"}, "is no address"),
        ({"url": f"http://me:{SECRET}@host/"}, "user name or password"),
        ({"answer": "a..b"}, "no JMESPath expression"),
        ({"contexts": "c["}, "systems.candidate.contexts"),
        ({"usage": {"input_tokens": "a b"}}, "systems.candidate.usage.input_tokens"),
        ({"request": {"q": "{questoin}"}}, "never uses {question}"),
        ({"request": "{question}", "method": "GET"}, "GET needs a mapping"),
        ({"headers": {"X-A": "line\nbreak"}}, "control character"),
        ({"kind": Kind.RAG}, "nothing says where its contexts are"),
        ({"capabilities": frozenset({Capability.RETRIEVES})}, "`contexts` is not given"),
        ({"capabilities": frozenset({Capability.CITES})}, "`citations` is not given"),
        ({"capabilities": frozenset({Capability.ACCEPTS_CONTEXTS})}, "has no {contexts}"),
        ({"capabilities": frozenset({Capability.ACCEPTS_DOCUMENTS})}, "cannot offer it"),
    ],
)
def test_bad_options_say_what_is_wrong(options: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError) as caught:
        make(**{"url": "http://127.0.0.1:1/ask", **options})
    text = str(caught.value)
    assert said in text
    assert "systems.candidate" in text
    assert SECRET not in text
    assert "\n" not in text


def test_a_conversation_without_a_place_in_the_template_is_not_held(server: AnswerServer) -> None:
    with pytest.raises(NotHeld, match=r"no \{conversation\}"):
        ask(make(server.url), conversation=TURNS)
    assert server.requests == []


def test_messages_are_the_conversation_and_then_the_question(server: AnswerServer) -> None:
    ask(make(server.url, request={"messages": "{messages}", "as_text": "{messages}\n"}), conversation=TURNS)
    turns = [turn.model_dump() for turn in TURNS]
    sent = server.requests[0].body
    assert sent["messages"][:-1] == turns
    asked = sent["messages"][-1]
    assert asked["role"] == "user"
    assert sent["as_text"].splitlines()[-1] == f"user: {asked['content']}"


def test_false_claims_are_found_by_the_conformance_kit(server: AnswerServer) -> None:
    server.answer = lambda body: {"answer": str(body["q"]), "chunks": ["always this"]}
    options = {"request": {"q": "{question}", "c": "{contexts}"}, "contexts": "chunks"}
    with pytest.raises(AssertionError, match="closed-book: the response has contexts that were not given"):
        check_system(lambda: make(server.url, **options))
