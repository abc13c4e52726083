"""Planted faults and the probes that find them: docs/detection_matrix.md.

One run over the planted coast asks a sound system and its twins, each with a single fault, everything that
the suites about retrieval, sources and stale knowledge ask. A cell of the matrix is an alarm of the run's
report, corrected as every report is.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

import pytest
from planted.systems import Fault, PlantedModel, PlantedRag
from planted.world import World, world
from toys.plan import store_in

from bakeoff.adapters.encoders.embedded import EmbeddedEncoder
from bakeoff.adapters.judges.offline import OfflineJudge
from bakeoff.assemble import known_plugins
from bakeoff.evals.comparison_builder import compare_run
from bakeoff.evals.findings import Finding
from bakeoff.evals.plugins import Wiring
from bakeoff.evals.protocols import Encoder, Suite, System
from bakeoff.evals.records import Kind
from bakeoff.evals.registration import Plan
from bakeoff.evals.runner import run

SUITES = (
    "retrieval",
    "knowledge_origin",
    "context_stress",
    "freshness",
    "citations",
    "near_miss",
    "domains",
)
PER_SORT = 16
"""Things of each sort: 96 questions, 18 changed facts."""

DOCS = Path(__file__).parents[2] / "docs" / "detection_matrix.md"

EXPECTED: Mapping[Fault, frozenset[str]] = {
    "drops the gold passage": frozenset({"retrieval.missed"}),
    "ignores its context": frozenset(
        {
            "context_stress.adherence",
            "context_stress.rejection",
            "freshness.stale",
            "freshness.update",
            "knowledge_origin.hallucination",
        }
    ),
    "obeys poisoned documents": frozenset({"context_stress.poison"}),
    "keeps stale copies": frozenset({"freshness.stale", "freshness.update"}),
    "citations shifted by one": frozenset({"citations.unsupported"}),
    "weak in one domain": frozenset({"domains.worst_domain"}),
    "invents neighbours": frozenset({"near_miss.over_parent"}),
    "tuned on old facts": frozenset({"freshness.stale"}),
}

Alarms = Mapping[str, frozenset[str]]

pytestmark = pytest.mark.slow


def systems(coast: World) -> list[System]:
    """A base model that knows nothing, the sound twins, and one system for each fault."""
    known, tuned = coast.memory(), Kind.FINE_TUNED
    rags = [PlantedRag(fault, coast, fault) for fault in RAG_FAULTS]
    return [
        PlantedModel("base", {}),
        PlantedRag("sound", coast),
        *rags,
        PlantedModel("sound model", known, parent="base", kind=tuned),
        PlantedModel("invents neighbours", known, "invents neighbours", parent="base", kind=tuned),
        PlantedModel("tuned on old facts", coast.memory(former=True), parent="base", kind=tuned),
    ]


RAG_FAULTS: tuple[Fault, ...] = (
    "drops the gold passage",
    "ignores its context",
    "obeys poisoned documents",
    "keeps stale copies",
    "citations shifted by one",
    "weak in one domain",
)


def suite(name: str, encoder: Encoder, folder: Path) -> Suite:
    plugin = known_plugins().suites.get(name)
    return plugin.build(plugin.options(), Wiring(folder=folder, encoder=lambda: encoder))


@pytest.fixture(scope="module")
def findings(tmp_path_factory: pytest.TempPathFactory) -> tuple[Finding, ...]:
    folder, coast, encoder = tmp_path_factory.mktemp("coast"), world(PER_SORT), EmbeddedEncoder()
    plan = Plan(
        name="planted",
        systems=systems(coast),
        suites=[(suite(name, encoder, folder), {}) for name in SUITES],
        samples=coast.samples,
        judge=OfflineJudge(),
        encoder=encoder,
        documents=coast.documents(),
    )
    store = store_in(folder)
    try:
        outcome = run(plan, store)
        assert outcome.complete
        return compare_run(store, outcome.run).findings
    finally:
        store.close()


@pytest.fixture(scope="module")
def alarms(findings: tuple[Finding, ...]) -> Alarms:
    """By system: the findings that raise an alarm, by name."""
    found: dict[str, set[str]] = defaultdict(set)
    for finding in findings:
        if finding.status == "alarm":
            found[finding.system].add(finding.name)
    return {name: frozenset(names) for name, names in found.items()}


@pytest.mark.parametrize("sound", ["sound", "sound model", "base"])
def test_a_sound_system_raises_no_alarm(sound: str, alarms: Alarms) -> None:
    assert alarms.get(sound, frozenset()) == frozenset()


@pytest.mark.parametrize("fault", EXPECTED)
def test_each_fault_is_found_by_the_probes_that_should_see_it_and_by_no_other(
    fault: Fault, alarms: Alarms
) -> None:
    assert alarms.get(fault, frozenset()) == EXPECTED[fault]


def test_the_matrix_in_the_documents_is_this_one(alarms: Alarms) -> None:
    """Set WRITE_DOCS=1 to write the table anew."""
    table = rendered(alarms)
    before, mark, rest = DOCS.read_text(encoding="utf-8").partition(BEGIN)
    written, end, after = rest.partition(END)
    assert mark
    assert end
    if os.environ.get("WRITE_DOCS"):
        DOCS.write_text(f"{before}{BEGIN}\n{table}\n{END}{after}", encoding="utf-8")
        return
    assert written.strip() == table


BEGIN, END = "<!-- made by tests/end_to_end/test_detection_matrix.py -->", "<!-- end -->"


def rendered(alarms: Alarms) -> str:
    """The matrix in Markdown: probes down, faults across."""
    probes = sorted({name for fault in EXPECTED for name in alarms.get(fault, ())})
    lines = [
        f"| probe | {' | '.join(EXPECTED)} | no fault |",
        f"|---{'|---' * (len(EXPECTED) + 1)}|",
    ]
    for probe in probes:
        cells = ["alarm" if probe in alarms.get(fault, ()) else "" for fault in (*EXPECTED, "sound")]
        lines.append(f"| `{probe}` | {' | '.join(cells)} |")
    return "\n".join(lines)
