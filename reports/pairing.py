"""How the samples of systems or runs match, in a line each."""

from __future__ import annotations

from collections.abc import Iterator

from bakeoff.evals.comparison import Comparison, PairCount

SHOWN_IDS = 5
"""Ambiguous ids that a line names; JSON has more."""


def pairing_lines(comparison: Comparison) -> Iterator[str]:
    """A line for each pair in which a sample is unpaired or was paired by content; one for all the others."""
    whole = [pair for pair in comparison.pairings if is_whole(pair)]
    yield from (f"Paired: {pairing_line(pair)}" for pair in comparison.pairings if not is_whole(pair))
    if whole:
        names = ", ".join(f"{pair.name} with {pair.against}" for pair in whole)
        counts = sorted({pair.paired for pair in whole})
        yield f"Paired: all {' or '.join(map(str, counts))} samples of {names}."


def is_whole(pair: PairCount) -> bool:
    """Whether every sample of either side has its pair under its own id."""
    unpaired = pair.only_name + pair.only_against + pair.ambiguous_name + pair.ambiguous_against
    return unpaired == 0 and pair.by_content == 0


def pairing_line(pair: PairCount) -> str:
    """Counts of the paired, of those only on one side, and of the ambiguous, which are named."""
    by_content = f" ({pair.by_content} of them by content, under other ids)" if pair.by_content else ""
    line = (
        f"{pair.paired} samples{by_content} of {pair.name} with {pair.against}; "
        f"only in {pair.name}: {pair.only_name}, only in {pair.against}: {pair.only_against}, "
        f"ambiguous: {pair.ambiguous_name} and {pair.ambiguous_against}"
    )
    if not pair.ambiguous_ids:
        return f"{line}."
    shown = ", ".join(pair.ambiguous_ids[:SHOWN_IDS])
    more = "" if pair.ambiguous_name + pair.ambiguous_against <= SHOWN_IDS else " …"
    return f"{line}, left unpaired ({shown}{more})."
