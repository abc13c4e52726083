"""The `command` adapter beyond the contract: the protocol's corners, death, restarts, cleaning up."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from loopback.contract_cases import build

from bakeoff.adapters import command
from bakeoff.evals.errors import InputError
from bakeoff.evals.protocols import System
from bakeoff.evals.records import Capability, Context, Kind, Rendering, Request, Response, Turn

Scenario = Callable[[System], Awaitable[None]]


def make(folder: Path, source: str, **rest: Any) -> System:
    (folder / "bot.py").write_text(dedent(source))
    common = {"kind": rest.pop("kind", Kind.PROMPT)}
    if "capabilities" in rest:
        common["capabilities"] = rest.pop("capabilities")
    return build(command.PLUGIN, folder, {"command": [sys.executable, "bot.py"], **rest}, **common)


def play(system: System, scenario: Scenario) -> None:
    async def whole() -> None:
        try:
            await scenario(system)
        finally:
            await system.aclose()

    asyncio.run(whole())


def ask(system: System, question: str = "why?", **rest: Any) -> Response:
    responses = []

    async def scenario(system: System) -> None:
        responses.append(await system.answer(Request(question=question, **rest)))

    play(system, scenario)
    return responses[0]


def failure(response: Response) -> tuple[str, str]:
    assert response.error is not None
    return response.error.kind, response.error.message


ECHO = """
    import json, os, sys
    for line in sys.stdin:
        request = json.loads(line)
        id_ = request.pop("id")
        extras = {"pid": os.getpid()}
        print(json.dumps({"id": id_, "answer": json.dumps(request), "extras": extras}), flush=True)
