"""What is said of a system from made-up scores."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from toys.table import Value, column, table

from bakeoff.evals.findings import Finding
from bakeoff.evals.records import Kind, Status
from bakeoff.evals.table import SampleKey, ScoreTable
from bakeoff.suites.citations.findings import findings
from bakeoff.suites.citations.metric import OUTPUTS

N = 60
NA, SHY, LOST = Status.NOT_APPLICABLE, Status.ABSTAINED, Status.JUDGE_FAILED


def made(
    rows: Sequence[Sequence[Value | Sequence[Value]]],
    kind: Kind = Kind.RAG,
    samples: Sequence[SampleKey] | None = None,
) -> ScoreTable:
    """A table from one row per system of one value, or all values, for each output in the metric's order."""
    systems = [f"s{i}" for i in range(len(rows))]
    columns = [
        column(output, [_filled(row[at]) for row in rows], "citations") for at, output in enumerate(OUTPUTS)
    ]
    found = table(systems, columns, samples)
    infos = [info.model_copy(update={"kind": kind}) for info in found.systems]
    return ScoreTable(infos, found.samples, found.columns)


def _filled(value: Value | Sequence[Value]) -> Sequence[Value]:
    return list(value) if isinstance(value, list | tuple) else [value] * N  # type: ignore[list-item]


def by_name(found: Sequence[Finding], system: str = "s0") -> dict[str, Finding]:
    return {one.name.removeprefix("citations."): one for one in found if one.system == system}


SOUND = (1.0, 1.0, 0.0, 0.0, 0.0, 0.0)


def test_a_sound_system_raises_nothing() -> None:
    found = by_name(findings(made([SOUND]), 0.1))
    assert {name: (one.status, one.effect, one.n) for name, one in found.items()} == {
        "recall": ("found", 1.0, N),
        "precision": ("found", 1.0, N),
        "unsupported": ("clear", 0.0, N),
        "dangling": ("clear", 0.0, N),
        "uncited": ("found", 0.0, N),
    }
    assert {name for name, one in found.items() if one.headline} == {"recall", "precision"}
    assert {name for name, one in found.items() if one.p is not None} == {"unsupported", "dangling"}
    assert found["recall"].sentence.startswith(
        "s0: 100.0 % (95 % interval 94.0 % to 100.0 %) of its sentences are supported by what they cite "
    )
    assert found["dangling"].sentence.endswith("mean over 60 answers); 10.0 % are tolerated.")


def test_each_defect_alarms_in_its_own_finding_only() -> None:
    bad = [0.0, 1.0] * (N // 2)
    systems: list[tuple[Any, ...]] = [
        (bad, bad, 0.0, 0.0, 0.05, bad),  # passages that do not support
        (bad, bad, 0.0, bad, 0.0, [NA, 0.0] * (N // 2)),  # names of no passage
        (bad, 1.0, bad, [NA, 0.0] * (N // 2), [NA, 0.0] * (N // 2), [NA, 0.0] * (N // 2)),  # half uncited
    ]
    found = findings(made(systems), 0.1)
    alarms = {(one.system, one.name) for one in found if one.status == "alarm"}
    assert alarms == {("s0", "citations.unsupported"), ("s1", "citations.dangling")}
    uncited = by_name(found, "s2")["uncited"]
    assert (uncited.status, uncited.effect, uncited.p) == ("found", 0.5, None)
    assert by_name(found, "s2")["dangling"].n == N // 2


def test_the_tolerance_is_the_users() -> None:
    bad = ([0.0] + [1.0] * 3) * (N // 4)
    rates = [1.0 - value for value in bad]
    table_ = made([(bad, bad, 0.0, 0.0, rates, rates)])
    assert by_name(findings(table_, 0.1))["unsupported"].status == "alarm"
    assert by_name(findings(table_, 0.26))["unsupported"].status == "cannot_tell"
    assert by_name(findings(table_, 0.5))["unsupported"].status == "clear"
    assert by_name(findings(table_, 0.5))["unsupported"].detail["tolerance"] == 0.5


NOTHING = (0.0, 0.0, 1.0, NA, NA, NA)


@pytest.mark.parametrize("kind", [Kind.FINE_TUNED, Kind.PROMPT])
def test_a_system_without_a_citation_cannot_cite_and_that_is_all(kind: Kind) -> None:
    (found,) = findings(made([NOTHING], kind), 0.1)
    assert (found.name, found.status, found.p, found.n) == ("citations.cannot_cite", "found", None, N)
    assert not found.headline
    assert ("from its weights" in found.sentence) is (kind is Kind.FINE_TUNED)
    assert "nothing to check its answers against" in found.sentence


def test_one_citation_is_enough_to_be_judged() -> None:
    one = [0.0] + [NA] * (N - 1)
    found = by_name(findings(made([(0.0, 0.0, 1.0, one, one, one)]), 0.1))
    assert "cannot_cite" not in found
    assert found["dangling"].n == 1


def test_markers_without_contexts_all_dangle() -> None:
    found = by_name(findings(made([(0.0, 0.0, 0.0, 1.0, NA, NA)]), 0.1))
    assert found["dangling"].status == "alarm"
    assert (found["unsupported"].status, found["unsupported"].effect) == ("not_applicable", None)


@pytest.mark.parametrize("status", [SHY, LOST, None])
def test_a_system_that_never_answered_is_not_said_to_cite_nothing(status: Value) -> None:
    (found,) = findings(made([(status,) * len(OUTPUTS)]), 0.1)
    assert (found.status, found.effect, found.n) == ("not_applicable", None, 0)


def test_clusters_widen_the_interval() -> None:
    half = [0.0] * (N // 2) + [1.0] * (N // 2)
    row = (half, half, 0.0, 0.0, half, half)
    alone = by_name(findings(made([row]), 0.1))["recall"]
    keys = [SampleKey(f"s{i}", cluster=f"c{i // 5}") for i in range(N)]
    shared = by_name(findings(made([row], samples=keys), 0.1))["recall"]
    assert shared.low is not None
    assert alone.low is not None
    assert shared.low < alone.low
    assert shared.detail["clusters"] == 12
