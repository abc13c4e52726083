"""The `python` adapter beyond the contract: targets, parameters, factories, claims, threads."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from loopback.contract_cases import build

from bakeoff.adapters import python
from bakeoff.evals.conformance import check_system
from bakeoff.evals.errors import InputError, NotHeld, TransportFailure
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
    Turn,
)

_names = count()

Make = Callable[..., System]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Build a system from source text and the name in it."""

    def built(source: str, name: str = "answer", **rest: Any) -> System:
        module = f"python_adapter_bot_{next(_names)}"
        (tmp_path / f"{module}.py").write_text(dedent(source))
        options: dict[str, Any] = {
            key: rest.pop(key) for key in ("arguments", "concurrency", "version") if key in rest
        }
        common = {"kind": Kind.PROMPT, **rest}
        return build(python.PLUGIN, tmp_path, {**options, "target": f"{module}:{name}"}, **common)

    return built


def ask(system: System, question: str = "q", **rest: Any) -> Response:
    async def once() -> Response:
        try:
            return await system.answer(Request(question=question, **rest))
        finally:
            await system.aclose()

    return asyncio.run(once())


REPORTING = """
    import json
    def answer(q, conversation, contexts, rendering, documents, seed, request):
        return json.dumps([q, conversation, contexts, rendering, documents, seed, request.question])
"""

ACCEPTS = frozenset({Capability.ACCEPTS_CONTEXTS, Capability.ACCEPTS_RENDERING})


def test_parameters_are_passed_by_name_as_plain_data(make: Make) -> None:
    import json

    response = ask(
        make(REPORTING, capabilities=ACCEPTS),
        "why?",
        conversation=(Turn(role="user", content="before"),),
        contexts=(Context(text="c1", id="i1"), Context(text="c2")),
        rendering=Rendering(mode="given", system_prompt="sp", template="t {question}"),
        seed=41,
    )
    assert json.loads(response.text or "") == [
        "why?",
        [{"role": "user", "content": "before"}],
        ["c1", "c2"],
        {"mode": "given", "system_prompt": "sp", "template": "t {question}"},
        None,
        41,
        "why?",
    ]
    assert response.contexts == (Context(text="c1", id="i1"), Context(text="c2"))


@pytest.mark.parametrize(
    "signature",
    ["question", "text", "*parts", "*, question", "seed, question", "text, /", "text, **rest", "text, k=3"],
)
def test_the_question_finds_its_place(make: Make, signature: str) -> None:
    names = {"*parts": "parts[0]"}
    variable = names.get(signature, "question" if "question" in signature else "text")
    assert ask(make(f"def answer({signature}): return {variable}"), "why?").text == "why?"


def test_a_target_may_take_the_request_alone(make: Make) -> None:
    assert ask(make("def answer(request): return request.question"), "why?").text == "why?"


def test_an_awaitable_from_a_sync_target_is_awaited(make: Make) -> None:
    source = """
        async def later(text): return text + "!"
        answer = lambda question: later(question)
    """
    assert ask(make(source)).text == "q!"


def test_closed_book_and_own_retrieval_differ(make: Make) -> None:
    source = "def answer(question, contexts=None): return repr(contexts)"
    claims = frozenset({Capability.ACCEPTS_CONTEXTS})
    assert ask(make(source, capabilities=claims)).text == "None"
    assert ask(make(source, capabilities=claims), contexts=()).text == "[]"


def test_capabilities_follow_the_kind_unless_stated(make: Make) -> None:
    source = "def answer(question): return question"
    assert make(source).capabilities == {Capability.LIVE}
    assert make(source, kind=Kind.HYBRID).capabilities == {Capability.LIVE, Capability.RETRIEVES}
    assert make(source, kind=Kind.RAG, capabilities=frozenset()).capabilities == {Capability.LIVE}


@pytest.mark.parametrize(
    ("capability", "said"),
    [
        (Capability.ACCEPTS_CONTEXTS, "no parameter 'contexts'"),
        (Capability.ACCEPTS_RENDERING, "no parameter 'rendering'"),
        (Capability.ACCEPTS_DOCUMENTS, "no method set_documents"),
    ],
)
def test_claims_that_the_target_cannot_keep_are_refused(
    make: Make, capability: Capability, said: str
) -> None:
    with pytest.raises(InputError, match=said):
        make("def answer(question): return question", capabilities=frozenset({capability}))


def test_a_retrieving_system_that_returns_only_text_is_told_so(make: Make) -> None:
    response = ask(make("def answer(question): return question", kind=Kind.RAG))
    assert response.error is not None
    assert response.error.kind == "malformed"
    assert "returned no contexts" in response.error.message


def test_a_conversation_that_the_target_does_not_take_is_not_held(make: Make) -> None:
    with pytest.raises(NotHeld, match="takes no 'conversation'"):
        ask(make("def answer(question): return question"), conversation=(Turn(role="user", content="a"),))


