"""What retrieval and tuning do together, in plain words."""

from __future__ import annotations

from collections.abc import Mapping

from bakeoff.evals.comparison import ArmEffect, Verdict
from bakeoff.evals.records import Output


def interaction_word(effect: ArmEffect, means: Mapping[str, float]) -> str:
    """`adds up`, `overlaps`, `reinforces` or `cannot tell`.

    It overlaps where the two together move the metric less than the sum of what either moves it alone, for
    better or worse, and reinforces where they move it more.
    """
    if effect.verdict is Verdict.EQUIVALENT:
        return "adds up"
    if effect.effect is None or effect.verdict not in (Verdict.BETTER, Verdict.WORSE):
        return "cannot tell"
    together = means["rag"] + means["tuned"] - 2 * means["base"]
    return "overlaps" if effect.effect * together < 0 else "reinforces"


def interaction_sentence(effect: ArmEffect, means: Mapping[str, float], output: Output) -> str:
    """What either does alone, what both do, and how that compares with the sum; no more than is shown."""
    if effect.effect is None:
        return f"Cannot tell: {effect.note}."
    alone = [means[arm] - means["base"] for arm in ("rag", "tuned", "hybrid")]
    facts = "alone, retrieval makes {:+.3g} and tuning {:+.3g}; together they make {:+.3g}".format(*alone)
    word = interaction_word(effect, means).capitalize()
    return f"{word}: {facts}, {_against_the_sum(effect, output)}."


def _against_the_sum(effect: ArmEffect, output: Output) -> str:
    if effect.verdict is Verdict.EQUIVALENT:
        return f"the sum within ±{output.margin:g}"
    if effect.verdict in (Verdict.BETTER, Verdict.WORSE):
        return f"{abs(effect.effect or 0):.3g} {effect.verdict} than the sum"
    if effect.note:
        return f"but {effect.note}"
    if effect.low is None or effect.high is None:
        return "but how far from the sum has no interval"
    return f"and how far from the sum may be anything from {effect.low:+.3g} to {effect.high:+.3g}"
