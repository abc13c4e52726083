"""What a check asks, in one line: the title under which every report shows it."""

from __future__ import annotations

from bakeoff.evals.gate.goals import number
from bakeoff.evals.gate_config import CheckConfig


def title(check: CheckConfig, candidate: str, other: str = "", margin: float | None = 0.0) -> str:
    """For example `faithfulness of rag at least 0.85`; `other` and `margin` are the resolved ones.

    `margin` is None where it is the metric's own and nobody has looked it up.
    """
    return f"{_subject(check)} of {candidate} {_demand(check, other, margin)}"


def _subject(check: CheckConfig) -> str:
    name = str(check.metric or check.finding)
    if check.quantile is not None:
        name = f"quantile {check.quantile:g} of {name}"
    keys = {"domain": check.domain, "family": check.family, "slice": check.slice, "against": check.against}
    narrowed = ", ".join(f"{key} {value}" for key, value in keys.items() if value is not None)
    return f"{name} ({narrowed})" if narrowed else name


def _demand(check: CheckConfig, other: str, margin: float | None) -> str:
    for value, words in ((check.at_least, "at least"), (check.at_most, "at most")):
        if value is not None:
            return f"{words} {number(value)}"
    for value, words in ((check.none_below, "never below"), (check.none_above, "never above")):
        if value is not None:
            return f"{words} {number(value)} {_listed(check)}"
    if check.better_than is not None:
        return f"better than {other}"
    return f"not worse than {other} by {'its margin' if margin is None else number(margin)}"


def _listed(check: CheckConfig) -> str:
    if check.tag is not None:
        return f"where tagged {check.tag}"
    return f"on {len(check.ids)} listed samples" if check.ids is not None else "on any sample"
