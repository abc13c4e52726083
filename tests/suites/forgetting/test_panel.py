"""The panel: our families and the user's files as samples, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bakeoff.evals.errors import InputError
from bakeoff.evals.records import Capability, Sample
from bakeoff.suites.forgetting.families import FAMILIES
from bakeoff.suites.forgetting.options import FamilyFile, Options
from bakeoff.suites.forgetting.panel import (
    by_likelihood,
    chosen,
    closed_book,
    file_samples,
    own_samples,
    panelist,
)

BY_NAME = {family.name: family for family in FAMILIES}


def written(folder: Path, *rows: dict[str, Any]) -> Path:
    path = folder / "skills.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_our_items_become_samples_of_their_family() -> None:
    samples = list(own_samples(BY_NAME["arithmetic"], 3, 20))
    assert len(samples) == 20
    assert {sample.domain for sample in samples} == {"arithmetic"}
    assert samples[4].id == "forgetting/arithmetic/0004"
    assert samples == list(own_samples(BY_NAME["arithmetic"], 3, 20))


def test_multiple_choice_is_also_asked_by_likelihood() -> None:
    letter, likely = list(own_samples(BY_NAME["knowledge"], 0, 1))
    assert likely.origin == letter.id
    assert likely.requires == {Capability.LOGPROBS}
    assert len(likely.overrides.continuations) == 4
    task: Any = likely.extras["forgetting"]
    assert task["scorer"] == "likelihood"
    assert likely.overrides.continuations[task["spec"]["answer"]] in letter.question


def test_a_closed_book_twin_needs_a_retrieving_system_and_gets_no_contexts() -> None:
    sample = Sample(id="x", question="q")
    twin = closed_book(sample)
    assert (twin.id, twin.origin, twin.overrides.contexts) == ("x~closed_book", "x", ())
    assert twin.requires == {Capability.RETRIEVES, Capability.ACCEPTS_CONTEXTS}
    assert by_likelihood(
        sample.model_copy(update={"extras": {"forgetting": {"spec": {}}}}), ["a"]
    ).overrides.continuations == ("a",)


def test_a_users_file_names_families_scorers_and_specifications(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        {"id": "a", "question": "2+2", "reference": "4", "family": "sums", "scorer": "number"},
        {"id": "b", "question": "3+3", "reference": "6", "family": "sums", "scorer": "number"},
        {"id": "c", "question": "say hi", "reference": "hi", "cluster": "greetings"},
    )
    samples = list(file_samples(FamilyFile(path=path), tmp_path, 1))
    assert [(s.id, s.domain, s.cluster) for s in samples] == [
        ("forgetting/sums/a", "sums", None),
        ("forgetting/skills/c", "skills", "greetings"),
    ]
    assert samples[0].extras["forgetting"] == {"family": "sums", "scorer": "number", "spec": {}}
    assert samples[1].extras["forgetting"] == {"family": "skills", "scorer": "exact", "spec": {}}


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ({"question": "q"}, "needs a reference"),
        ({"question": "q", "reference": "r", "scorer": "vibes"}, "unknown scorer 'vibes'"),
        ({"question": "q", "reference": "r", "spec": "x"}, "spec is no mapping"),
        ({"question": "q", "reference": "none", "scorer": "number"}, "number"),
    ],
)
def test_a_malformed_row_is_named(tmp_path: Path, row: dict[str, Any], problem: str) -> None:
    path = written(tmp_path, {"question": "fine", "reference": "r"}, row)
    with pytest.raises(InputError, match=problem) as caught:
        list(file_samples(FamilyFile(path=path), tmp_path, 10))
    assert "skills.jsonl:2" in str(caught.value)


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no"):
        list(file_samples(FamilyFile(path=written(tmp_path)), tmp_path, 10))


def test_which_families_are_asked() -> None:
    assert chosen(Options(), FAMILIES) == list(FAMILIES)
    assert chosen(Options(files=(Path("x.jsonl"),)), FAMILIES) == []
    both = Options(families=("code", "arithmetic", "code"), files=(Path("x.jsonl"),))
    assert [family.name for family in chosen(both, FAMILIES)] == ["code", "arithmetic"]
    with pytest.raises(InputError, match="unknown family 'algebra'"):
        chosen(Options(families=("algebra",)), FAMILIES)


def test_margins_depend_on_the_sort_of_family() -> None:
    assert panelist(BY_NAME["arithmetic"], Options()).margin == 0.05
    assert panelist(BY_NAME["knowledge"], Options()).margin == 0.10
