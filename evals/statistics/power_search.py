"""From a power function to the size that reaches a power, and to the effect that a size can show."""

from __future__ import annotations

from collections.abc import Callable

LARGEST = 10**9
"""No plan asks for more; a search that passes it has no answer."""

_STEPS = 40


def smallest_n(power_of: Callable[[int], float], start: float, power: float, *, settled: int = 1) -> int:
    """The smallest n, at least 2, at which `power_of(n)` reaches `power`, and stays there for `settled` n.

    The power of a test on counts goes up and down like a saw as n grows; `settled` is the length of one
    tooth, so that a few samples more never have too little power. `start` is a first guess. Raises
    ValueError beyond 10⁹.
    """
    if start > LARGEST:
        raise ValueError("no number of samples up to 10^9 reaches that power")
    low, high = _bracket(power_of, max(2, round(start)), power)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if power_of(middle) >= power else (middle, high)
    short = [n for n in range(high + 1, high + settled) if power_of(n) < power]
    return short[-1] + 1 if short else high


def smallest_effect(
    power_of: Callable[[float], float], power: float, *, largest: float = 1.0
) -> float | None:
    """The smallest effect in (0, `largest`] at which `power_of`, which rises with it, reaches `power`.

    None where not even the largest does. Within `largest`·2⁻⁴⁰ and never below the true one.
    """
    if power_of(largest) < power:
        return None
    low, high = 0.0, largest
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (low, middle) if power_of(middle) >= power else (middle, high)
    return high


def _bracket(power_of: Callable[[int], float], start: int, power: float) -> tuple[int, int]:
    """(low, high) with too little power at low, or low 1, and enough at high."""
    low = high = start
    while power_of(high) < power:
        low, high = high, 2 * high
        if high > LARGEST:
            raise ValueError("no number of samples up to 10^9 reaches that power")
    while low > 1 and power_of(low) >= power:
        low, high = low // 2, low
    return low, high
