"""The fairness check as a user meets it: real chat systems on a loopback server, real commands."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from command_line.driver import bakeoff
from command_line.worlds import number_of, reference, write_world
from loopback.openai_server import ChatServer

QUESTIONS = 40
GATE = {
    "candidate": "tuned",
    "checks": [{"metric": "exact_match", "not_worse_than": "parent", "margin": 0.1}],
}
SECRET = "sk-loopback-fair-1"
KEY = {"FAIR_KEY": SECRET}


def right(prompt: str) -> str:
    """What every model here answers."""
    return reference(number_of(prompt))


@pytest.fixture(scope="module")
def server() -> Iterator[ChatServer]:
    with ChatServer(reply=right) as running:
        yield running


def world(folder: Path, server: ChatServer, *, tuned: dict[str, Any], **keys: Any) -> Path:
    """A base model, one tuned from it, and a callable whose user states its decoding."""
    chat = {"adapter": "openai", "base_url": server.base_url, "api_key": "${FAIR_KEY}"}
    (folder / "own_bot.py").write_text("def answer(question):\n    return 'I do not know.'\n")
    systems = {
        "base": {**chat, "kind": "prompt", "model": "m-1", "max_tokens": 64},
        "tuned": {**chat, "kind": "fine_tuned", "parent": "base", "model": "ft:m-1", **tuned},
        "own": {
            "adapter": "python",
            "kind": "prompt",
            "target": "own_bot:answer",
            "traits": {"model": "m-1", "decoding": {"temperature": 0, "max_tokens": 64}},
        },
    }
    return write_world(folder, systems, questions=QUESTIONS, baseline="base", gate=GATE, **keys)


def done(folder: Path, *arguments: str, code: int = 0) -> str:
    """What a command printed; the exit code must be that one."""
    ended = bakeoff(*arguments, cwd=folder, **KEY)
    assert ended.returncode == code, ended.stdout + ended.stderr
    assert SECRET not in ended.stdout + ended.stderr
    return ended.stdout


@pytest.fixture(scope="module")
def unfair(tmp_path_factory: pytest.TempPathFactory, server: ChatServer) -> Path:
    """A run in which the tuned model may answer at half the length."""
    folder = tmp_path_factory.mktemp("unfair")
    world(folder, server, tuned={"max_tokens": 32})
    done(folder, "run", "--quiet")
    return folder


VOID = "decoding: max_tokens 32 against max_tokens 64 (one was made from the other)"


def test_the_table_begins_with_what_else_differs(unfair: Path) -> None:
    told, *more = done(unfair, "report").splitlines()
    assert told.startswith(f"• tuned against base: VOID by {VOID}"[:100])
    table = "\n".join(more)
    assert table.index("Not visible to the adapters: ") < table.index("exact_match")
    assert "⊘ void" in table
    markdown = done(unfair, "report", "--format", "markdown").splitlines()
    assert markdown[2].replace("\\", "") == f"- tuned against base: VOID by {VOID}; by design: model."
    assert markdown[3].startswith("- own against base: nothing else differs")


def test_json_holds_notes_and_marks(unfair: Path) -> None:
    found = json.loads(done(unfair, "report", "--format", "json"))
    assert ("tuned", "decoding", "voids") in {
        (note["system"], note["aspect"], note["level"]) for note in found["fairness"]
    }
    (row,) = (row for row in found["metrics"] if row["metric"] == "exact_match")
    marks = {one["system"]: (one["voided"], one["verdict"], one["note"]) for one in row["differences"]}
    assert marks["tuned"] == (True, "cannot tell", "void: another decoding")
    assert marks["own"] == (False, "worse", "")
    traits = {system["name"]: system["traits"] for system in found["systems"]}
    assert traits["own"]["decoding"] == {"temperature": 0, "max_tokens": 64}
    assert traits["own"]["code"]["of"] == "own_bot:answer"


def test_the_gate_cannot_tell_unless_it_is_allowed_to(unfair: Path) -> None:
    told = done(unfair, "gate", code=3)
    assert "void: another decoding than base has; mend that, or set allow_unfair" in told
    assert f"tuned against base: VOID by {VOID}" in told
    path = unfair / "bakeoff.yaml"
    written = path.read_text()
    config = json.loads(written)
    config["gate"]["allow_unfair"] = True
    path.write_text(json.dumps(config))
    try:
        assert f"VOID by {VOID}" in done(unfair, "gate")
    finally:
        path.write_text(written)


def test_the_same_decoding_is_fair(tmp_path: Path, server: ChatServer) -> None:
    world(tmp_path, server, tuned={"max_tokens": 64})
    told = done(tmp_path, "run", "--quiet")
    assert "VOID" not in told
    assert "void" not in told
    assert "nothing else differs that the adapters can see; by design: model" in told
    done(tmp_path, "gate")


def test_runs_are_compared_with_what_changed_between_them(tmp_path: Path, server: ChatServer) -> None:
    world(tmp_path, server, tuned={"max_tokens": 64})
    done(tmp_path, "run", "--quiet")
    world(tmp_path, server, tuned={"max_tokens": 16})
    done(tmp_path, "run", "--quiet", "--fresh")
    found = json.loads(done(tmp_path, "compare", "world-1", "world-2", "--format", "json"))
    seen = [(n["system"], n["aspect"], n["level"]) for n in found["fairness"] if n["level"] != "not visible"]
    assert seen == [("tuned@world-2", "decoding", "differs")]


def test_what_a_user_states_must_not_contradict_what_is_seen(tmp_path: Path, server: ChatServer) -> None:
    world(tmp_path, server, tuned={"traits": {"decoding": {"temperature": 1}}})
    ended = bakeoff("run", "--quiet", cwd=tmp_path, **KEY)
    assert ended.returncode == 2
    assert "states temperature as 1, but the adapter sees 0.0" in ended.stderr
    assert "systems.tuned.traits" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_value_of_the_environment_is_no_trait(tmp_path: Path, server: ChatServer) -> None:
    world(tmp_path, server, tuned={"traits": {"guardrails": "key ${FAIR_KEY}"}})
    done(tmp_path, "run", "--quiet")
    found = json.loads(done(tmp_path, "report", "--format", "json"))
    (tuned,) = (system for system in found["systems"] if system["name"] == "tuned")
    assert "guardrails" not in tuned["traits"]
    assert tuned["traits"]["model"] == "ft:m-1"
