"""Format rules: a regular expression, sections in order, a length band; and all of them together."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

from bakeoff.evals.records import Sample
from bakeoff.suites.behaviour.options import Length, Options
from bakeoff.suites.behaviour.rules import Rule, Ruling

# What may stand around a heading's words: Markdown's marks, a number, a bullet.
_BEFORE = re.compile(r"^[\s#>*_\-•]*(?:\d+[.)]\s*)?[\s*_]*")
_AFTER = re.compile(r"[\s*_#]*$")


def matches(text: str, pattern: str) -> Ruling:
    """Kept where the pattern is found anywhere in the text.

    >>> matches("Ticket: AB-12", r"[A-Z]{2}-\\d+").evidence
    {'found': 'AB-12'}
    """
    found = re.search(pattern, text)
    return Ruling(found is not None, {"found": None if found is None else found[0][:200]})


def in_order(text: str, sections: Sequence[str]) -> Ruling:
    """Kept where each heading has a line of its own, or begins one with a colon, in the order given.

    Case, Markdown's marks and numbers before a heading do not count. `missing` names the headings that
    are nowhere, `misplaced` those that come only before one that should precede them.

    >>> in_order("## Cause\\nA fuse.\\n**Remedy:** replace it", ["Cause", "Remedy"]).kept
    True
    """
    lines = [_plain(line) for line in text.splitlines()]
    position = 0
    missing: list[str] = []
    misplaced: list[str] = []
    for heading in sections:
        places = [i for i, line in enumerate(lines) if _is_heading(line, _plain(heading))]
        later = next((i for i in places if i >= position), None)
        if later is not None:
            position = later + 1
        else:
            (misplaced if places else missing).append(heading)
    return Ruling(not missing and not misplaced, {"missing": [*missing], "misplaced": [*misplaced]})


def _plain(line: str) -> str:
    folded = unicodedata.normalize("NFKC", line).casefold()
    bare = _AFTER.sub("", _BEFORE.sub("", folded))
    return " ".join(re.sub(r"[*_]+(?=\s*:)|(?<=:)[*_]+", "", bare).split())


def _is_heading(line: str, heading: str) -> bool:
    heading = heading.removesuffix(":").rstrip()
    return line == heading or line.startswith((f"{heading}:", f"{heading} :"))


def in_band(text: str, band: Length) -> Ruling:
    """Kept where the length lies in the band; white space around the text does not count.

    >>> in_band("two words", Length(at_most=2)).evidence
    {'words': 2}
    """
    size = len(text.split()) if band.unit == "words" else len(text.strip())
    kept = band.at_least <= size and (band.at_most is None or size <= band.at_most)
    return Ruling(kept, {band.unit: size})


def format_rules(options: Options, schema: Rule | None) -> Mapping[str, Rule]:
    """The stated format rules by the name of their option."""
    rules: dict[str, Rule] = {} if schema is None else {"json_schema": schema}
    regex, sections, length = options.regex, options.sections, options.length
    if regex is not None:
        rules["regex"] = lambda _, text: matches(text, regex)
    if sections is not None:
        rules["sections"] = lambda _, text: in_order(text, sections)
    if length is not None:
        rules["length"] = lambda _, text: in_band(text, length)
    return rules


def all_of(rules: Mapping[str, Rule]) -> Rule:
    """The rule that is kept where all of them are; the evidence says which was, and why."""

    def rule(sample: Sample, text: str) -> Ruling:
        rulings = {name: one(sample, text) for name, one in rules.items()}
        evidence = {name: {"kept": one.kept, **one.evidence} for name, one in rulings.items()}
        return Ruling(all(one.kept for one in rulings.values()), evidence)

    return rule
