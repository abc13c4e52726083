"""The panel of ability families that a run asks: ours, and those of the user's files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import JsonValue

from bakeoff.evals.errors import InputError
from bakeoff.evals.records import Capability, Overrides, Sample
from bakeoff.evals.sample_files import file_rows
from bakeoff.evals.sample_rows import Columns
from bakeoff.suites.forgetting.families.family import Family, Item
from bakeoff.suites.forgetting.options import FamilyFile, Options
from bakeoff.suites.forgetting.scorers import SCORERS, check_spec

PREFIX = "forgetting"
LIKELIHOOD, CLOSED_BOOK = "likelihood", "closed_book"


@dataclass(frozen=True)
class Panelist:
    """What the findings need to know of a family."""

    name: str
    chance: float
    margin: float


def own_samples(family: Family, seed: int, size: int) -> Iterator[Sample]:
    """The items of one of our families as samples; multiple choice also by log-likelihood."""
    for index, item in enumerate(family.items(seed, size)):
        sample = _sample(f"{PREFIX}/{family.name}/{index:04d}", family.name, item)
        yield sample
        if item.options:
            yield by_likelihood(sample, item.options)


def _sample(name: str, family: str, item: Item) -> Sample:
    return Sample(
        id=name,
        question=item.question,
        conversation=item.conversation,
        reference=item.reference,
        domain=family,
        cluster=None if item.cluster is None else f"{family}/{item.cluster}",
        extras={PREFIX: task(family, item.scorer, item.spec)},
    )


def task(family: str, scorer: str, spec: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """What the metric reads of a sample: its family and how it is scored."""
    return {"family": family, "scorer": scorer, "spec": dict(spec)}


def by_likelihood(sample: Sample, options: Sequence[str]) -> Sample:
    """The twin that asks a system with log-probabilities how probable it finds each option."""
    own = sample.extras[PREFIX]
    assert isinstance(own, Mapping)
    return sample.model_copy(
        update={
            "id": f"{sample.id}~{LIKELIHOOD}",
            "origin": sample.id,
            "variant": LIKELIHOOD,
            "requires": frozenset({Capability.LOGPROBS}),
            "overrides": Overrides(continuations=tuple(options)),
            "extras": {PREFIX: {**own, "scorer": LIKELIHOOD}},
        }
    )


def closed_book(sample: Sample) -> Sample:
    """The twin that asks a retrieving system without its retrieval."""
    return sample.model_copy(
        update={
            "id": f"{sample.id}~{CLOSED_BOOK}",
            "origin": sample.id,
            "variant": CLOSED_BOOK,
            "requires": frozenset({Capability.RETRIEVES, Capability.ACCEPTS_CONTEXTS}),
            "overrides": Overrides(contexts=()),
        }
    )


def file_samples(file: FamilyFile, folder: Path, size: int) -> Iterator[Sample]:
    """The items of a user's file, the first `size` of each family.

    Raises InputError with file and line at a row without reference, with an unknown scorer, or with a
    specification that its scorer cannot read.
    """
    path = folder / file.path
    taken: dict[str, int] = {}
    names: tuple[str, ...] = ()
    for row in file_rows(path, str(path)):
        if tuple(row.values) != names:
            names, columns = tuple(row.values), Columns.find(row, {})
        sample = _named(columns.sample(row), file, path.stem, row.where)
        family = str(sample.domain)
        taken[family] = taken.get(family, 0) + 1
        if taken[family] <= size:
            yield sample
    if not taken:
        raise InputError("holds no items", where=str(path))


def _named(given: Sample, file: FamilyFile, stem: str, where: str) -> Sample:
    family = str(given.extras.get("family") or stem)
    scorer = str(given.extras.get("scorer") or file.scorer)
    spec = given.extras.get("spec") or {}
    problem = _problem(given, scorer, spec)
    if problem is not None:
        raise InputError(problem, where=where, todo="docs/forgetting_families.md says how answers are read")
    assert isinstance(spec, Mapping)
    return given.model_copy(
        update={
            "id": f"{PREFIX}/{family}/{given.id}",
            "domain": family,
            "extras": {PREFIX: task(family, scorer, spec)},
        }
    )


def _problem(given: Sample, scorer: str, spec: JsonValue) -> str | None:
    if given.reference is None:
        return "an item of a family needs a reference"
    if scorer not in SCORERS:
        return f"unknown scorer {scorer!r}; known: {', '.join(sorted(SCORERS))}"
    if not isinstance(spec, Mapping):
        return "spec is no mapping"
    return check_spec(scorer, spec, given.reference)


def chosen(options: Options, known: Sequence[Family]) -> list[Family]:
    """Our families that the options name, all where they name none and no file; InputError for others."""
    if options.families is None:
        return [] if options.files else list(known)
    by_name = {family.name: family for family in known}
    for name in options.families:
        if name not in by_name:
            raise InputError(
                f"unknown family {name!r}",
                where="suites.forgetting.families",
                todo=f"known: {', '.join(by_name)}",
            )
    return [by_name[name] for name in dict.fromkeys(options.families)]


def panelist(family: Family, options: Options) -> Panelist:
    """A family of ours with the margin for its sort (METHODS §10)."""
    return Panelist(family.name, family.chance, options.margin_written if family.written else options.margin)
