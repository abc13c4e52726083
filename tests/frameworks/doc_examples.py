"""The examples of docs/frameworks.md, run as they stand there, a loopback server at their model's address."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from command_line import guard
from command_line.driver import python
from command_line.views import row, table
from command_line.worlds import CHEAP
from loopback.openai_server import ChatServer

PAGE = Path(__file__).resolve().parents[2] / "docs" / "frameworks.md"
ADDRESS = "http://127.0.0.1:8000/v1"
QUESTIONS = {
    "How long does the warranty of the kettle run?": "two years",
    "How long does the warranty of the lamp run?": "five years",
}

TRACED = {
    "LANGSMITH_TRACING": "true",
    "LANGCHAIN_TRACING_V2": "true",
    "LANGSMITH_API_KEY": "lsv2_pt_0123456789",
    "HAYSTACK_TELEMETRY_ENABLED": "True",
    "DSPY_CACHEDIR": "cache",
}
"""What a user's shell may hold: it must not start any telemetry."""


@dataclass(frozen=True)
class Example:
    """A framework's example: the module's name, its code, and the `systems` of its config."""

    module: str
    code: str
    systems: dict[str, Any]


def example(framework: str) -> Example:
    section = re.split(rf"^## {framework}$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1]
    code, config = (
        re.search(rf"```{language}\n(.*?)```", section, re.DOTALL) for language in ("python", "yaml")
    )
    assert code is not None
    assert config is not None
    module = code[1].splitlines()[0].removeprefix("# ").removesuffix(".py")
    return Example(module, code[1], yaml.safe_load(config[1])["systems"])


def write(found: Example, folder: Path, base_url: str) -> None:
    """The example in a folder, with two questions to ask."""
    assert ADDRESS in found.code
    (folder / f"{found.module}.py").write_text(found.code.replace(ADDRESS, base_url), encoding="utf-8")
    rows = [{"question": question, "reference": text} for question, text in QUESTIONS.items()]
    (folder / "questions.jsonl").write_text("".join(json.dumps(one) + "\n" for one in rows))
    config = {
        "name": "shop",
        "dataset": {"path": "questions.jsonl"},
        "systems": found.systems,
        "suites": [CHEAP],
    }
    (folder / "bakeoff.yaml").write_text(json.dumps(config))


def check_example(framework: str, folder: Path, reply: Callable[[str], str] = str) -> None:
    """Run the example through the command line, every socket watched.

    Its systems answer from the passage that was put into the prompt, and nothing but the model is spoken
    with, though the environment asks for traces.
    """
    found = example(framework)
    with ChatServer(chat_reply=lambda messages: reply(_answer(messages))) as server:
        write(found, folder, server.base_url)
        host, port = server.base_url.removeprefix("http://").removesuffix("/v1").split(":")
        ended, tried = _guarded(folder, [[host, int(port)]])
        assert ended.returncode == 0, ended.stderr
        assert server.count == len(found.systems) * len(QUESTIONS)
    assert {tuple(one[1:]) for one in tried} == {(host, port)}
    cells = row(table(folder), "exact_match")["cells"]
    assert {name: cell["mean"] for name, cell in cells.items()} == dict.fromkeys(found.systems, 1.0)


def _answer(messages: list[dict[str, Any]]) -> str:
    """The term of the warranty, from the passage on the thing that the question names."""
    said = json.dumps(messages)
    thing = "kettle" if "of the kettle run?" in said else "lamp"
    passage = re.search(rf"The warranty of the {thing} runs for (\w+ years)\.", said)
    return passage[1] if passage else "no passage was given"


def _guarded(folder: Path, allowed: list[Any]) -> tuple[subprocess.CompletedProcess[str], list[list[str]]]:
    report = folder / "sockets.jsonl"
    report.write_text("")
    ended = python(str(guard.__file__), json.dumps(allowed), str(report), "run", cwd=folder, **TRACED)
    return ended, [json.loads(line) for line in report.read_text().splitlines()]
