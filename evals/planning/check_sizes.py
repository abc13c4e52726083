"""Sizes of the gate's checks by kind: a bound, a comparison, a quantile, a finding. Each is one-sided."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from bakeoff.evals.findings import Finding
from bakeoff.evals.gate_config import CheckConfig
from bakeoff.evals.planning.known import Known, Seen
from bakeoff.evals.planning.latency_quantile import quantile_of
from bakeoff.evals.planning.records import MARGIN, Aim, Spread
from bakeoff.evals.planning.spread import (
    needed_for_margin,
    needed_n,
    smallest_effect,
    smallest_margin,
)
from bakeoff.evals.planning.words import amount
from bakeoff.evals.records import Output
from bakeoff.evals.statistics import quantile_least_n, rate_mde, rate_n
from bakeoff.evals.statistics.proportions import normal_quantile
from bakeoff.evals.table import Column

RATES = frozenset(
    {"exact_match", "failure_rate", "over_refusal", "rejection", "accuracy", "accuracy_loose", "key_values"}
)
"""Metrics that are right or wrong, for where no pilot shows it."""

UNBOUNDED = frozenset({"latency_s", "first_token_s", "output_tokens", "cost_usd"})
"""Metrics whose spread nobody can assume."""

_PILOT_FIRST = "nothing is known of how much it varies: a pilot run would tell"
_NO_VARIATION = "nothing varied in the pilot, so no size can be told"


@dataclass(frozen=True)
class Sizing:
    """What a check has to show (`what`, `distance`), with how many samples, and what n can show.

    `off` is how far the pilot lies from what decides, where only that makes n enough. `reason` replaces the
    sentence where sizes say nothing.
    """

    n: int | None = None
    needed: int | None = None
    distance: float | None = None
    smallest: float | None = None
    decidable: bool | None = None
    what: str = ""
    assumption: str = ""
    reason: str = ""
    off: float | None = None


def absolute_sizes(check: CheckConfig, known: Known, aim: Aim) -> Sizing:
    """A mean has to clear a bound: sizes for a truth that lies `aim.effect` on its good side.

    Of a metric without a range the distance is that share of the bound.
    """
    name, column = _plain(check.metric), known.column(check.metric or "")
    seen, bounded = known.own(column, known.candidate), _bounded(name, column)
    above, bound = _bound(check)
    if bounded and not 0 < bound < 1 and (column is None or _unit_range(column.output)):
        return _at_the_end(seen.n, reachable=(bound <= 0) == above)
    distance = _distance(aim.effect, bound, above, bounded)
    what = f"a true value {amount(distance, bounded=bounded)} beyond the bound"
    if bounded and 0 < bound < 1 and (name in RATES if seen.rate is None else seen.rate):
        return _off(_rate_sizes(seen.n, distance, bound, above, aim, what), seen, bound)
    if seen.spread is None and seen.estimate == (1.0 if above else 0.0) != bound and 0 < bound < 1:
        return _unvaried_sizes(seen, bound, above, aim)
    spread = seen.spread or (known.assumed(False) if bounded and seen.estimate is None else None)
    return _off(_mean_sizes(seen, spread, distance, aim, what), seen, bound)


def relative_sizes(check: CheckConfig, known: Known, aim: Aim) -> Sizing:
    """Superiority by a true difference of `aim.effect`, or non-inferiority where there is no difference."""
    name, column = _plain(check.metric), known.column(check.metric or "")
    other = known.against(check.better_than or check.not_worse_than or "")
    seen, bounded = known.paired(column, other), _bounded(name, column)
    spread = seen.spread or (known.assumed(name in RATES) if bounded and seen.estimate is None else None)
    if check.better_than is not None or check.margin == 0:
        effect = aim.effect if bounded else aim.effect * abs(seen.level or 0.0)
        what = f"a true difference of {amount(effect, bounded=bounded)}"
        return _off(_mean_sizes(seen, spread, effect, aim, what), seen, 0.0)
    margin = check.margin or aim.margin or (column.output.margin if column else None)
    margin = margin or (MARGIN if bounded else None)
    if margin is None:
        return Sizing(n=seen.n, reason="names no margin, and the metric has none of its own")
    if spread is None:
        return Sizing(n=seen.n, reason=_unknown(seen))
    what = f"that it is not worse by {amount(margin, bounded=bounded)} where it is not worse at all"
    needed = needed_for_margin(spread, margin, aim)
    found = None if seen.n is None else smallest_margin(spread, seen.n, aim)
    worse = -margin if column is None or column.output.direction == "higher" else margin
    return _off(_sizing(seen.n, needed, margin, found, what, _assumption(spread)), seen, worse)


def quantile_sizes(check: CheckConfig, known: Known, aim: Aim) -> Sizing:
    """An upper bound of a quantile exists from some n on, whatever the distribution; less decides nothing."""
    asked = quantile_of(check)
    assert asked is not None
    name, quantile = asked
    n = known.own(known.column(name), known.candidate).n
    needed = quantile_least_n(quantile if check.at_most is not None else 1 - quantile, alpha=aim.alpha)
    what = f"any {1 - aim.alpha:.0%} bound of the {quantile:.0%} quantile"
    return _sizing(n, needed, None, None, what, "")


def finding_sizes(check: CheckConfig, known: Known, aim: Aim) -> Sizing:
    """From the interval that an earlier run's finding had: its width falls with the root of n.

    A bound on the far side of 0 is planned for a truth of 0, another for one `aim.effect` beyond it.
    """
    above, bound = _bound(check)
    asked = [f for f in known.findings if _is_asked(f, check, known.candidate)]
    finding = next(iter(sorted(asked, key=lambda f: not f.headline)), None)
    if finding is None:
        return Sizing(reason=f"the suite asks samples of its own; {_PILOT_FIRST}")
    spread = _spread_of(finding, aim.alpha)
    distance = abs(bound) if bound != 0 and (bound < 0) == above else aim.effect
    what = f"a true value {amount(distance)} beyond the bound"
    seen = Seen(finding.n, spread, finding.effect)
    return _off(_mean_sizes(seen, spread, distance, aim, what), seen, bound)


def _is_asked(finding: Finding, check: CheckConfig, candidate: str) -> bool:
    narrowed = {"family": check.family, "slice": check.slice, "against": check.against}
    return (finding.name, finding.system) == (check.finding, candidate) and all(
        getattr(finding, name) == wanted for name, wanted in narrowed.items() if wanted is not None
    )


def _mean_sizes(seen: Seen, spread: Spread | None, distance: float, aim: Aim, what: str) -> Sizing:
    if spread is None or distance <= 0:
        return Sizing(n=seen.n, reason=_unknown(seen) if spread is None else _PILOT_FIRST)
    needed = needed_n(spread, distance, aim, sides=1)
    found = None if seen.n is None else smallest_effect(spread, seen.n, aim, sides=1)
    return _sizing(seen.n, needed, distance, found, what, _assumption(spread))


def _unknown(seen: Seen) -> str:
    return _PILOT_FIRST if seen.estimate is None else _NO_VARIATION


def _rate_sizes(n: int | None, distance: float, bound: float, above: bool, aim: Aim, what: str) -> Sizing:
    rate = bound + distance if above else bound - distance
    try:
        needed = rate_n(rate, bound, alpha=aim.alpha, power=aim.power)
    except ValueError:
        needed = None  # so near to the bound that no n up to 10^7 shows it
    found = None if n is None else rate_mde(n, bound, above=above, alpha=aim.alpha, power=aim.power)
    return _sizing(n, needed, distance, found, what, "")


def _unvaried_sizes(seen: Seen, bound: float, above: bool, aim: Aim) -> Sizing:
    """Every sample is perfect, in clusters: how many of these clear the bound (METHODS §7)."""
    kept = bound if above else 1 - bound
    if kept == 1:  # a bound too near to the end for a float
        return _at_the_end(seen.n, reachable=False)
    units = quantile_least_n(kept, alpha=aim.alpha)
    what = "the bound while every one of them is perfect, as in the pilot"
    return _sizing(seen.n, math.ceil(units * seen.cluster_size), None, None, what, "")


def _off(sizing: Sizing, seen: Seen, threshold: float) -> Sizing:
    """The sizing, decidable also where the pilot lies so far from the threshold that n samples show it."""
    if seen.estimate is None or sizing.smallest is None or sizing.decidable is not False:
        return sizing
    off = abs(seen.estimate - threshold)
    return replace(sizing, decidable=True, off=off) if off >= sizing.smallest else sizing


def _sizing(
    n: int | None,
    needed: int | None,
    distance: float | None,
    smallest: float | None,
    what: str,
    assumption: str,
) -> Sizing:
    decidable = None if n is None else needed is not None and n >= needed
    return Sizing(n, needed, distance, smallest, decidable, what, assumption)


def _at_the_end(n: int | None, *, reachable: bool) -> Sizing:
    """A bound at the end of the score's range: met by every system, or shown by no number of samples."""
    if reachable:
        return Sizing(n=n, decidable=True, reason="holds for every system: the bound is an end of the range")
    reason = "cannot be passed with any number of samples: nothing lies beyond the bound"
    return Sizing(n=n, decidable=False, reason=reason)


