"""Malformed gates, made from sound checks by a grammar of faults, each with what must be said of it.

A gate holds a sound check, then the spoilt one, so that both the line and the index in a message count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bakeoff.evals.gate_config import BOUNDS, COMPANIONS, OF_FINDING, OF_METRIC, SUBJECTS
from malformed.cases import CONFIG, Case

Keys = Mapping[str, str]
"""A check's keys, with their values as YAML."""

SOUND: Mapping[str, Keys] = {
    "a bound": {"metric": "accuracy", "at_least": "0.5", "domain": "billing"},
    "a quantile": {"metric": "latency_s", "quantile": "0.95", "at_most": "2"},
    "superiority": {"metric": "accuracy", "better_than": "parent"},
    "non-inferiority": {"metric": "accuracy", "not_worse_than": "baseline", "margin": "0.02"},
    "severity by tag": {"metric": "exact_match", "none_below": "1", "tag": "critical"},
    "severity by ids": {"metric": "latency_s", "none_above": "30", "ids": "[a, b]"},
    "a finding": {"finding": "forgetting.change", "at_least": "-0.02", "family": "all", "slice": "closed"},
    "a finding against": {"finding": "a.b", "at_most": "0.1", "against": "logged"},
    "an item to sign": {"manual": "privacy review"},
}
NUMBERS = {"at_least", "at_most", "none_below", "none_above", "margin", "quantile"}
BEFORE, SPOILT_LINE = "{manual: the first one is sound}", 9


@dataclass(frozen=True)
class Fault:
    """A spoilt check (YAML), the key that the message must name ("" for the whole check), and its words."""

    name: str
    check: str
    key: str
    says: str

    def in_file(self) -> tuple[str, str]:
        """A gate file with it, and the pattern of the one line."""
        text = f"candidate: logged\nchecks:\n  - {BEFORE}\n  - {self.check}\n"
        place = "gate.yaml:4: "
        if self.key is not NOWHERE:
            place += "checks[1]" + (f".{self.key}" if self.key else "") + ": "
        return text, rf"{re.escape(place)}.*{re.escape(self.says)}"

    def case(self) -> Case:
        """The config with it, and the pattern of the one line."""
        text = f"{CONFIG}gate:\n  candidate: logged\n  checks:\n    - {BEFORE}\n    - {self.check}\n"
        place = f"bakeoff.yaml:{SPOILT_LINE}: "
        if self.key is not NOWHERE:
            place += "gate.checks[1]" + (f".{self.key}" if self.key else "") + ": "
        pattern = rf"{re.escape(place)}.*{re.escape(self.says)}"
        return Case(f"gate: {self.name}", {"bakeoff.yaml": text}, pattern)


NOWHERE = "\0"
"""The key of a fault that the YAML reader tells, which knows the line but no path."""


def written(keys: Keys) -> str:
    return "{" + ", ".join(f"{key}: {value}" for key, value in keys.items()) + "}"


def faults() -> Iterator[Fault]:
    """Every fault of the grammar at every place where it can stand."""
    for name, keys in SOUND.items():
        for key in keys:
            for what, spoilt, named, says in _of_key(keys, key):
                yield Fault(f"{name}, {key} {what}", spoilt, named, says)
        for what, spoilt, says in _of_check(keys):
            yield Fault(f"{name}, {what}", spoilt, "", says)


def _of_key(keys: Keys, key: str) -> Iterator[tuple[str, str, str, str]]:
    """(what, spoilt check, key named, words) for one key of a sound check."""
    for value, says in _bad_values(key):
        yield f"= {value[:12]}", written({**keys, key: value}), key, says
    yield (
        "given twice",
        f"{written(keys)[:-1]}, {key}: {keys[key]}}}",
        NOWHERE,
        f"key {key!r} is already given",
    )
    misspelt = key[:-1] + "x"
    renamed = {misspelt if k == key else k: v for k, v in keys.items()}
    yield "misspelt", written(renamed), misspelt, f"unknown key; did you mean {key!r}?"


def _bad_values(key: str) -> Iterator[tuple[str, str]]:
    if key in NUMBERS:
        yield from ((value, "must be a number") for value in ("'0.5'", "[0.5]", "true"))
        return
    if key == "ids":
        yield from ((value, "must be a list") for value in ("a", "7", "{a: b}"))
        yield "[]", "must have at least 1 items"
        return
    yield from ((value, "must be text") for value in ("7", "{a: b}"))
    yield "''", "must not be empty"
    yield "x" * 501, "must have at most 500 characters"


def _of_check(keys: Keys) -> Iterator[tuple[str, str, str]]:
    """(what, spoilt check, words) for a check whose keys do not go together."""
    subject = next(key for key in keys if key in SUBJECTS)
    bounds = [key for key in keys if key in BOUNDS[subject]]
    for other in sorted(SUBJECTS - {subject}):
        yield f"a {other} too", written({**keys, other: "x"}), "exactly one of metric, finding and manual"
    yield (
        "no subject",
        written({k: v for k, v in keys.items() if k != subject}),
        "a check names exactly one of",
    )
    takes = f"a check of a {subject} takes "
    for bound in bounds:
        without = {k: v for k, v in keys.items() if k != bound}
        yield f"without {bound}", written(without), takes
    for bound in BOUNDS["metric"]:
        if bound not in keys:
            value = "baseline" if bound.endswith("than") else "0.5"
            yield f"with {bound}", written({**keys, bound: value}), takes
    for companion, owners in COMPANIONS.items():
        alien = (companion in OF_METRIC and subject != "metric") or (
            companion in OF_FINDING and subject != "finding"
        )
        if companion not in keys and (alien or not set(bounds) & set(owners)):
            value = {"margin": "0.1", "quantile": "0.5", "ids": "[x]"}.get(companion, "x")
            yield f"with {companion}", written({**keys, companion: value}), f"{companion} goes with"


