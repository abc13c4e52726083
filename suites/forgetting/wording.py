"""The sentences of the findings: what happened, how sure, on how many items."""

from __future__ import annotations

from bakeoff.evals.statistics import Interval
from bakeoff.suites.forgetting.ledger import Entry
from bakeoff.suites.forgetting.pairing import OWN


def change_sentence(system: str, ancestor: str, arm: str, family: str, line: Entry) -> str:
    """The ledger's line in words."""
    counts = line.counts
    return (
        f"{who(system, ancestor, arm)} on {_where(family)}: {counts.forgotten} of {counts.n} items "
        f"forgotten, {counts.gained} gained, {counts.kept} kept, {counts.never} never had; "
        f"change {signed(line.change)}; {_verdict(line)}"
    )


def retention_sentence(system: str, ancestor: str, arm: str, family: str, ratio: Interval) -> str:
    """What is left of the ancestor's lead over chance."""
    sides = f"{who(system, ancestor, arm)} on {_where(family)}"
    return f"{sides}: retention above chance {plain(ratio)}, n = {ratio.n}"


def who(system: str, ancestor: str, arm: str) -> str:
    """The two sides, and whether the system's retrieval was left out."""
    return f"{system} against {ancestor}" + ("" if arm == OWN else ", without retrieval,")


def signed(interval: Interval) -> str:
    """An effect with its sign and interval."""
    return _shown(interval, "+.3f")


def plain(interval: Interval) -> str:
    """An estimate with its interval."""
    return _shown(interval, ".3f")


def _shown(interval: Interval, form: str) -> str:
    if interval.estimate is None:
        return f"not estimable ({interval.method})"
    if interval.low is None or interval.high is None:
        return f"{interval.estimate:{form}} [no bounded interval: {interval.method}]"
    return f"{interval.estimate:{form}} [{interval.low:{form}}, {interval.high:{form}}]"


def _where(family: str) -> str:
    return "all families" if family == "all" else family


def _verdict(line: Entry) -> str:
    points = f"{100 * line.margin:g} points"
    if line.verdict == "not worse":
        return f"not worse by {points}"
    if line.verdict == "worse":
        return f"worse by more than {points}"
    return f"cannot tell at a margin of {points}; about {line.needed} items would be needed"
