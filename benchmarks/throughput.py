"""Samples per second, ragas beside us: bound by the software, then by the server's latency.

Both sides score the same samples with the same four metrics and the same encoder, with the same number of
calls in flight, against the same server; they take turns, and the best round of each counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from loopback.openai_server import ChatProcess

from bakeoff.adapters.encoders.embedded import EmbeddedEncoder
from bakeoff.evals.protocols import Encoder
from benchmarks import theirs
from benchmarks.at_once import AtOnceEncoder
from benchmarks.checks import Check
from benchmarks.ours import ragas_keys, run_config, write_config
from benchmarks.workload import Item, items

IN_FLIGHT = 64
REPLY = "loopback.ragas_replies:judge_reply"
WARM_UP = 8
"""Samples of the round that loads libraries and counts nowhere."""

LATENCY_S = 0.5


@dataclass(frozen=True)
class Round:
    """What one side did: samples, calls that reached the server, seconds."""

    samples: int
    calls: int
    seconds: float

    @property
    def rate(self) -> float:
        """Samples per second."""
        return self.samples / self.seconds

    def efficiency(self, latency_s: float) -> float:
        """The least time that the server's latency allows for these calls, over the time that they took.

        >>> Round(samples=10, calls=128, seconds=1.25).efficiency(0.5)
        0.8
        """
        return self.calls * latency_s / IN_FLIGHT / self.seconds

    def __str__(self) -> str:
        calls = f"{self.calls / self.seconds:.0f} calls/s, {self.calls / self.samples:.1f} calls a sample"
        return f"{self.rate:.1f} samples/s ({calls})"


@dataclass
class Arena:
    """A server with its folder; each round gets fresh samples, or a cache would answer."""

    server: ChatProcess
    folder: Path
    rounds: int = 0

    def ours(self, made: list[Item], encoder: Encoder) -> Round:
        keys = ragas_keys(self.server.base_url, IN_FLIGHT)
        path = write_config(self.folder / made[0].id, made, {"rag": made}, keys)
        before = self.server.statistics()["requests"]
        seconds = run_config(path, encoder).seconds
        return Round(len(made), self.server.statistics()["requests"] - before, seconds)

    def ragas(self, made: list[Item], encoder: Encoder) -> Round:
        before = self.server.statistics()["requests"]
        seconds = theirs.score_all(made, self.server.base_url, encoder, IN_FLIGHT)
        return Round(len(made), self.server.statistics()["requests"] - before, seconds)

    def fresh(self, count: int) -> list[Item]:
        self.rounds += 1
        return list(items(count, f"r{self.rounds}n"))


@contextmanager
def arena(folder: Path, latency_s: float = 0.0) -> Iterator[Arena]:
    """A server in its own process, and both sides warmed up on it."""
    with ChatProcess(reply=REPLY, latency_s=latency_s) as server:
        place = Arena(server, folder / f"latency-{latency_s:g}")
        encoder = AtOnceEncoder()
        place.ours(place.fresh(WARM_UP), encoder)
        place.ragas(place.fresh(WARM_UP), encoder)
        yield place


def software_bound(folder: Path, samples: int, rounds: int) -> list[Check]:
    """Server and encoder answer at once: what is left is the software between."""
    with arena(folder) as place:
        ours, ragas = _alternate(place, samples, rounds, AtOnceEncoder(), AtOnceEncoder())
        print(f"      ours:  {ours}\n      ragas: {ragas}")
        made = place.fresh(samples)
        embedded, theirs_embedded = EmbeddedEncoder(), EmbeddedEncoder()
        for encoder in (embedded, theirs_embedded):
            encoder.encode(["Load the model."])
        real, beside = _once(place, made, embedded, theirs_embedded)
    print(
        f"      with the embedded encoder, whose arithmetic is the same for both: ours {real.rate:.1f}, "
        f"ragas {beside.rate:.1f} samples/s, ratio {real.rate / beside.rate:.2f} (no target)"
    )
    remark = f"best of {rounds} rounds of {samples} samples, {IN_FLIGHT} in flight"
    return [Check("throughput over ragas'", ours.rate / ragas.rate, "at least", 3.0, "×", remark)]


def _alternate(
    place: Arena, samples: int, rounds: int, mine: Encoder, others: Encoder
) -> tuple[Round, Round]:
    pairs = [_once(place, place.fresh(samples), mine, others) for _ in range(rounds)]
    return max((pair[0] for pair in pairs), key=_rate), max((pair[1] for pair in pairs), key=_rate)


def _once(place: Arena, made: list[Item], mine: Encoder, others: Encoder) -> tuple[Round, Round]:
    return place.ours(made, mine), place.ragas(made, others)


def _rate(side: Round) -> float:
    return side.rate


def latency_bound(folder: Path, samples: int, ragas_samples: int) -> list[Check]:
    """The server takes 0.5 s: how much of the 64 places in flight is used, from first call to last."""
    encoder = EmbeddedEncoder()
    encoder.encode(["Load the model."])
    with arena(folder, LATENCY_S) as place:
        ours = place.ours(place.fresh(samples), encoder)
        ragas = place.ragas(place.fresh(ragas_samples), encoder)
    print(f"      ours:  {ours}, {ours.efficiency(LATENCY_S):.2f} of the bound")
    print(f"      ragas: {ragas}, {ragas.efficiency(LATENCY_S):.2f} of the bound, on {ragas_samples} samples")
    remark = f"{samples} samples, {LATENCY_S} s a call, {IN_FLIGHT} in flight, embedded encoder"
    return [Check("share of the latency bound", ours.efficiency(LATENCY_S), "at least", 0.85, "", remark)]
