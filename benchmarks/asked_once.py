"""Identical prompts at temperature 0 are asked once, as the server counts them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from loopback.openai_server import ChatProcess

from benchmarks.at_once import AtOnceEncoder
from benchmarks.checks import Check
from benchmarks.ours import ragas_keys, run_config, write_config
from benchmarks.throughput import IN_FLIGHT, REPLY
from benchmarks.workload import CHUNKS, Item, items, other_answers

CALLS = 2 + 1 + CHUNKS + 1
"""Different prompts of a sample: statements and verdicts, one question, one per chunk, attributions."""

CALLS_ON_AN_ANSWER = 2 + 1
"""Those of them in which the answer stands."""


def asked_once(folder: Path, samples: int) -> list[Check]:
    """One system, then a twin of it in the same run, then the run again, then a system with other answers."""
    made = list(items(samples, "once"))
    twins = {"a": made, "b": made}
    with ChatProcess(reply=REPLY) as server:
        one = _requests(server, folder / "one", made, {"a": made})
    with ChatProcess(reply=REPLY) as server:
        both = _requests(server, folder / "both", made, twins)
        again = _requests(server, folder / "both", made, twins) - both
        third = _requests(server, folder / "both", made, {**twins, "c": other_answers(made, "else")}) - both
        counts = server.statistics()
    repeats = counts["requests"] - counts["distinct"]
    remark = f"{samples} samples, k = {CHUNKS}"
    return [
        Check("requests of one system", one, "exactly", CALLS * samples, remark=remark),
        Check("requests of two systems with equal answers", both, "exactly", one),
        Check("requests of the same run again", again, "exactly", 0),
        Check(
            "requests of a system with equal chunks and other answers",
            third,
            "exactly",
            CALLS_ON_AN_ANSWER * samples,
        ),
        Check("requests that repeat an earlier one", repeats, "exactly", 0, remark=f"of {both + third}"),
    ]


def _requests(
    server: ChatProcess, folder: Path, made: Sequence[Item], systems: Mapping[str, Sequence[Item]]
) -> int:
    """What the server has counted once these systems are scored."""
    path = write_config(folder, made, systems, ragas_keys(server.base_url, IN_FLIGHT))
    run_config(path, AtOnceEncoder())
    return server.statistics()["requests"]
