"""A gate on a stored run: what `bakeoff gate`, `bakeoff.gate` and `bakeoff.testing` share."""

from __future__ import annotations

from typing import get_args

from bakeoff.evals.config_model import Config
from bakeoff.evals.errors import InputError
from bakeoff.evals.gate.evaluation import evaluate
from bakeoff.evals.gate.evidence import read_evidence
from bakeoff.evals.gate.result import GateResult, Policy
from bakeoff.evals.gate.signoffs import FILE, read_signoffs
from bakeoff.evals.gate_config import GateConfig
from bakeoff.evals.pre_merge import series_name
from bakeoff.evals.runs import RunRecord
from bakeoff.evals.store import Store


def gate_of(config: Config, inconclusive: str | None = None) -> GateConfig:
    """The config's gate, with another policy for what cannot be told where one is named."""
    if config.gate is None:
        raise InputError(
            "has no `gate:`", where=str(config.path), todo="say there what the candidate must pass"
        )
    if inconclusive is None:
        return config.gate
    if inconclusive not in get_args(Policy):
        known = ", ".join(get_args(Policy))
        raise InputError(f"{inconclusive!r} is no policy", where="--inconclusive", todo=f"one of {known}")
    return config.gate.model_copy(update={"inconclusive": inconclusive})


def find_run(store: Store, config: Config, identifier: str | None) -> RunRecord:
    """The run of that id, else the newest run of the config; nothing is ever run here."""
    if identifier is not None:
        return store.find_run(identifier)
    runs = store.list_runs(config.name)
    if not runs:
        part = store.list_runs(series_name(config.name))
        todo = f"; {part[0].id} is a part of one, gated with --pre-merge" if part else ""
        raise InputError(
            f"the store holds no run of {config.name!r}, and a gate runs nothing",
            todo=f"run `bakeoff run` first{todo}",
        )
    return runs[0]


def decide(
    store: Store,
    run: RunRecord,
    config: Config,
    gate: GateConfig,
    *,
    candidate: str | None = None,
    baseline: str | None = None,
) -> GateResult:
    """The gate's result on a stored run, with the signatures that lie beside the config."""
    signoffs = read_signoffs(config.folder / FILE)
    evidence = read_evidence(store, run, tags=any(check.tag is not None for check in gate.checks))
    result = evaluate(gate, evidence, candidate=candidate, baseline=baseline, signoffs=signoffs)
    return result.model_copy(update={"notes": (*result.notes, *_changed(config, run))})


def _changed(config: Config, run: RunRecord) -> list[str]:
    """A note where the config has changed, in what can change an answer or a score, since the run."""
    harmless = {"gate", "store", "limits", "name", "slices", "touches"}
    keys = sorted({*config.snapshot, *run.config} - harmless)
    changed = [key for key in keys if config.snapshot.get(key) != run.config.get(key)]
    if not changed:
        return []
    return [
        f"The config has changed since this run ({', '.join(changed)}): `bakeoff run` brings it up to date."
    ]
