"""The adapters that take part in the contract test, each with a backend that plays the script.

To add one: write a function like those below that yields a `Bench`, and give it an entry in `CASES`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from textwrap import dedent
from typing import Any

from loopback import contract_script as script
from loopback.chat_behaviour import Fault
from loopback.http_server import BROKEN, DROP, HANG, HTML, AnswerServer
from loopback.openai_server import ChatServer

from bakeoff.adapters import command, http, openai, python, recorded
from bakeoff.evals.plugins import Plugin, Wiring
from bakeoff.evals.protocols import Encoder, System
from bakeoff.evals.records import Capability, Kind, Response, Usage

EVERYTHING = frozenset(
    {
        script.EMPTY,
        script.DECLINED,
        script.RETRIEVES_NOTHING,
        script.FOLLOW_UP,
        script.HANGS,
        script.FAILS,
        script.MALFORMED,
        script.BREAKS,
    }
)

SECRET = "contract-secret-93c1"


def nothing(_: str) -> None:
    """For backends that tell from the question what to do."""


@dataclass(frozen=True)
class Bench:
    """A backend at work. `make` builds the system anew; `prepare` is told which question comes next."""

    make: Callable[[], System]
    prepare: Callable[[str], None] = nothing


@dataclass(frozen=True)
class Case:
    """One adapter in one configuration. `plays` are the script's questions that its backend can play,
    `expected` is what it makes of golden question n (timing and extras are not compared)."""

    name: str
    open: Callable[[Path], AbstractContextManager[Bench]]
    plays: frozenset[str] = EVERYTHING
    expected: Callable[[int], Response] = script.expected


def no_encoder() -> Encoder:
    raise AssertionError("an adapter of the contract test needs no encoder")


def build(plugin: Plugin[Any], folder: Path, options: dict[str, Any], **common: Any) -> System:
    """A system as the assembly builds it from a config's options."""
    common = {"name": "candidate", "kind": Kind.RAG, "parent": "ancestor", **common}
    wiring = Wiring(folder=folder, encoder=no_encoder, **common)
    system: System = plugin.build(plugin.options.model_validate(options), wiring)
    return system


CLAIMS = frozenset({Capability.RETRIEVES, Capability.CITES})

_modules = count()

PYTHON_BOT = """
    import asyncio, time
    from loopback import contract_script as script
    from bakeoff.evals.errors import TransportFailure

    def said(question, conversation):
        if question == script.FAILS:
            raise RuntimeError("out of order")
        if question == script.BREAKS:
            raise TransportFailure("the line is dead")
        return 12 if question == script.MALFORMED else script.reply(question, conversation)

    def answer(question, conversation):
        if question == script.HANGS:
            time.sleep(3600)
        return said(question, conversation)

    async def answer_async(question, conversation):
        await asyncio.sleep(3600 if question == script.HANGS else 0.001)
        return said(question, conversation)
"""


def python_bench(function: str) -> Callable[[Path], AbstractContextManager[Bench]]:
    @contextmanager
    def bench(folder: Path) -> Iterator[Bench]:
        module = f"contract_bot_{next(_modules)}"
        (folder / f"{module}.py").write_text(dedent(PYTHON_BOT))
        options = {"target": f"{module}:{function}"}
        yield Bench(lambda: build(python.PLUGIN, folder, options, capabilities=CLAIMS))

    return bench


@contextmanager
def http_bench(folder: Path) -> Iterator[Bench]:
    """The reply nests its fields under other names, in another order, as real services do."""

    def served(body: Any) -> Any:
        if body["input"]["text"] == script.MALFORMED:
            return {"result": {"texts": ["no answer here"]}}
        reply = script.reply(body["input"]["text"], body["input"]["history"])
        return {
            "result": {"final": {"body": reply["answer"]}, "declined": reply.get("abstained")},
            "trace": {"passages": reply["contexts"], "sources": reply.get("citations")},
            "meter": reply.get("usage", {}),
        }

    options = {
        "headers": {"Authorization": f"Bearer {SECRET}"},
        "request": {"input": {"text": "{question}", "history": "{conversation}"}, "n": "{seed}"},
        "answer": "result.final.body",
        "contexts": "trace.passages",
        "citations": "trace.sources",
        "abstained": "result.declined",
        "usage": {name: f"meter.{name}" for name in script.golden(0)["usage"]},
    }
    with AnswerServer(served) as server:
        faults = {script.HANGS: HANG, script.FAILS: BROKEN, script.BREAKS: DROP}

        def prepare(question: str) -> None:
            if question in faults:
                server.play(faults[question])

        yield Bench(lambda: build(http.PLUGIN, folder, {**options, "url": server.url}), prepare)


@contextmanager
def get_bench(folder: Path) -> Iterator[Bench]:
    with AnswerServer(lambda body: script.reply(body["question"])) as server:
        server.play_for(script.MALFORMED, HTML)
        paths = {"contexts": "contexts", "citations": "citations", "abstained": "abstained"}
        usage = {name: f"usage.{name}" for name in script.golden(0)["usage"]}
        yield Bench(
            lambda: build(http.PLUGIN, folder, {"url": server.url, **paths, "usage": usage, "method": "GET"})
        )


CHAT_FAULTS = {
    script.HANGS: Fault("hang"),
    script.FAILS: Fault("status", 500, message="out of order"),
    script.MALFORMED: Fault("html"),
    script.BREAKS: Fault("drop"),
}


