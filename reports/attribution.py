"""The 2×2 attributions: as Markdown tables, and for a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from rich import box
from rich.table import Table
from rich.text import Text

from bakeoff.evals.attribution_words import interaction_word
from bakeoff.evals.comparison import ArmEffect, Arms, Attribution, Comparison, Verdict
from bakeoff.reports.wording import MARKS, interval, number, p_value, percent

ROOM = 8
"""Metrics of one 2×2 that a terminal shows."""

ARM_HEADS = {"base": "base", "rag": "retrieval", "tuned": "tuning", "hybrid": "both"}

EXPLAINED = (
    "Retrieval and tuning are main effects: the mean of what each adds without and with the other. The "
    "interaction is what both together make beyond the sum of either alone. Intervals and adjusted p are "
    "simultaneous over all effects shown here, a family apart from the table's."
)


def squares(comparison: Comparison) -> list[tuple[Arms, list[Attribution]]]:
    """The attributions by 2×2, in their order."""
    found: dict[Arms, list[Attribution]] = {}
    for one in comparison.attribution:
        found.setdefault(one.arms, []).append(one)
    return list(found.items())


def arms_line(arms: Arms) -> str:
    """Which system is which arm, and which of them the hybrid's parents do not vouch for."""
    unsaid = f"the retrieval of {arms.rag}" if arms.assumed == "rag" else f"the tuning of {arms.tuned}"
    return (
        f"base {arms.base}, with retrieval {arms.rag}, tuned {arms.tuned}, both {arms.hybrid} "
        f"(its parents do not say that it has {unsaid})"
    )


def attribution_markdown(comparison: Comparison, escape: Callable[[str], str]) -> Iterator[str]:
    """A table for each 2×2, all metrics, the interaction in words under it."""
    if not comparison.attribution:
        return
    yield from ("### Attribution", "", escape(EXPLAINED), "")
    for arms, rows in squares(comparison):
        yield from (f"**2×2: {escape(arms_line(arms))}**", "")
        heads = [*ARM_HEADS.values(), "n", "effect of retrieval", "effect of tuning", "interaction"]
        yield f"| metric | {' | '.join(heads)} |"
        yield "|---" * (len(heads) + 1) + "|"
        for row in rows:
            effects = ["<br>".join(map(escape, lines)) for lines in _effects(row)]
            cells = [_label(row), *_means(row), _n(row)]
            yield f"| {' | '.join([*map(escape, cells), *effects])} |"
        yield ""
        yield from (f"- {escape(f'{row.suite}.{row.metric}: {row.sentence}')}" for row in rows)
        yield ""


def attribution_tables(comparison: Comparison) -> Iterator[Table | Text]:
    """A table for each 2×2; of many metrics those with an effect that is told, and how many are left out."""
    for i, (arms, rows) in enumerate(squares(comparison)):
        if i == 0:
            yield Text("Attribution", style="bold")
            yield Text(EXPLAINED, style="dim")
        shown, left = shown_rows(rows)
        yield _table(arms, shown) if shown else Text(f"2×2: {arms_line(arms)}: no effect is better or worse.")
        if left:
            yield Text(f"{left} further metrics: --format markdown shows them.")


def shown_rows(rows: Sequence[Attribution]) -> tuple[list[Attribution], int]:
    """The metrics that a terminal has room for, in their order, and how many are left out.

    All, where they are few; else at most `ROOM` of those with an effect that is better or worse, the least
    adjusted p first chosen.
    """
    if len(rows) <= ROOM:
        return list(rows), 0
    least = {i: _least_p(row) for i, row in enumerate(rows)}
    told = [(p, i) for i, p in least.items() if p is not None]
    kept = sorted(i for _, i in sorted(told)[:ROOM])
    return [rows[i] for i in kept], len(rows) - len(kept)


def _least_p(row: Attribution) -> float | None:
    telling = (Verdict.BETTER, Verdict.WORSE)
    effects = (row.retrieval, row.tuning, row.interaction)
    return min(
        (e.p_adjusted for e in effects if e.verdict in telling and e.p_adjusted is not None), default=None
    )


def _table(arms: Arms, rows: Sequence[Attribution]) -> Table:
    table = Table(
        box=box.SIMPLE_HEAVY, title=Text(f"2×2: {arms_line(arms)}"), title_justify="left", show_lines=True
    )
    table.add_column("metric")
    for head in ("means", "retrieval", "tuning", "interaction"):
        table.add_column(head)
    for row in rows:
        means = [f"{head} {mean}" for head, mean in zip(ARM_HEADS.values(), _means(row), strict=True)]
        table.add_row(
            Text(f"{_label(row)}\n{_n(row, 'n=')}"),
            Text("\n".join(means)),
            *(Text("\n".join(lines)) for lines in _effects(row)),
        )
    return table


def _label(row: Attribution) -> str:
    arrow = "↑" if row.direction == "higher" else "↓"
    unit = f" ({row.unit})" if row.unit else ""
    return f"{row.suite}.{row.metric}{unit} {arrow}"


def _n(row: Attribution, prefix: str = "") -> str:
    whole = row.coverage is None or row.coverage == 1
    return f"{prefix}{row.n}" if whole else f"{prefix}{row.n} ({percent(row.coverage or 0)})"


def _means(row: Attribution) -> list[str]:
    return [number(row.means.get(arm)) for arm in ARM_HEADS]


def _effects(row: Attribution) -> Iterator[list[str]]:
    """The lines of the three effects' cells."""
    for effect in (row.retrieval, row.tuning):
        yield _lines(effect, MARKS[effect.verdict])
    yield _lines(row.interaction, interaction_word(row.interaction, row.means))


def _lines(effect: ArmEffect, mark: str) -> list[str]:
    if effect.effect is None:
        return [effect.note or "n/a"]
    lines = [number(effect.effect, signed=True), interval(effect.low, effect.high, signed=True)]
    lines.append(f"{p_value(effect.p_adjusted)} {mark}".strip())
    return [*lines, effect.note] if effect.note else lines
