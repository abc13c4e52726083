"""The gate as functions: decide on a stored run, sign its manual items, accept it as the next baseline."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bakeoff.api import checked_config, opened_store
from bakeoff.evals.accepted import comparing
from bakeoff.evals.accepted.file import need_accepted, read_accepted, write_accepted
from bakeoff.evals.accepted.making import make_accepted
from bakeoff.evals.accepted.record import FILE as BASELINE_FILE
from bakeoff.evals.comparison import Comparison
from bakeoff.evals.config_model import Config
from bakeoff.evals.errors import InputError
from bakeoff.evals.gate import evaluation
from bakeoff.evals.gate.accepted import NOTHING, Standing, names_accepted, stand
from bakeoff.evals.gate.evidence import Evidence, read_evidence
from bakeoff.evals.gate.result import CheckResult, GateResult, Policy, State, Verdict
from bakeoff.evals.gate.signoffs import FILE as SIGNOFFS_FILE
from bakeoff.evals.gate.signoffs import Signoff, add_signoff, read_signoffs, signed
from bakeoff.evals.gate_config import DEFAULT_DAYS, GateConfig
from bakeoff.evals.gate_file import read_gate
from bakeoff.evals.labels import labels_of
from bakeoff.evals.pre_merge import series_name
from bakeoff.evals.runs import RunRecord
from bakeoff.evals.store import Store

HARMLESS = frozenset({"gate", "store", "limits", "name", "slices", "touches", "family"})
"""Keys of a config that change neither an answer nor a score."""

Source = Config | Path | str


def gate(
    config: Source,
    *,
    run_id: str | None = None,
    candidate: str | None = None,
    baseline: str | None = None,
    inconclusive: Policy | None = None,
    gate_file: Path | str | None = None,
    baseline_file: Path | str | None = None,
) -> GateResult:
    """Decide by the config's gate on a stored run (its newest by default); nothing is asked.

    `candidate`, `baseline` and the policy for what cannot be told stand in for the config's; `gate_file` and
    `baseline_file` (paths from where you are) for its `gate:` and for the accepted baseline's file.
    `result.verdict` and `result.exit_code` say what came out, `result.checks` why. Raises InputError.
    """
    case = _case(config, run_id, gate_file, baseline_file, inconclusive=inconclusive)
    return _decide(case, candidate, baseline, _standing(case))


def accept(
    config: Source,
    *,
    by: str = "",
    force: bool = False,
    run_id: str | None = None,
    candidate: str | None = None,
    baseline: str | None = None,
    gate_file: Path | str | None = None,
    baseline_file: Path | str | None = None,
) -> tuple[Path | None, GateResult]:
    """Make the candidate's scores the accepted baseline, if the gate lets it through.

    Checks against `accepted` that have nothing to compare with (nothing accepted yet, or what was is stale or
    cannot be compared) do not stand in the way. `force` accepts what the gate does not let through, and
    writes over a file that is damaged, but accepts no run with open cells, and none that is a part. Returns
    the file, which is to be committed, or None where nothing was accepted, and the gate's result. Raises
    InputError.
    """
    case = _case(config, run_id, gate_file, baseline_file, contents=True)
    if case.evidence.run.header.left_out:
        what = f"run {case.evidence.run.id} is a part: suites were left out"
        raise InputError(what, where="--accept", todo="accept a whole run")
    result = _decide(case, candidate, baseline, _earlier(case, force=force))
    if not result.complete or (not force and any(_stands_in_the_way(check) for check in result.checks)):
        return None, result
    forced = any(_stands_in_the_way(check) for check in result.checks)
    verdict = result.verdict if forced else Verdict.PASS
    made = make_accepted(case.evidence, case.rules, result.candidate, verdict=verdict.value, by=by)
    write_accepted(case.baseline_file, made)
    return case.baseline_file, result


def sign(
    config: Source,
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
    checked = checked_config(config, asks=False)
    rules = _rules(checked, gate_file)
    items = [check.manual for check in rules.checks if check.manual is not None]
    if item not in items:
        near = difflib.get_close_matches(item, items, n=1, cutoff=0.5)
        todo = f"did you mean {near[0]!r}?" if near else f"its items: {', '.join(items) or 'none'}"
        raise InputError(f"the gate has no manual item {item!r}", where="--sign", todo=todo)
    with opened_store(checked, create=False) as store:
        evidence = read_evidence(store, _find_run(store, checked, run_id))
    system = evidence.system(candidate or rules.candidate, "gate.candidate")
    made = signed(item, by, system.name, system.fingerprint, note)
    file = checked.folder / SIGNOFFS_FILE
    add_signoff(file, made)
    return file, made


def compare_accepted(
    config: Source,
    *,
    run_id: str | None = None,
    systems: Sequence[str] | None = None,
    baseline_file: Path | str | None = None,
) -> Comparison:
    """Systems of a stored run (the newest by default) against the accepted baseline, on what both hold.

    Raises InputError where there is no baseline, or it is stale or cannot be compared.
    """
    checked = checked_config(config, asks=False)
    file, days = accepted_path(checked, checked.gate, baseline_file), DEFAULT_DAYS
    if checked.gate is not None:
        days = checked.gate.baseline_days
    accepted = need_accepted(file)
    with opened_store(checked, create=False) as store:
        run = _find_run(store, checked, run_id)
        return comparing.compare_accepted(store, run, accepted, systems, days=days, where=str(file))


@dataclass(frozen=True)
class _Case:
    """A gate with all that it is to be decided by."""

    config: Config
    rules: GateConfig
    evidence: Evidence
    signoffs: Sequence[Signoff]
    baseline_file: Path


def _case(
    config: Source,
    run_id: str | None,
    gate_file: Path | str | None,
    baseline_file: Path | str | None,
    *,
    inconclusive: Policy | None = None,
    contents: bool = False,
) -> _Case:
    checked = checked_config(config, asks=False)
    rules = _rules(checked, gate_file)
    if inconclusive is not None:
        rules = rules.model_copy(update={"inconclusive": inconclusive})
    signoffs = read_signoffs(checked.folder / SIGNOFFS_FILE)
    with opened_store(checked, create=False) as store:
        evidence = read_evidence(
            store,
            _find_run(store, checked, run_id),
            tags=any(check.tag is not None for check in rules.checks),
            contents=contents or any(names_accepted(check) for check in rules.checks),
        )
        if rules.judge_agreement is not None:
            people = labels_of(store, evidence.run, checked.folder / rules.judge_agreement.labels)
            evidence = replace(evidence, people=people)
    return _Case(checked, rules, evidence, signoffs, accepted_path(checked, rules, baseline_file))


def accepted_path(config: Config, rules: GateConfig | None, given: Path | str | None = None) -> Path:
    """Where the accepted baseline lies: as given, else as the gate says, from the config's folder."""
    if given is not None:
        return Path(given)
    return config.folder / ((rules and rules.baseline_file) or BASELINE_FILE)


