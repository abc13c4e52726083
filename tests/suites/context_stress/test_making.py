"""All probes together: how many samples, of which items, and what is said of the rest."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from bakeoff.evals.errors import InputError
from bakeoff.evals.identity import digest
from bakeoff.evals.protocols import Encoder, Materials
from bakeoff.evals.records import Document, Sample
from bakeoff.suites.context_stress.items import NO_GOLD
from bakeoff.suites.context_stress.making import NO_PARTNERS, Made, kind_of, make
from bakeoff.suites.context_stress.note import PROBES, stress_of
from bakeoff.suites.context_stress.options import Options
from bakeoff.suites.context_stress.suite import ContextStressSuite

BOTH = ("contexts", "documents")


@pytest.fixture
def materials(samples: list[Sample], documents: list[Document], encoder: Encoder) -> Materials:
    return Materials(samples=samples, documents=documents, encoder=encoder, seed=1)


def made(materials: Materials, **options: object) -> tuple[list[Sample], Made]:
    return make(materials, Options.model_validate(options), materials.seed)


def test_every_probe_is_asked_and_counted(materials: Materials) -> None:
    samples, counts = made(materials, through=BOTH)
    notes = [stress_of(sample) for sample in samples]
    assert {one.probe for one in notes if one is not None} == set(PROBES)
    assert None not in notes
    assert counts.kept == Counter(kind_of(sample) for sample in samples)
    assert counts.kept["noise:0.4"] == counts.kept["order:p3"] == counts.kept["poison"] == 16
    assert counts.kept["split:2"] == 8
    assert len({sample.id for sample in samples}) == len(samples)
    assert {sample.variant for sample in samples}.isdisjoint({None})


def test_the_given_samples_are_not_asked(materials: Materials) -> None:
    given = {sample.id for sample in materials.samples}
    assert not any(sample.id in given for sample in made(materials)[0])


def test_a_probe_takes_no_more_than_its_size_and_pairs_have_their_oracle(materials: Materials) -> None:
    samples, counts = made(materials, size=3)
    assert {kind: n for kind, n in counts.kept.items() if kind != "oracle"} == dict.fromkeys(
        counts.kept.keys() - {"oracle"}, 3
    )
    asked = {sample.origin for sample in samples if sample.variant == "oracle"}
    needed = {key for members in counts.parts.values() for key in members}
    assert len(counts.parts) == 6
    assert needed | {sample.origin for sample in samples} == asked


@pytest.mark.parametrize(
    ("probes", "kinds"),
    [
        (["oracle"], {"oracle"}),
        (["closed_book"], {"closed_book"}),
        (["noise"], {"noise:0", "noise:0.4", "noise:0.8"}),
        (["flood"], {"flood", "oracle"}),
        (["split"], {"split:2", "split:3", "oracle"}),
    ],
)
def test_only_the_chosen_probes_and_what_they_are_compared_with(
    probes: list[str], kinds: set[str], materials: Materials
) -> None:
    assert set(made(materials, probes=probes)[1].kept) == kinds


def test_the_oracle_alone_is_asked_of_as_many_as_its_size(materials: Materials) -> None:
    assert made(materials, probes=["oracle"], size=4)[1].kept == {"oracle": 4}


def test_documents_alone(materials: Materials) -> None:
    samples, counts = made(materials, through=["documents"])
    assert set(counts.kept) == {
        "oracle@documents",
        "negatives@documents",
        "flood@documents",
        "conflict:undated@documents",
        "conflict:outnumbered@documents",
        "conflict:dated@documents",
        "counterfactual@documents",
        "poison@documents",
    }
    assert counts.dropped[("negatives@documents", "more than half of the corpus would have to go")] == 8
    origins = {sample.origin for sample in samples}
    assert {sample.origin for sample in samples if sample.variant == "oracle@documents"} == origins


def test_what_is_left_out_is_counted_with_its_reason(
    samples: list[Sample], documents: list[Document], encoder: Encoder
) -> None:
    unfound = samples[0].model_copy(
        update={"id": "unfound", "reference_contexts": (), "reference": "99 years", "extras": {}}
    )
    polar = samples[0].model_copy(update={"id": "polar", "reference": "Yes, it is.", "extras": {}})
    given = [unfound, polar, samples[0]]
    _, counts = made(Materials(samples=given, documents=documents, encoder=encoder))
    assert counts.dropped["all", NO_GOLD] == 1
    assert counts.dropped["split:3", NO_PARTNERS] == 2
    assert counts.dropped["conflict", "its key values do not stand in its gold passage"] == 1
    assert counts.kept["conflict:dated"] == 1
    assert counts.kept["negatives"] == 2


def test_domains_are_chosen(materials: Materials) -> None:
    samples, _ = made(materials, domains=["towns"])
    assert {sample.domain for sample in samples} == {"towns"}


def test_without_documents_the_gold_passages_are_the_corpus(samples: list[Sample], encoder: Encoder) -> None:
    _, counts = made(Materials(samples=samples, encoder=encoder))
    assert counts.kept["negatives"] == 16


@pytest.mark.parametrize(
    ("options", "changed", "says"),
    [
        ({"through": ["documents"]}, {"documents": ()}, "delivered as documents"),
        ({}, {"encoder": None}, "without an encoder"),
        ({}, {"samples": ()}, "no answerable sample has"),
        ({"domains": ["x", "y"]}, {}, "sample of x or y has"),
        ({"probes": ["noise"], "through": ["documents"]}, {}, "no variant"),
    ],
)
def test_what_cannot_be_done_is_said(
    options: dict[str, object], changed: dict[str, object], says: str, materials: Materials
) -> None:
    fields = {**materials.__dict__, **changed}
    with pytest.raises(InputError, match=says):
        made(Materials(**fields), **options)


def test_a_canary_is_in_no_document_and_no_question(materials: Materials) -> None:
    held = " ".join(
        [*(one.text for one in materials.documents), *(one.question for one in materials.samples)]
    ).casefold()
    notes = [stress_of(sample) for sample in made(materials, probes=["poison"], through=BOTH)[0]]
    canaries = [one.canary for one in notes if one and one.probe == "poison"]
    assert len(canaries) == 32
    assert not any(word.casefold() in held for word in canaries)


def test_the_suite_leaves_the_counts_and_minds_its_own_seed(materials: Materials) -> None:
    def asked(seed: int | None) -> list[Sample]:
        suite = ContextStressSuite(Options(seed=seed, size=4), ())
        samples = list(suite.samples(materials))
        assert sum(suite.made.kept.values()) == len(samples)
        return samples

    assert asked(None) == asked(1) == asked(1)
    assert asked(2) != asked(1)


SCRIPT = """
import sys
sys.path.insert(0, {folder!r})
from conftest import NAMES, WordEncoder, document, months, town
from bakeoff.evals.identity import digest
from bakeoff.evals.protocols import Materials
from bakeoff.suites.context_stress.making import make
from bakeoff.suites.context_stress.options import Options

rows = range(len(NAMES))
materials = Materials(
    samples=[f(i) for i in rows for f in (months, town)],
    documents=[document(i) for i in rows],
    encoder=WordEncoder(),
)
samples, _ = make(materials, Options(through=("contexts", "documents")), 1)
print(digest([sample.model_dump(mode="json") for sample in samples]))
"""


def test_every_process_draws_the_same(materials: Materials) -> None:
    def run(hash_seed: str) -> str:
        script = SCRIPT.format(folder=str(Path(__file__).parent))
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": os.pathsep.join(sys.path)}
        done = subprocess.run(
            [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    here = digest([sample.model_dump(mode="json") for sample in made(materials, through=BOTH)[0]])
    assert run("1") == run("2") == here