def _section(keys: str, checks: str = "[{metric: accuracy, at_least: 0.5}]") -> str:
    return f"gate: {{{keys}, checks: {checks}}}"


WELL = "candidate: logged"


def _with(keys: str) -> str:
    """A sound section with these keys."""
    return _section(f"{WELL}, {keys}")


SECTIONS: Mapping[str, tuple[str, str]] = {
    "nothing but a number": ("gate: 7", r"5: gate: must be a mapping"),
    "a list of checks": ("gate: [{manual: a}]", r"5: gate: must be a mapping"),
    "no candidate": (_section("coverage: 1"), r"5: gate\.candidate: is missing"),
    "no checks": ("gate: {candidate: logged}", r"5: gate\.checks: is missing"),
    "no check": (_section(WELL, "[]"), r"5: gate\.checks: must have at least 1"),
    "checks as text": (_section(WELL, "all"), r"5: gate\.checks: must be a list"),
    "a check as text": (_section(WELL, "[all]"), r"5: gate\.checks\[0\]: must be a mapping"),
    "a check as nothing": (_section(WELL, "[~]"), r"5: gate\.checks\[0\]: must be a mapping"),
    "an unknown candidate": (_section("candidate: loged"), r"5: gate\.candidate: names no system: 'loged'"),
    "a list of candidates": (_section("candidate: [logged]"), r"5: gate\.candidate: must be text"),
    "a long candidate": (_section(f"candidate: {'x' * 501}"), r"5: gate\.candidate: must have at most 500"),
    "an unknown key": (
        _with("chekcs: 1"),
        r"5: gate\.chekcs: unknown key; did you mean 'checks'",
    ),
    "coverage in per cent": (_with("coverage: 95"), r"5: gate\.coverage: must be at most 1"),
    "coverage below 0": (_with("coverage: -1"), r"5: gate\.coverage: must be at least 0"),
    "coverage in words": (_with("coverage: all"), r"5: gate\.coverage: must be a number"),
    "another policy": (_with("inconclusive: skip"), r"5: gate\.inconclusive: must be 'inconcl"),
    "a judge in words": (
        _with("allow_offline_judge: 2"),
        r"5: gate\.allow_offline_judge: must",
    ),
    "no steps": (
        _with("sequential: {step: 0}"),
        r"5: gate\.sequential\.step: must be at least 1",
    ),
    "half a sample": (
        _with("sequential: {first: 2.5}"),
        r"5: gate\.sequential\.first: must be",
    ),
    "sequential as a word": (_with("sequential: on"), r"5: gate\.sequential: must be a mapping"),
    "another step": (
        _with("sequential: {steps: 5}"),
        r"5: gate\.sequential\.steps: unknown key",
    ),
    "agreement as text": (
        _with("judge_agreement: a.jsonl"),
        r"5: gate\.judge_agreement: must be",
    ),
    "no labels": (
        _with("judge_agreement: {}"),
        r"5: gate\.judge_agreement\.labels: is missing",
    ),
    "kappa above 1": (
        _with("judge_agreement: {labels: a, kappa: 1.5}"),
        r"5: gate\.judge_agreement\.kappa: must be at most 1",
    ),
    "an old baseline": (_with("baseline_days: 0"), r"5: gate\.baseline_days: must be at least 1"),
    "days in words": (_with("baseline_days: all"), r"5: gate\.baseline_days: must be a whole"),
    "a list of files": (_with("baseline_file: [a]"), r"5: gate\.baseline_file: must be text"),
    "unfair as text": (_with("allow_unfair: maybe"), r"5: gate\.allow_unfair: must be true or"),
    "a file that is not there": ("gate: gates/none.yaml", r"5: gate: names no file: 'gates/none\.yaml'"),
    "two gates": ("gate: {candidate: logged}\ngate: {candidate: logged}", r"6: key 'gate' is already given"),
    "a misspelt section": (
        _section(WELL).replace("gate", "gaet"),
        r"5: gaet: unknown key",
    ),
    "no section": ("seed: 1", r" has no `gate:`"),
    "an empty section": ("gate:", r" has no `gate:`"),
    "a tag": ("gate: !include gate.yaml", r"5: the YAML tag"),
    "a tab": ("gate:\n\tcandidate: logged", r"6: a tab"),
    "cut short": ("gate: {candidate: logged, checks: [{metric: accuracy, at_le", r"\d+: broken YAML"),
    "a key that is a list": ("gate: {[a]: b}", r"5: a key that is not text"),
    "not a number": (_with("coverage: .nan"), r"5: '\.nan' is not a finite number"),
    "an endless number": (_with("coverage: .inf"), r"5: '\.inf' is not a finite number"),
}
"""Sections that are wrong as a whole: the text from line 5 on, and what follows `bakeoff.yaml:`."""


def cases() -> list[Case]:
    """All malformed gates, each with the pattern of the one line about it."""
    whole = [
        Case(f"gate: {name}", {"bakeoff.yaml": f"{CONFIG}{text}\n"}, rf"bakeoff\.yaml:{expect}")
        for name, (text, expect) in SECTIONS.items()
    ]
    return [fault.case() for fault in faults()] + whole