"""

ACCEPTS = frozenset({Capability.ACCEPTS_CONTEXTS, Capability.ACCEPTS_RENDERING})


def test_the_request_line_holds_everything(tmp_path: Path) -> None:
    import json

    response = ask(
        make(tmp_path, ECHO, capabilities=ACCEPTS),
        'line\nbreak \u2028 "x" \ud800 {}',
        conversation=(Turn(role="user", content="before"),),
        contexts=(Context(text="c1"), Context(text="c2")),
        rendering=Rendering(mode="given", system_prompt="s", template="t {question}"),
        seed=3,
    )
    assert json.loads(response.text or "") == {
        "question": 'line\nbreak \u2028 "x" \ud800 {}',
        "conversation": [{"role": "user", "content": "before"}],
        "contexts": ["c1", "c2"],
        "rendering": {"mode": "given", "system_prompt": "s", "template": "t {question}"},
        "seed": 3,
    }


def test_it_runs_in_the_configs_folder_without_a_shell(tmp_path: Path) -> None:
    source = """
        import json, os, sys
        for line in sys.stdin:
            said = os.getcwd() + " " + sys.argv[1]
            print(json.dumps({"id": json.loads(line)["id"], "answer": said}), flush=True)
    """
    system = make(tmp_path, source, command=[sys.executable, "bot.py", "$HOME; *"])
    assert ask(system).text == f"{tmp_path.resolve()} $HOME; *"


def test_a_program_may_lie_in_the_folder(tmp_path: Path) -> None:
    script = tmp_path / "bin" / "bot"
    script.parent.mkdir()
    script.write_text(f"#!{sys.executable}\n{dedent(ECHO)}")
    script.chmod(0o755)
    system = build(command.PLUGIN, tmp_path, {"command": ["bin/bot"]}, kind=Kind.PROMPT)
    assert "why?" in (ask(system).text or "")


def test_answers_may_come_in_any_order(tmp_path: Path) -> None:
    source = """
        import json, sys
        waiting = []
        for line in sys.stdin:
            waiting.append(json.loads(line))
            if len(waiting) == 5:
                for request in reversed(waiting):
                    answer = {"id": request["id"], "answer": request["question"]}
                    print(json.dumps(answer), flush=True)
                waiting = []
    """

    async def scenario(system: System) -> None:
        asked = [system.answer(Request(question=f"q{n}")) for n in range(10)]
        assert [one.text for one in await asyncio.gather(*asked)] == [f"q{n}" for n in range(10)]

    play(make(tmp_path, source, concurrency=5), scenario)


def test_processes_share_the_questions(tmp_path: Path) -> None:
    source = ECHO.replace("id_ =", "import time; time.sleep(0.05); id_ =")

    async def scenario(system: System) -> None:
        responses = await asyncio.gather(*(system.answer(Request(question=str(n))) for n in range(9)))
        assert len({response.extras["pid"] for response in responses}) == 3

    play(make(tmp_path, source, processes=3), scenario)


def test_waiting_for_the_process_is_no_latency(tmp_path: Path) -> None:
    source = ECHO.replace("id_ =", "import time; time.sleep(0.05); id_ =")

    async def scenario(system: System) -> None:
        responses = await asyncio.gather(*(system.answer(Request(question=str(n))) for n in range(14)))
        later = responses[1:]  # the first one's time holds the start of the process
        assert max(response.timing.total_s or 9 for response in later) < 0.5  # the last one waits 0.65

    play(make(tmp_path, source), scenario)


def test_a_dead_process_fails_its_request_and_is_replaced(tmp_path: Path) -> None:
    source = """
        import json, os, sys
        for line in sys.stdin:
            request = json.loads(line)
            if request["question"] == "die":
                for n in range(2000):
                    print(f"Traceback line {n}", file=sys.stderr)
                print("ValueError: no such index", file=sys.stderr)
                sys.exit(7)
            if request["question"] == "kill":
                os.kill(os.getpid(), 9)
            print(json.dumps({"id": request["id"], "answer": str(os.getpid())}), flush=True)
    """

    async def scenario(system: System) -> None:
        first = await system.answer(Request(question="a"))
        kind, message = failure(await system.answer(Request(question="die")))
        assert kind == "error"
        assert "exit code 7" in message
        assert message.endswith("ValueError: no such index")
        assert len(message) < 500
        second = await system.answer(Request(question="b"))
        assert first.text != second.text
        assert "signal 9" in failure(await system.answer(Request(question="kill")))[1]
        assert (await system.answer(Request(question="c"))).error is None

    play(make(tmp_path, source), scenario)


def test_several_in_flight_all_learn_of_the_death(tmp_path: Path) -> None:
    source = "import sys, time\nfor n in range(3): sys.stdin.readline()\nsys.exit(4)"

    async def scenario(system: System) -> None:
        asked = [system.answer(Request(question=f"q{n}")) for n in range(3)]
        for response in await asyncio.gather(*asked):
            assert "exit code 4" in failure(response)[1]

    play(make(tmp_path, source, concurrency=3), scenario)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("Loading weights", "not JSON: 'Loading weights'"),
        ("", "not JSON"),
        ("[1]", "without the request's id"),
        ('{"answer": "x"}', "without the request's id"),
        ('{"id": 1, "answer": "x"}', "without the request's id"),
        ('{"id": "ID"}', "the answer is nothing"),
        ('{"id": "ID", "answr": "x"}', "unknown key 'answr'"),
        ('{"id": "ID", "answer": NaN}', "not JSON"),
        ("\xff\xfe", "not JSON"),
    ],
)
def test_a_line_that_is_no_answer_is_malformed(tmp_path: Path, line: str, said: str) -> None:
    written = line.encode("latin-1")
    source = f"""
        import json, sys
        for number, text in enumerate(sys.stdin):
            id_ = json.loads(text)["id"]
            fine = json.dumps({{"id": id_, "answer": "fine"}}).encode()
            reply = {written!r}.replace(b"ID", id_.encode()) if number == 0 else fine
            sys.stdout.buffer.write(reply + b"\\n")
            sys.stdout.flush()
    """

    async def scenario(system: System) -> None:
        kind, message = failure(await system.answer(Request(question="q")))
        assert kind == "malformed"
        assert said in message
        assert (await system.answer(Request(question="q"))).text == "fine"

    play(make(tmp_path, source), scenario)


def test_with_several_in_flight_a_stray_line_fails_all_and_restarts(tmp_path: Path) -> None:
    source = """
        import json, os, sys
        if not os.path.exists("seen"):
            open("seen", "w").close()
            for n in range(3): sys.stdin.readline()
            print("Warning: hot", flush=True)
        for line in sys.stdin:
            print(json.dumps({"id": json.loads(line)["id"], "answer": "fine"}), flush=True)
    """

    async def scenario(system: System) -> None:
        asked = [system.answer(Request(question=f"q{n}")) for n in range(3)]
        assert [failure(one)[0] for one in await asyncio.gather(*asked)] == ["malformed"] * 3
        assert (await system.answer(Request(question="q"))).text == "fine"

    play(make(tmp_path, source, concurrency=3), scenario)


def test_a_late_answer_reaches_nobody(tmp_path: Path) -> None:
    """The process ignores its end of input and answers late, with the id of the next request."""
    source = """
        import json, sys, time
        for line in sys.stdin:
            request = json.loads(line)
            time.sleep(0.4 if request["question"] == "slow" else 0)
            for id_ in (request["id"], str(int(request["id"]) + 1)):
                print(json.dumps({"id": id_, "answer": request["question"]}), flush=True)
    """

    async def scenario(system: System) -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await system.answer(Request(question="slow"))
        await asyncio.sleep(0.4)
        assert (await system.answer(Request(question="quick"))).text == "quick"

    play(make(tmp_path, source), scenario)


def test_cancelling_one_of_several_lets_the_others_finish(tmp_path: Path) -> None:
    source = """
        import json, sys, threading, time
        def work(request):
            time.sleep(3600 if request["question"] == "hang" else 0.3)
            print(json.dumps({"id": request["id"], "answer": request["question"]}), flush=True)
        for line in sys.stdin:
            threading.Thread(target=work, args=[json.loads(line)], daemon=True).start()
    """

    async def scenario(system: System) -> None:
        hanging = asyncio.create_task(system.answer(Request(question="hang")))
        others = [asyncio.create_task(system.answer(Request(question=f"q{n}"))) for n in range(3)]
        await asyncio.sleep(0.1)
        hanging.cancel()
        assert [one.text for one in await asyncio.gather(*others)] == ["q0", "q1", "q2"]

    play(make(tmp_path, source, concurrency=4), scenario)


def test_closing_and_time_outs_leave_no_process_behind(tmp_path: Path) -> None:
    source = """
        import json, os, signal, subprocess, sys, time
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(3600)"])
        with open("pids", "a") as file:
            file.write(f"{os.getpid()} {child.pid} ")
        for line in sys.stdin:
            request = json.loads(line)
            if request["question"] == "hang":
                time.sleep(3600)
            print(json.dumps({"id": request["id"], "answer": "a"}), flush=True)
        time.sleep(3600)
    """

    async def scenario(system: System) -> None:
        await system.answer(Request(question="q"))
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await system.answer(Request(question="hang"))
        await system.answer(Request(question="q"))

    play(make(tmp_path, source), scenario)
    pids = [int(pid) for pid in (tmp_path / "pids").read_text().split()]
    assert len(pids) == 4
    deadline = time.monotonic() + 5
    while (alive := [pid for pid in pids if running(pid)]) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not alive


def running(pid: int) -> bool:
    """Whether a process runs; one that ended and waits to be collected by its parent does not."""
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False


def test_much_on_stderr_does_not_block(tmp_path: Path) -> None:
    source = ECHO.replace("id_ =", 'sys.stderr.write("x" * 1_000_000); id_ =')
    assert ask(make(tmp_path, source)).error is None


def test_long_lines_come_through(tmp_path: Path) -> None:
    question = "x" * 1_000_000
    assert question in (ask(make(tmp_path, ECHO), question).text or "")


def test_the_fingerprint_sees_what_changes_answers(tmp_path: Path) -> None:
    def fingerprint(source: str = ECHO, **rest: Any) -> str:
        return make(tmp_path, source, **rest).fingerprint

    first = fingerprint()
    assert fingerprint(processes=2, concurrency=3) == first
    others = [
        fingerprint(source=ECHO + "\n# changed"),
        fingerprint(command=[sys.executable, "bot.py", "--fast"]),
        fingerprint(kind=Kind.FINE_TUNED),
        fingerprint(version="2"),
    ]
    assert len({first, *others}) == 5


@pytest.mark.parametrize("program", ["no-such-program-here", "bin/none", "./bot.py"])
def test_a_missing_program_is_refused(tmp_path: Path, program: str) -> None:
    (tmp_path / "bot.py").write_text("not executable")
    with pytest.raises(InputError, match="there is no program") as caught:
        build(command.PLUGIN, tmp_path, {"command": [program]}, kind=Kind.PROMPT)
    assert "systems.candidate.command" in str(caught.value)


def test_a_program_that_cannot_start_is_the_configs_fault(tmp_path: Path) -> None:
    (tmp_path / "bot").write_bytes(b"\x00\x01 no program at all")
    (tmp_path / "bot").chmod(0o755)
    with pytest.raises(InputError, match="does not start"):
        ask(build(command.PLUGIN, tmp_path, {"command": ["./bot"]}, kind=Kind.PROMPT))


def test_documents_cannot_be_claimed(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot hand documents over"):
        make(tmp_path, ECHO, capabilities=frozenset({Capability.ACCEPTS_DOCUMENTS}))