@pytest.mark.parametrize(
    ("raised", "kind", "message"),
    [
        ("ValueError('bad index')", "error", "ValueError: bad index"),
        ("KeyError('k')", "error", "KeyError: 'k'"),
        ("RuntimeError()", "error", "RuntimeError"),
        ("SystemExit(3)", "error", "SystemExit: 3"),
        ("StopIteration(5)", "error", "StopIteration"),
        ("asyncio.CancelledError()", "error", "CancelledError"),
        ("TimeoutError('index asleep')", "time_out", "TimeoutError: index asleep"),
    ],
)
@pytest.mark.parametrize("kind_of_function", ["def", "async def"])
def test_what_the_code_raises_is_its_own_failure(
    make: Make, raised: str, kind: str, message: str, kind_of_function: str
) -> None:
    response = ask(make(f"import asyncio\n{kind_of_function} answer(question): raise {raised}"))
    assert response.error is not None
    assert response.error.kind == kind
    assert message in response.error.message


def test_bakeoffs_own_signals_pass(make: Make) -> None:
    source = """
        from bakeoff.evals.errors import TransportFailure
        def answer(question): raise TransportFailure("throttled", retry_after_s=2.5)
    """
    with pytest.raises(TransportFailure) as caught:
        ask(make(source))
    assert caught.value.retry_after_s == 2.5


FACTORY = """
    closed = []
    class Bot:
        def __init__(self, greeting, times=1):
            self.greeting, self.times, self.texts = greeting, times, []
        async def answer(self, question):
            return self.greeting * self.times + " " + question + " " + ",".join(self.texts)
        def set_documents(self, documents):
            self.texts = [f"{d['id']}:{d['text']}" for d in documents]
        async def aclose(self):
            closed.append(self.greeting)
    def make_function(greeting):
        return lambda question: greeting + question
    def make_number(greeting):
        return 5
    def fails(greeting):
        raise OSError("no model at " + greeting)
    async def make_later(greeting):
        return lambda question: question
"""


def test_a_factory_makes_an_object_that_is_closed_once(make: Make) -> None:
    system = make(FACTORY, "Bot", arguments={"greeting": "ho", "times": 2})
    module = sys.modules[type(system._owner).__module__]  # type: ignore[attr-defined]  # which one it was
    assert ask(system).text == "hoho q "
    asyncio.run(system.aclose())
    assert module.closed == ["ho"]


def test_a_factory_makes_a_function(make: Make) -> None:
    assert ask(make(FACTORY, "make_function", arguments={"greeting": "ho "})).text == "ho q"