def _distance(effect: float, bound: float, above: bool, bounded: bool) -> float:
    if not bounded:
        return effect * abs(bound)
    room = 1 - bound if above else bound
    return min(effect, room) if room > 0 else effect


def _bound(check: CheckConfig) -> tuple[bool, float]:
    """Whether the value has to lie above the bound, and the bound."""
    if check.at_least is not None:
        return True, check.at_least
    assert check.at_most is not None
    return False, check.at_most


def _plain(metric: str | None) -> str:
    return (metric or "").rpartition(".")[2]


def _bounded(name: str, column: Column | None) -> bool:
    if column is None:
        return name not in UNBOUNDED
    return column.output.low is not None and column.output.high is not None


def _unit_range(output: Output) -> bool:
    return (output.low, output.high) == (0.0, 1.0)


def _spread_of(finding: Finding, alpha: float) -> Spread | None:
    """SD per sample, clusters and all: half of the two-sided interval is z·sd/√n."""
    if finding.low is None or finding.high is None or finding.high <= finding.low or finding.n < 2:
        return None
    sd = (finding.high - finding.low) / 2 / normal_quantile(alpha) * math.sqrt(finding.n)
    return Spread(source="pilot", sd=sd)


def _assumption(spread: Spread) -> str:
    """Where the variance comes from, in words."""
    what = (
        f"an SD of {spread.sd:.2g}"
        if spread.discordant is None
        else f"{spread.discordant:.0%} of pairs that differ"
    )
    said = {"assumed": "assuming {}", "stated": "with {}, as stated", "pilot": "the pilot saw {}"}
    return said[spread.source].format(what)
