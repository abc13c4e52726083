"""`plan`: how many samples for which effect, before they are paid for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bakeoff.assemble import read_config
from bakeoff.cli.planning_text import draw
from bakeoff.evals.config import Config
from bakeoff.evals.errors import InputError
from bakeoff.evals.planning import Aim, SamplePlan, Spread, stated_spread
from bakeoff.evals.statistics import Clustering, clustering_by_icc
from bakeoff.planning import plan_config, with_gate

CANNOT_TELL = 3
LEAST_EFFECT = 0.001


@dataclass(frozen=True)
class Wishes:
    """The options of `bakeoff plan` as they were typed; None where left out."""

    effect: str | None = None
    margin: str | None = None
    power: str | None = None
    alpha: str | None = None
    discordant: str | None = None
    sd: str | None = None
    cluster_size: str | None = None
    icc: str | None = None
    samples: str | None = None
    repeats: str | None = None


def plan_run(
    path: Path, run_id: str | None, wishes: Wishes, *, gate: Path | None = None, as_json: bool
) -> int:
    """Print the plan; 0, or 3 where a check of the gate (the config's, or that file's) cannot be decided."""
    config = None if path == Path("bakeoff.yaml") and not path.exists() else read_config(path, asks=False)
    if gate is not None:
        config = with_gate(read_config(path, asks=False) if config is None else config, gate)
    aim, stated, clusters = _aim(wishes, config), _stated(wishes), _clusters(wishes)
    n, repeats = _whole(wishes.samples, "--samples", 10**7), _whole(wishes.repeats, "--repeats", 1000)
    plan = plan_config(
        config, aim, run_id=run_id, stated=stated, clusters=clusters, samples=n, repeats=repeats
    )
    print(plan.model_dump_json(indent=2) if as_json else draw(plan))
    return _code(plan)


def _code(plan: SamplePlan) -> int:
    return CANNOT_TELL if any(check.decidable is False for check in plan.checks) else 0


def _aim(wishes: Wishes, config: Config | None) -> Aim:
    aim = Aim(alpha=0.05 if config is None else config.alpha)
    given = {
        "effect": _number(wishes.effect, "--effect", least=LEAST_EFFECT, most=1.0),
        "margin": _number(wishes.margin, "--margin", least=LEAST_EFFECT, most=1.0),
        "power": _number(wishes.power, "--power", least=0.5, most=0.999),
        "alpha": _number(wishes.alpha, "--alpha", least=1e-6, most=0.5),
    }
    return aim.model_copy(update={name: value for name, value in given.items() if value is not None})


def _stated(wishes: Wishes) -> Spread | None:
    discordant = _number(wishes.discordant, "--discordant", most=1.0)
    sd = _number(wishes.sd, "--sd", most=1e6)
    if discordant is not None and sd is not None:
        raise InputError("--discordant and --sd say the same thing", todo="give one of them")
    if discordant is None and sd is None:
        return None
    return stated_spread(discordant=discordant, sd=sd, clusters=_clusters(wishes))


def _clusters(wishes: Wishes) -> Clustering | None:
    size = _number(wishes.cluster_size, "--cluster-size", least=1.0, most=1e6)
    icc = _number(wishes.icc, "--icc", least=0.0, most=1.0)
    if (size is None) != (icc is None):
        raise InputError(
            "--cluster-size and --icc go together",
            todo="give both: --icc 1 is the worst case, in which a cluster says no more than one sample",
        )
    return None if size is None or icc is None else clustering_by_icc(icc, size)


def _number(text: str | None, option: str, *, least: float | None = None, most: float) -> float | None:
    """The number of an option, above 0 where no `least` is given; InputError in one line."""
    if text is None:
        return None
    allowed = f"above 0 and at most {most:g}" if least is None else f"from {least:g} to {most:g}"
    try:
        value = float(text)
    except ValueError:
        raise InputError(f"{text!r} is no number", where=option, todo=f"give one {allowed}") from None
    if not (value > 0 if least is None else value >= least) or not value <= most:
        raise InputError(f"{text} is out of range", where=option, todo=f"give a number {allowed}")
    return value


def _whole(text: str | None, option: str, most: int) -> int | None:
    if text is None:
        return None
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:12]) <= most:
        raise InputError(f"{text!r} is no whole number", where=option, todo=f"give one from 1 to {most:,}")
    return int(text)