def test_documents_reach_the_object_and_the_request_must_be_for_them(make: Make) -> None:
    claims = frozenset({Capability.ACCEPTS_DOCUMENTS})
    system = make(FACTORY, "Bot", arguments={"greeting": "ho"}, capabilities=claims)
    state = DocumentState(documents=(Document(id="d1", text="t1"), Document(id="d2", text="t2")))

    async def scenario() -> None:
        await system.set_documents(state)
        response = await system.answer(Request(question="q", documents=state.fingerprint))
        assert response.text == "ho q d1:t1,d2:t2"
        with pytest.raises(RuntimeError, match="another document state"):
            await system.answer(Request(question="q"))

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("name", "rest", "said"),
    [
        ("answr", {}, "has no 'answr'.*it has: Bot"),
        ("Bot", {}, "is a class.*arguments"),
        ("closed", {}, "neither callable nor with a method answer"),
        ("closed", {"arguments": {}}, "no sync factory"),
        ("make_later", {"arguments": {"greeting": "a"}}, "no sync factory"),
        ("make_number", {"arguments": {"greeting": "a"}}, "returned is a int"),
        ("fails", {"arguments": {"greeting": "a"}}, "fails with OSError: no model at a"),
        ("Bot", {"arguments": {"salute": "a"}}, "fails with TypeError"),
    ],
)
def test_bad_targets_say_what_is_wrong(make: Make, name: str, rest: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        make(FACTORY, name, **rest)
    assert "systems.candidate.target" in str(caught.value)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("def answer(): return 'a'", "takes no question"),
        ("def answer(seed, contexts): return 'a'", "takes no question"),
        ("def answer(question, index, k): return 'a'", "needs 'index', 'k'"),
        ("def answer(question, *, k): return 'a'", "needs 'k'"),
        ("import no_such_library_here", "needs 'no_such_library_here', which is not installed"),
        ("answer = 1 / 0", "fails with ZeroDivisionError"),
        ("def answer(question) return 1", "fails with SyntaxError"),
    ],
)
def test_bad_sources_say_what_is_wrong(make: Make, source: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        make(source)


@pytest.mark.parametrize("target", ["bot", "bot:", ":answer", "bot.py:answer()", "a b:c", "../bot:answer"])
def test_targets_of_another_form_are_refused(tmp_path: Path, target: str) -> None:
    with pytest.raises(InputError, match="module:callable"):
        build(python.PLUGIN, tmp_path, {"target": target})


def test_a_missing_module_is_named_with_the_places_searched(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no module 'nowhere_to_be_found'") as caught:
        build(python.PLUGIN, tmp_path, {"target": "nowhere_to_be_found.bot:answer"})
    assert str(tmp_path) in str(caught.value)


def test_a_module_of_the_same_name_from_elsewhere_does_not_stand_in(tmp_path: Path) -> None:
    for folder, text in (("one", "first"), ("two", "second")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "namesake_bot.py").write_text(f"def answer(question): return {text!r}")
    options = {"target": "namesake_bot:answer"}
    build(python.PLUGIN, tmp_path / "one", options)
    with pytest.raises(InputError, match="already imported from"):
        build(python.PLUGIN, tmp_path / "two", options)


def test_the_fingerprint_sees_what_changes_answers(tmp_path: Path) -> None:
    source = tmp_path / "fingerprinted_bot.py"
    source.write_text("def make(k=1): return lambda question: question\nother = make")

    def fingerprint(**rest: Any) -> str:
        common = {"kind": rest.pop("kind", Kind.PROMPT), "name": rest.pop("name", "a")}
        options = {"target": "fingerprinted_bot:make", "arguments": {"k": 1}, **rest}
        return build(python.PLUGIN, tmp_path, options, **common).fingerprint

    first = fingerprint()
    assert fingerprint(name="b") == first
    assert fingerprint(concurrency=3) == first
    others = [
        fingerprint(arguments={"k": 2}),
        fingerprint(kind=Kind.FINE_TUNED),
        fingerprint(target="fingerprinted_bot:other"),
        fingerprint(version="2"),
    ]
    source.write_text(source.read_text() + "\n# changed")
    others.append(fingerprint())
    assert len({first, *others}) == 6


def test_concurrency_bounds_the_calls_and_waiting_is_no_latency(make: Make) -> None:
    source = """
        import threading, time
        lock, now, peak = threading.Lock(), 0, 0
        def answer(question):
            global now, peak
            with lock:
                now += 1
                peak = max(peak, now)
            time.sleep(0.05)
            with lock:
                now -= 1
            return str(peak)
    """
    system = make(source, concurrency=2)

    async def scenario() -> list[Response]:
        return await asyncio.gather(*(system.answer(Request(question=str(n))) for n in range(24)))

    responses = asyncio.run(scenario())
    assert max(int(response.text or 0) for response in responses) == 2
    assert max(response.timing.total_s or 9 for response in responses) < 0.4  # the last one waits 0.55


def test_hanging_threads_do_not_block_others_or_the_loops_end(make: Make) -> None:
    source = """
        import time
        def answer(question):
            time.sleep(9 if question == "hang" else 0)
            return question
    """
    system = make(source)

    async def scenario() -> None:
        hanging = [asyncio.create_task(system.answer(Request(question="hang"))) for _ in range(50)]
        await asyncio.sleep(0)
        assert (await system.answer(Request(question="go"))).text == "go"
        for task in hanging:
            task.cancel()
        await asyncio.gather(*hanging, return_exceptions=True)

    start = time.perf_counter()
    asyncio.run(scenario())
    assert time.perf_counter() - start < 5


def test_a_hanging_call_does_not_keep_the_process_alive(tmp_path: Path) -> None:
    (tmp_path / "hanging_bot.py").write_text("import time\ndef answer(question): time.sleep(3600)")
    program = f"""
        import asyncio
        from pathlib import Path
        from loopback.contract_cases import build
        from bakeoff.adapters import python
        from bakeoff.evals.records import Kind, Request
        async def main():
            folder = Path({str(tmp_path)!r})
            system = build(python.PLUGIN, folder, {{"target": "hanging_bot:answer"}}, kind=Kind.PROMPT)
            try:
                async with asyncio.timeout(0.2):
                    await system.answer(Request(question="q"))
            except TimeoutError:
                print("timed out")
        asyncio.run(main())
    """
    tests = Path(__file__).parents[1]
    path = f"{tests}:{tests.parent / 'src'}"
    done = subprocess.run(
        [sys.executable, "-c", dedent(program)],
        env={"PYTHONPATH": path, "PATH": ""},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (done.stdout, done.returncode) == ("timed out\n", 0), done.stderr


def test_false_claims_are_found_by_the_conformance_kit(make: Make) -> None:
    source = """
        def answer(question, contexts):
            return {"answer": question, "contexts": ["my own, whatever you say"]}
    """
    claims = frozenset({Capability.RETRIEVES, Capability.ACCEPTS_CONTEXTS})
    with pytest.raises(AssertionError, match="contexts that were not given"):
        check_system(lambda: make(source, capabilities=claims))