def chat_usage(question: str) -> dict[str, Any] | None:
    """The golden usage in OpenAI's words."""
    if question not in script.GOLDEN:
        return None
    usage = script.reply(question)["usage"]
    return {
        "prompt_tokens": usage["input_tokens"],
        "completion_tokens": usage["output_tokens"],
        "prompt_tokens_details": {"cached_tokens": usage["cached_tokens"]},
        "completion_tokens_details": {"reasoning_tokens": usage["reasoning_tokens"]},
    }


def chat_expected(number: int) -> Response:
    """A chat model neither retrieves nor cites; all input is cached, at $0.50 per million, output at $2."""
    tokens = {
        "input_tokens": 10_000,
        "output_tokens": 20_000,
        "reasoning_tokens": 30_000,
        "cached_tokens": 40_000,
    }
    usage = {name: thousands + number for name, thousands in tokens.items()}
    cost_usd = ((10_000 + number) * 0.5 + (20_000 + number) * 2.0) / 1_000_000
    return Response(text=f"Fact {number} is {1_000 + number}.", usage=Usage(**usage, cost_usd=cost_usd))


def openai_bench(**options: Any) -> Callable[[Path], AbstractContextManager[Bench]]:
    def said(messages: list[dict[str, str]]) -> str:
        text: str = script.reply(messages[-1]["content"], messages[:-1])["answer"]
        return text

    @contextmanager
    def bench(folder: Path) -> Iterator[Bench]:
        with ChatServer(chat_reply=said, usage=chat_usage) as server:

            def prepare(question: str) -> None:
                server.refusal = "I would rather not." if question == script.DECLINED else None
                if question in CHAT_FAULTS:
                    server.faults.append(CHAT_FAULTS[question])

            price = {"input_per_mtok": 1.0, "output_per_mtok": 2.0, "cached_per_mtok": 0.5}
            chosen = {"model": "m", "base_url": server.base_url, "api_key": SECRET, "price": price, **options}
            yield Bench(lambda: build(openai.PLUGIN, folder, chosen), prepare)

    return bench


COMMAND_BOT = """
    import json, sys, time
    replies = json.load(open("replies.json"))
    for line in sys.stdin:
        request = json.loads(line)
        question = request["question"]
        if question == replies["hangs"]:
            time.sleep(3600)
        if question == replies["fails"]:
            print("out of order", file=sys.stderr, flush=True)
            sys.exit(3)
        if question == replies["malformed"]:
            print("Loading the model ...", flush=True)
            continue
        reply = replies["answers"].get(question)
        if reply is None:
            said = " / ".join(turn["content"] for turn in request["conversation"])
            reply = {"answer": "after " + said, "contexts": ["followed"]}
        print(json.dumps({"id": request["id"], **reply}), flush=True)
"""

ANSWERED = (*script.GOLDEN, script.EMPTY, script.DECLINED, script.RETRIEVES_NOTHING)


def command_bench(**options: Any) -> Callable[[Path], AbstractContextManager[Bench]]:
    @contextmanager
    def bench(folder: Path) -> Iterator[Bench]:
        (folder / "bot.py").write_text(dedent(COMMAND_BOT))
        replies = {
            "hangs": script.HANGS,
            "fails": script.FAILS,
            "malformed": script.MALFORMED,
            "answers": {question: script.reply(question) for question in ANSWERED},
        }
        (folder / "replies.json").write_text(json.dumps(replies))
        chosen = {"command": [sys.executable, "bot.py"], **options}
        yield Bench(lambda: build(command.PLUGIN, folder, chosen, capabilities=CLAIMS))

    return bench


@contextmanager
def recorded_bench(folder: Path) -> Iterator[Bench]:
    rows = [{"question": question, **_flat(script.reply(question))} for question in ANSWERED]
    turns = [turn.model_dump() for turn in script.CONVERSATION]
    followed = script.reply(script.FOLLOW_UP, turns)
    rows.append({"question": script.FOLLOW_UP, "conversation": turns, **followed})
    rows.append({"question": script.FAILS, "answer": None, "error": "out of order"})
    (folder / "log.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    yield Bench(lambda: build(recorded.PLUGIN, folder, {"path": "log.jsonl"}))


def _flat(reply: dict[str, Any]) -> dict[str, Any]:
    return {**{key: value for key, value in reply.items() if key != "usage"}, **reply.get("usage", {})}


CASES = [
    Case("python, sync", python_bench("answer")),
    Case("python, async", python_bench("answer_async")),
    Case("http", http_bench),
    Case(
        "http, GET",
        get_bench,
        plays=frozenset({script.EMPTY, script.DECLINED, script.RETRIEVES_NOTHING, script.MALFORMED}),
    ),
    Case("openai", openai_bench(), EVERYTHING - {script.RETRIEVES_NOTHING}, chat_expected),
    Case("openai, whole", openai_bench(stream=False), EVERYTHING - {script.RETRIEVES_NOTHING}, chat_expected),
    Case("command", command_bench(), plays=EVERYTHING - {script.BREAKS}),
    Case("command, three processes", command_bench(processes=3), plays=EVERYTHING - {script.BREAKS}),
    Case("command, in flight", command_bench(concurrency=8), plays=EVERYTHING - {script.BREAKS}),
    Case("recorded", recorded_bench, plays=EVERYTHING - {script.BREAKS, script.HANGS, script.MALFORMED}),
]