def _decide(
    case: _Case, candidate: str | None, baseline: str | None, standing: Standing | None
) -> GateResult:
    result = evaluation.evaluate(
        case.rules,
        case.evidence,
        candidate=candidate,
        baseline=baseline,
        signoffs=case.signoffs,
        standing=standing,
    )
    changed = _changed(case.config, case.evidence.run)
    return result.model_copy(update={"notes": (*result.notes, *changed)})


def _standing(case: _Case) -> Standing | None:
    """The accepted baseline where a check wants it."""
    if not any(names_accepted(check) for check in case.rules.checks):
        return None
    return stand(need_accepted(case.baseline_file), case.evidence, case.rules, case.baseline_file)


def _earlier(case: _Case, *, force: bool) -> Standing:
    """What was accepted before, where a new baseline is to be made: it may be none, or of no use any more."""
    file = case.baseline_file
    try:
        found = read_accepted(file)
    except InputError as error:
        if not force:
            raise InputError(error.what, where=error.where, todo=f"{error.todo}, and --force") from error
        return Standing(file, reason=f"the earlier baseline {error.what}", lenient=True)
    if found is None:
        return Standing(file, lenient=True)
    try:
        return replace(stand(found, case.evidence, case.rules, file), lenient=True)
    except InputError as error:
        return Standing(file, reason=error.what, lenient=True)


def _stands_in_the_way(check: CheckResult) -> bool:
    return check.state is not State.PASS and not check.reason.startswith(NOTHING)


def _rules(config: Config, file: Path | str | None) -> GateConfig:
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
        part = store.list_runs(series_name(config.name))
        hint = f"; {part[0].id} is a part of one, gated with --pre-merge" if part else ""
        raise InputError(
            f"the store holds no run of {config.name!r}, and a gate runs nothing",
            todo=f"run `bakeoff run` first{hint}",
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
