"""`run` and `demo`: execute a config, then print its table."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path

from pydantic import BaseModel
from rich.console import Console

from bakeoff.assemble import assemble, read_config
from bakeoff.cli.changes import Changes, check_judge, narrowed, with_judge
from bakeoff.cli.progress import progress_for
from bakeoff.cli.reporting import print_comparison
from bakeoff.cli.sequential import ending, sequential_of
from bakeoff.evals import runner
from bakeoff.evals.comparison_builder import compare_run
from bakeoff.evals.config import Config
from bakeoff.evals.errors import RunIncomplete
from bakeoff.evals.planning import undecidable
from bakeoff.evals.registration import Plan
from bakeoff.evals.runner import Outcome
from bakeoff.evals.store import Store, open_store
from bakeoff.evals.store.table_reader import load_table

CAPS = ("size", "per_family", "families", "crossed", "ages")
"""The suites' options that the demo keeps small."""

DEMO_STORE = ".bakeoff/demo.db"
NONE = Changes()


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """What the command line asked for beside the config."""

    fresh: bool = False
    sequential: bool = False
    judge: str | None = None
    changes: Changes = NONE


def run_config(path: Path, wishes: Wishes, *, as_json: bool, quiet: bool) -> int:
    """Run a config, or what the changes touch of it, if asked until its gate is certain; 0, or 4 where cells
    stay open.
    """
    check_judge(wishes.judge)
    config = with_judge(read_config(path, judge=wishes.judge), wishes.judge)
    return _run(config, wishes, as_json=as_json, quiet=quiet)


def run_demo(*, full: bool, fresh: bool, as_json: bool, quiet: bool) -> int:
    """Run the embedded example, with `full` on all of its samples; the store lies where you are."""
    with as_file(files("bakeoff.examples.support")) as folder:
        config = demo_config(folder / "bakeoff.yaml", full=full)
        return _run(config, Wishes(fresh=fresh), as_json=as_json, quiet=quiet)


def demo_config(path: Path, *, full: bool) -> Config:
    """The demo's config, with its store in the working directory, and, if `full`, without its caps."""
    config = read_config(path)
    store = f"sqlite:///{(Path.cwd() / DEMO_STORE).as_posix()}"
    config = config.model_copy(update={"store": store})
    if not full:
        return config
    dataset = config.dataset.model_copy(update={"limit": None})
    suites = tuple(entry.model_copy(update={"options": _uncapped(entry.options)}) for entry in config.suites)
    return config.model_copy(update={"dataset": dataset, "suites": suites})


def _uncapped(options: BaseModel) -> BaseModel:
    """The suite's options with its sizes, families and blocks as they are by default."""
    fields = type(options).model_fields
    defaults = {name: fields[name].default for name in CAPS if name in fields}
    return options.model_copy(update=defaults)


def _run(config: Config, wishes: Wishes, *, as_json: bool, quiet: bool) -> int:
    sequential = sequential_of(config) if wishes.sequential else None
    plan = narrowed(assemble(config), config, wishes.changes, quiet=quiet)
    for _ in plan.samples():
        pass  # a broken data set is told before a store is made, or the last run's cells are laid anew
    store = open_store(config.store)
    try:
        _warn_of_too_few(config, plan, store)
        bars = progress_for(sys.stderr, quiet=quiet)
        outcome = runner.run(plan, store, fresh=wishes.fresh, progress=bars, sequential=sequential)
        comparison = compare_run(store, outcome.run)
    finally:
        store.close()
    print_comparison(comparison, "json" if as_json else "terminal")
    if sequential is not None:
        print(ending(outcome.run), file=sys.stderr)
    if not quiet:
        _tell_cost(outcome, config)
    if not outcome.complete:
        raise RunIncomplete(_open_cells(outcome))
    return 0


def _warn_of_too_few(config: Config, plan: Plan, store: Store) -> None:
    """One line for each check of the gate that the samples are too few to decide; none of a part of a run."""
    if config.gate is None or plan.left_out:
        return
    last = next(iter(store.list_runs(config.name)), None)
    pilot = None if last is None else load_table(store, last)
    findings = [] if last is None else store.findings(last.id)
    for line in undecidable(config, plan.samples(), pilot=pilot, findings=findings):
        print(f"gate: {line}; see `bakeoff plan`", file=sys.stderr)


def _tell_cost(outcome: Outcome, config: Config) -> None:
    usage = outcome.judge_usage
    tokens = (usage.input_tokens or 0) + (usage.output_tokens or 0)
    judge = f", {tokens} judge tokens" if tokens else ""
    cost = outcome.cost_usd + (usage.cost_usd or 0.0)
    money = f", {cost:.4f} USD as far as prices are known" if cost else ""
    text = f"{outcome.asked} answers asked for, {outcome.judged} verdicts{judge}{money}."
    console = Console(stderr=True)
    console.print(text, style="dim", highlight=False)
    if config.limits.max_cost_usd is not None and outcome.unpriced:
        names = ", ".join(sorted(outcome.unpriced))
        console.print(
            f"limits.max_cost_usd cannot see what these cost: {names}.", markup=False, highlight=False
        )


def _open_cells(outcome: Outcome) -> str:
    """One line: how many cells are open, whose, and why."""
    parts = [
        f"{count} answers of {name} ({outcome.reasons.get(name, 'no reason known')})"
        for name, count in outcome.open_answers.items()
    ]
    parts += [
        f"{count} scores of {name} (the judge could not be reached)"
        for name, count in outcome.open_scores.items()
    ]
    return f"the run is incomplete: {'; '.join(parts)}; run the same command again to fill them"
