"""How often suite `forgetting` finds planted drops, and how often it cries wolf: docs/forgetting-power.md.

    python -m benchmarks.forgetting_study                 # the tables, in Markdown
    python -m benchmarks.forgetting_study --plot FILE.svg

Every repetition is a pair of simulated systems behind the `python` adapter in an ordinary run: config, store,
metrics, findings and Holm's correction are the shipped ones; only the prediction is computed here. A drop
counts as found where its own finding has p < .05: beside others, Holm's correction asks for more. A pair
cries wolf where its report, corrected, holds any alarm.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from toys.planted_drops import Plant, false_alarms, power, predicted

from bakeoff.evals.statistics import wilson

PLANTS = tuple(
    Plant(drop, discordant, items)
    for drop, discordant, sizes in (
        (0.02, 0.10, (500, 1000, 2043)),
        (0.05, 0.10, (100, 200, 337)),
        (0.10, 0.15, (40, 80, 122)),
    )
    for items in sizes
)
PAIRS = 200


def main() -> None:
    """Print the tables; draw the plot where one is asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pairs", type=int, default=PAIRS)
    parser.add_argument("--plot", type=Path, default=None)
    options = parser.parse_args()
    print("| drop | discordant | items | found | 95 % interval | predicted |\n|---|---|---|---|---|---|")
    measured = []
    for plant in PLANTS:
        found = power(plant, options.pairs)
        rate = wilson(sum(found), len(found))
        measured.append((plant, rate))
        print(
            f"| {plant.drop:.2f} | {plant.discordant:.2f} | {plant.items} | {rate.estimate:.3f} "
            f"| [{rate.low:.3f}, {rate.high:.3f}] | {predicted(plant):.3f} |",
            flush=True,
        )
    wolf = wilson(sum(false_alarms(options.pairs, 200, 4)), options.pairs)
    print(f"\nFalse alarms: {wolf.estimate:.3f} [{wolf.low:.3f}, {wolf.high:.3f}], {options.pairs} pairs")
    if options.plot is not None:
        draw(measured, options.plot)


def draw(measured: Sequence[tuple[Plant, Any]], path: Path) -> None:
    """Predicted curves with the simulated rates and their intervals on them."""
    from matplotlib import rc_context
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 4.5), layout="constrained")
    canvas: Any = FigureCanvasSVG(figure)
    axes = figure.add_subplot()
    for index, drop in enumerate(sorted({plant.drop for plant, _ in measured})):
        some = [(plant, rate) for plant, rate in measured if plant.drop == drop]
        largest, discordant = max(plant.items for plant, _ in some), some[0][0].discordant
        grid = [max(10, round(largest * k / 12)) for k in range(1, 16)]
        curve = [predicted(Plant(drop, discordant, n)) for n in grid]
        label = f"drop {drop:.2f}, {discordant:.2f} discordant"
        axes.plot(grid, curve, color=f"C{index}", label=label)
        for plant, rate in some:
            ends = [[rate.estimate - rate.low], [rate.high - rate.estimate]]
            axes.errorbar([plant.items], [rate.estimate], yerr=ends, fmt="o", color=f"C{index}", capsize=3)
    axes.set_xscale("log")
    axes.set_xlabel("items")
    axes.set_ylabel("planted drops found")
    axes.legend()
    with path.open("wb") as file, rc_context({"svg.fonttype": "none", "svg.hashsalt": "bakeoff"}):
        canvas.print_svg(file, metadata={"Date": None})


if __name__ == "__main__":
    main()
