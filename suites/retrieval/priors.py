"""What systems say from memory: their closed-book answers, else those of an ancestor without retrieval."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bakeoff.evals.identity import digest_all
from bakeoff.evals.records import Answered, Capability, Sample
from bakeoff.evals.table import SystemInfo
from bakeoff.suites.citations import reading

CLOSED_BOOK = "closed_book"
"""The variant in which a question is asked without passages."""


@dataclass(frozen=True)
class Prior:
    """What was answered from memory, and by which system."""

    system: str
    text: str


@dataclass(frozen=True)
class Priors:
    """Answers from memory by system and sample of origin.

    `elders` names for each retrieving system its nearest ancestor that does not retrieve, where it has one.
    """

    answers: Mapping[tuple[str, str], str] = field(default_factory=dict)
    elders: Mapping[str, str] = field(default_factory=dict)

    def of(self, system: str, sample: Sample) -> Prior | None:
        """The system's own closed-book answer, else its elder's answer to the question; None without both."""
        for name in (system, self.elders.get(system)):
            text = None if name is None else self.answers.get((name, origin_of(sample)))
            if name is not None and text is not None:
                return Prior(name, text)
        return None

    @property
    def fingerprint(self) -> str:
        """Digest of all that is known."""
        pairs = (part for pair in sorted(self.elders.items()) for part in pair)
        texts = (part for key, text in sorted(self.answers.items()) for part in (*key, text))
        return digest_all([*pairs, "", *texts])


def origin_of(sample: Sample) -> str:
    """The id of the sample that this one was derived from, or its own."""
    return sample.origin or sample.id


def learn(systems: Sequence[SystemInfo], answered: Iterable[Answered]) -> Priors:
    """Reads the closed-book answers of retrieving systems and all answers of their elders, abstentions left
    out: who declines gave no answer from memory. Of repeated answers the first is kept."""
    retrieving = {system.name for system in systems if Capability.RETRIEVES in system.capabilities}
    elders = _elders(systems, retrieving)
    wanted = set(elders.values())
    found: dict[tuple[str, str], str] = {}
    for item in answered:
        closed = item.sample.variant == CLOSED_BOOK
        memory = (item.system in retrieving and closed) or (
            item.system in wanted and (item.sample.variant is None or closed)
        )
        if memory and not item.abstained:
            found.setdefault((item.system, origin_of(item.sample)), reading.said(item.response))
    return Priors(found, elders)


def _elders(systems: Sequence[SystemInfo], retrieving: set[str]) -> dict[str, str]:
    parents = {system.name: system.parent for system in systems}
    found = {}
    for name in sorted(retrieving):
        seen, here = {name}, parents[name]
        while here in retrieving and here not in seen:
            seen.add(here)
            here = parents[here]
        if here in parents and here not in retrieving:
            found[name] = here
    return found
