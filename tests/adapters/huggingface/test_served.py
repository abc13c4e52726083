"""The same weights behind transformers' own OpenAI-compatible server, and in this process."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

import pytest
from tiny_models.asking import local_system, no_encoder
from tiny_models.language import train_answers

from bakeoff.adapters import openai
from bakeoff.evals.plugins import Wiring
from bakeoff.evals.protocols import System
from bakeoff.evals.records import Request, Response, Turn

pytest.importorskip("fastapi", reason="transformers serve needs transformers[serving]")

TOKENS = 24
START_S = 300


@contextmanager
def served(folder: Path, log: Path) -> Iterator[str]:
    """`transformers serve` on a model folder, in a process of its own; its base URL.

    `--dtype float32` because the server would otherwise compute as the weights are stored.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(Path(sys.executable).with_name("transformers")), "serve", str(folder)]
    command += ["--host", "127.0.0.1", "--port", str(port), "--device", "cpu", "--dtype", "float32"]
    environ = {**os.environ, "HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}
    with log.open("wb") as out:
        process = subprocess.Popen(command, env=environ, stdout=out, stderr=subprocess.STDOUT)
    try:
        wait_until_up(process, f"http://127.0.0.1:{port}/health", log)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_until_up(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()[-3000:]
        try:
            urllib.request.urlopen(url, timeout=2).close()
        except OSError:
            time.sleep(0.3)
        else:
            return
    pytest.fail(f"no server within {START_S} s: {log.read_text()[-3000:]}")


def behind(url: str, folder: Path, **options: object) -> System:
    chosen = {"model": str(folder), "base_url": url, "api_key": "none", "max_tokens": TOKENS, **options}
    wiring = Wiring(folder=folder, name="served", encoder=no_encoder)
    return openai.PLUGIN.build(openai.Options.model_validate(chosen), wiring)


async def answers(system: System, requests: list[Request]) -> list[Response]:
    try:
        return [await system.answer(request) for request in requests]
    finally:
        await system.aclose()


def compare(folder: Path, requests: list[Request], log: Path) -> list[Response]:
    """Both ways to the same weights, streamed and whole; the answers in this process."""
    mine = asyncio.run(answers(local_system(folder, model=".", max_new_tokens=TOKENS), requests))
    with served(folder, log) as url:
        for stream in (True, False):
            theirs = asyncio.run(answers(behind(url, folder, stream=stream), requests))
            assert [one.error for one in theirs] == [None] * len(requests)
            assert [one.text for one in theirs] == [one.text for one in mine]
            counted = [(one.usage.input_tokens, one.usage.output_tokens) for one in theirs]
            assert counted == [(one.usage.input_tokens, one.usage.output_tokens) for one in mine]
            reasons = [one.extras["finish_reason"] for one in theirs]
            assert reasons == [one.extras["finish_reason"] for one in mine]
    return mine


SUMS = {f"What is {a} plus {b}?": f"It is {a + b}." for a in range(6) for b in range(6)}

STRANGE = (
    "Hello {x} £?",
    "the cat sat on the mat",
    "¿Qué es 2 más 3?",
    "What is 2 plus 3? And 4 plus 4?",
    "🙂",
)


@pytest.mark.slow
def test_served_and_in_process_give_the_same_greedy_answers(tmp_path: Path) -> None:
    folder = train_answers(tmp_path / "sums", SUMS)
    turns = (Turn(role="user", content="What is 1 plus 1?"), Turn(role="assistant", content="It is 2."))
    requests = [Request(question=question, seed=1) for question in (*SUMS, *STRANGE)]
    requests += [Request(question=question, conversation=turns) for question in list(SUMS)[:5]]
    got = compare(folder, requests, tmp_path / "serve.log")
    learned = sum(one.text == said for one, said in zip(got, SUMS.values(), strict=False))
    assert learned >= 30  # so that the answers compared are no noise


@pytest.mark.slow
def test_the_demos_base_is_the_same_served_and_in_process(tmp_path: Path) -> None:
    support = Path(str(files("bakeoff.examples.support")))
    lines = (support / "shop_questions.jsonl").read_text(encoding="utf-8").splitlines()
    asked = [Request(question=json.loads(line)["question"]) for line in lines[:40]]
    compare(support / "models" / "base", asked, tmp_path / "serve.log")
