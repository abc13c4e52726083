"""Questions beside a known one: another version, another product, a combination that nobody wrote about."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from random import Random

from bakeoff.evals.records import Sample
from bakeoff.suites.near_miss.corpus import WORD, Corpus, folded
from bakeoff.suites.near_miss.names import Name, invented, names_of
from bakeoff.suites.near_miss.options import Family
from bakeoff.suites.reference.acceptable import acceptable_answers
from bakeoff.suites.reference.key_values import STOP_WORDS

QUALIFIERS = ("Ultra", "Neo", "Lite", "Prime", "Max", "Pro", "Mini", "Plus", "Air", "Duo")
STEM = 5
"""So many letters of a word say what it is about: charging, charged and charge are one."""

EVERYDAY = 0.9
"""A stem in more than this share of the documents says nothing. At half, common attributes themselves were
taken for that, and products asked for what they have."""

SHORT_PASSAGE = 30
"""A gold passage of at most so many words is about the fact that the question asks for, and little else."""

_LAST_NUMBER = re.compile(r"\d+(?=\D*$)")


@dataclass(frozen=True)
class Near:
    """A question that has no answer, and what it stands beside."""

    question: str
    asked: str
    replaced: str


@dataclass(frozen=True)
class Asking:
    """The samples that take part, with the first name of each; what near-miss questions are made from."""

    corpus: Corpus
    names: Mapping[str, Name]
    samples: Mapping[str, Sample] = field(default_factory=dict)

    @cached_property
    def known(self) -> Sequence[str]:
        """All titles that questions ask about, in alphabetical order."""
        return sorted({name.text for name in self.names.values() if name.kind == "title"})

    @cached_property
    def qualifiers(self) -> Sequence[str]:
        """What stands behind the corpus's own names, then the usual ones."""
        own = {word for name in self.known for word in name.split()[1:] if word.isalpha()}
        return list(dict.fromkeys([*sorted(own), *QUALIFIERS]))

    @cached_property
    def _by_template(self) -> Mapping[str, Sequence[str]]:
        found = defaultdict(list)
        for id_ in self.names:
            found[self._template(id_)].append(id_)
        return found

    def _template(self, id_: str) -> str:
        return folded(self.names[id_].replaced(self.samples[id_].question, " _ "))

    @cached_property
    def _about(self) -> Mapping[str, frozenset[str]]:
        """The stems of all that is said of each known title."""
        return {name: _stems(" ".join(self.corpus.about(name))) for name in self.known}

    @cached_property
    def _everyday(self) -> frozenset[str]:
        """Stems in nearly all documents, which tell no attribute from another."""
        said = Counter(stem for page in self.corpus.pages for stem in _stems(page))
        return frozenset(stem for stem, pages in said.items() if pages > EVERYDAY * len(self.corpus.pages))

    @cached_property
    def _asked(self) -> frozenset[tuple[str, str]]:
        return frozenset((name.text, self._template(id_)) for id_, name in self.names.items())

    def attribute(self, id_: str) -> frozenset[str]:
        """The stems of what a sample asks of its product: its question's, and those that it and all samples
        of the same wording are answered in; neither names nor numbers."""
        texts = [self._template(id_)]
        for alike in self._by_template[self._template(id_)]:
            sample = self.samples[alike]
            short = [one for one in sample.reference_contexts if len(one.split()) <= SHORT_PASSAGE]
            texts += [*acceptable_answers(sample), *short]
        names = _stems(" ".join(self.known))
        return _stems(" ".join(texts)) - names - self._everyday

    def lacks(self, name: str, id_: str) -> bool:
        """Whether no sample asks a title what this one asks of its own, and nothing that is said of it has
        to do with that."""
        attribute = self.attribute(id_)
        unasked = (name, self._template(id_)) not in self._asked
        return bool(attribute) and unasked and not attribute & self._about[name]


def asking(samples: Sequence[Sample], corpus: Corpus) -> Asking:
    """Those samples whose question has a name that the corpus knows."""
    found = {sample.id: names[0] for sample in samples if (names := names_of(sample, corpus))}
    return Asking(corpus, found, {sample.id: sample for sample in samples if sample.id in found})


def near(family: Family, id_: str, asking: Asking, rng: Random) -> Near | None:
    """A near-miss question of that family beside a sample, None where none can be made."""
    other = _MAKERS[family](id_, asking, rng)
    if other is None:
        return None
    name, question = asking.names[id_], asking.samples[id_].question
    return Near(name.replaced(question, other), other, name.text)


def _version(id_: str, asking: Asking, rng: Random) -> str | None:
    """The name with another number or another qualifier, which is in no text."""
    name = asking.names[id_]
    tries = _numbers(name.text) if name.kind != "title" else _titles(name.text, asking.qualifiers)
    rng.shuffle(tries)
    return next((one for one in tries if not asking.corpus.holds(one)), None)


def _numbers(text: str) -> list[str]:
    match = _LAST_NUMBER.search(text)
    if match is None:
        return []
    ours = int(match.group())
    near = [ours + step for step in range(-3, 10) if step and ours + step > 0]
    return [f"{text[: match.start()]}{number}{text[match.end() :]}" for number in near]


def _titles(text: str, qualifiers: Sequence[str]) -> list[str]:
    """One word more where the title is one word, else another last word; numbers as often as words."""
    stem = text if len(text.split()) == 1 else text.rsplit(None, 1)[0]
    numbers = [str(number) for number in range(2, 10)]
    return [f"{stem} {word}" for word in (*qualifiers, *numbers) if f"{stem} {word}" != text]


def _product(id_: str, asking: Asking, rng: Random) -> str | None:
    name = asking.names[id_]
    return invented(name.text, asking.known, asking.corpus, rng) if name.kind == "title" else None


def _combination(id_: str, asking: Asking, rng: Random) -> str | None:
    """Another title of which nobody says what is asked here."""
    name = asking.names[id_]
    if name.kind != "title":
        return None
    first = name.text.split()[0]
    others = [one for one in asking.known if one.split()[0] != first]
    rng.shuffle(others)
    return next((one for one in others if asking.lacks(one, id_)), None)


_MAKERS: Mapping[Family, Callable[[str, Asking, Random], str | None]] = {
    "version": _version,
    "product": _product,
    "combination": _combination,
}


def _stems(text: str) -> frozenset[str]:
    words = (match.group().casefold() for match in WORD.finditer(text))
    return frozenset(word[:STEM] for word in words if word not in STOP_WORDS and word.isalpha())
