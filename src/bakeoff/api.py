"""The Python API: what the commands do, as functions that return what the commands print."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from bakeoff.assemble import assemble, read_config
from bakeoff.evals import comparison_builder, run_pairs, runner
from bakeoff.evals.comparison import Comparison
from bakeoff.evals.config_model import Config
from bakeoff.evals.errors import InputError
from bakeoff.evals.gate import evaluation
from bakeoff.evals.gate.evidence import read_evidence
from bakeoff.evals.gate.result import GateResult, Policy
from bakeoff.evals.gate.signoffs import FILE, Signoff, add_signoff, read_signoffs, signed
from bakeoff.evals.gate_config import GateConfig
from bakeoff.evals.gate_file import read_gate
from bakeoff.evals.labels import labels_of
from bakeoff.evals.planning import SamplePlan
from bakeoff.evals.runs import RunRecord
from bakeoff.evals.store import Store, open_store
from bakeoff.planning import plan_config, stated_aim, with_gate

HARMLESS = frozenset({"gate", "store", "limits", "name", "slices"})
"""Keys of a config that change neither an answer nor a score."""


def load_config(path: Path | str) -> Config:
    """Read and check a config. Raises InputError with a line for every problem."""
    return read_config(path)


def run(config: Config | Path | str, *, fresh: bool = False) -> Comparison:
    """Ask and score what the store lacks, then compare.

    `comparison.run.open_cells` counts what could not be filled; running again fills it. `fresh` starts
    a new epoch. Must not be called from a running event loop. Raises InputError, RunIncomplete.
    """
    checked = _config(config)
    with _store(checked, create=True) as store:
        outcome = runner.run(assemble(checked), store, fresh=fresh)
        return comparison_builder.compare_run(store, outcome.run)


def compare(
    config: Config | Path | str,
    *,
    run_id: str | None = None,
    baseline: str | None = None,
    systems: Sequence[str] | None = None,
) -> Comparison:
    """Compare the systems of a stored run (the newest by default); nothing is asked."""
    with _store(_config(config), create=False) as store:
        found = store.find_run(run_id)
        return comparison_builder.compare_run(store, found, baseline=baseline, systems=systems)


def compare_runs(config: Config | Path | str, run_ids: Sequence[str]) -> Comparison:
    """Compare stored runs with the first of them, system by system; nothing is asked."""
    with _store(_config(config), create=False) as store:
        return run_pairs.compare_runs(store, [store.find_run(run_id) for run_id in run_ids])


def gate(
    config: Config | Path | str,
    *,
    run_id: str | None = None,
    candidate: str | None = None,
    baseline: str | None = None,
    inconclusive: Policy | None = None,
    gate_file: Path | str | None = None,
) -> GateResult:
    """Decide by the config's gate on a stored run (its newest by default); nothing is asked.

    `candidate`, `baseline` and the policy for what cannot be told stand in for the config's, and `gate_file`
    (a path from where you are) for its `gate:`.
    `result.verdict` and `result.exit_code` say what came out, `result.checks` why. Raises InputError.
    """
    checked = _config(config)
    rules = _gate_of(checked, gate_file)
    if inconclusive is not None:
        rules = rules.model_copy(update={"inconclusive": inconclusive})
    signoffs = read_signoffs(checked.folder / FILE)
    with _store(checked, create=False) as store:
        found = _find_run(store, checked, run_id)
        evidence = read_evidence(store, found, tags=any(check.tag is not None for check in rules.checks))
        if rules.judge_agreement is not None:
            people = labels_of(store, found, checked.folder / rules.judge_agreement.labels)
            evidence = replace(evidence, people=people)
    result = evaluation.evaluate(rules, evidence, candidate=candidate, baseline=baseline, signoffs=signoffs)
    return result.model_copy(update={"notes": (*result.notes, *_changed(checked, found))})


def sign(
    config: Config | Path | str,
    item: str,
    by: str,
    *,
    note: str = "",
    run_id: str | None = None,
    candidate: str | None = None,
    gate_file: Path | str | None = None,
) -> tuple[Path, Signoff]:
    """Record that a person signs a manual item of the gate, for the candidate as it is in the run.

    Returns the file, which is to be committed, and the signature. Raises InputError.
    """
    checked = _config(config)
    rules = _gate_of(checked, gate_file)
    items = [check.manual for check in rules.checks if check.manual is not None]
    if item not in items:
        near = difflib.get_close_matches(item, items, n=1, cutoff=0.5)
        todo = f"did you mean {near[0]!r}?" if near else f"its items: {', '.join(items) or 'none'}"
        raise InputError(f"the gate has no manual item {item!r}", where="--sign", todo=todo)
    with _store(checked, create=False) as store:
        evidence = read_evidence(store, _find_run(store, checked, run_id), tags=False)
    system = evidence.system(candidate or rules.candidate, "gate.candidate")
    made = signed(item, by, system.name, system.fingerprint, note)
    file = checked.folder / FILE
    add_signoff(file, made)
    return file, made


def plan(
    config: Config | Path | str | None = None,
    *,
    run_id: str | None = None,
    effect: float = 0.05,
    margin: float | None = None,
    power: float = 0.80,
    alpha: float | None = None,
    samples: int | None = None,
    repeats: int | None = None,
    gate_file: Path | str | None = None,
) -> SamplePlan:
    """How many samples for which effect, and whether the gate can be decided; nothing is asked.

    The variance is that of a stored run (the config's newest by default), else METHODS' defaults. `effect` is
    the difference to find, `margin` the loss to exclude (None: each metric's own), `alpha` the config's by
    default. `plan.checks` says of each check of the gate whether it can be decided. Raises InputError.
    """
    checked = None if config is None else _config(config)
    if gate_file is not None:
        if checked is None:
            raise InputError("a gate file needs a config", where="gate_file", todo="name the config too")
        checked = with_gate(checked, Path(gate_file))
    if alpha is None:
        alpha = 0.05 if checked is None else checked.alpha
    aim = stated_aim(effect=effect, margin=margin, power=power, alpha=alpha)
    for name, value in (("samples", samples), ("repeats", repeats)):
        if value is not None and value < 1:
            raise InputError(f"{value} is no number of {name}", where=name, todo="give one from 1 on")
    return plan_config(checked, aim, run_id=run_id, samples=samples, repeats=repeats)


def _gate_of(config: Config, file: Path | str | None) -> GateConfig:
    if file is not None:
        return read_gate(Path(file), tuple(config.systems))
    if config.gate is None:
        todo = "say there what the candidate must pass, or give --gate FILE"
        raise InputError("has no `gate:`", where=str(config.path), todo=todo)
    return config.gate


def _find_run(store: Store, config: Config, identifier: str | None) -> RunRecord:
    """The run of that id, else the newest run of the config; nothing is ever run here."""
    if identifier is not None:
        return store.find_run(identifier)
    runs = store.list_runs(config.name)
    if not runs:
        raise InputError(
            f"the store holds no run of {config.name!r}, and a gate runs nothing",
            todo="run `bakeoff run` first",
        )
    return runs[0]


def _changed(config: Config, run: RunRecord) -> list[str]:
    """A note where the config has changed, in what can change an answer or a score, since the run."""
    keys = sorted({*config.snapshot, *run.config} - HARMLESS)
    changed = [key for key in keys if config.snapshot.get(key) != run.config.get(key)]
    if not changed:
        return []
    return [
        f"The config has changed since this run ({', '.join(changed)}): `bakeoff run` brings it up to date."
    ]


def _config(config: Config | Path | str) -> Config:
    return config if isinstance(config, Config) else read_config(config)


@contextmanager
def _store(config: Config, *, create: bool) -> Iterator[Store]:
    store = open_store(config.store, create=create)
    try:
        yield store
    finally:
        store.close()
