"""`python -m bakeoff.examples.support.training COMMAND`: make, measure and ship the demo's models.

base --minutes 42              the base, into WORK/base
full | rehearsal | lora | hybrid --seed 0    a candidate, into WORK/full-0 and so on
evaluate                       every model in WORK, into WORK/evaluation.json
ship                           the base and the candidates of one seed, to where they ship
"""

from __future__ import annotations

import argparse
import json
import shutil
from collections.abc import Callable
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path

from bakeoff.examples.support.training.candidates import evaluate_all
from bakeoff.examples.support.training.finetuning import RECIPES, tune
from bakeoff.examples.support.training.loop import Plan
from bakeoff.examples.support.training.pretraining import pretrain

SHIPPED = Path(str(files("bakeoff.examples.support"))) / "models"
_RECORD = "training.json"


def main(arguments: list[str] | None = None) -> None:
    """Run one command; see the module's docstring."""
    import torch

    options = _parser().parse_args(arguments)
    torch.set_num_threads(options.threads)
    torch.set_flush_denormal(True)
    options.run(options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bakeoff.examples.support.training")
    parser.add_argument("--work", type=Path, default=Path(".world"), help="where models are made")
    parser.add_argument("--threads", type=int, default=1)
    commands = parser.add_subparsers(required=True)
    base = _command(commands, "base", _base)
    base.add_argument("--minutes", type=float, default=None)
    base.add_argument("--steps", type=int, default=None)
    for kind in RECIPES:
        _command(commands, kind, _candidate).set_defaults(kind=kind)
    _command(commands, "evaluate", _evaluate)
    _command(commands, "ship", _ship)
    return parser


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    run: Callable[[argparse.Namespace], None],
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name)
    parser.add_argument("--seed", type=int, default=0)
    parser.set_defaults(run=run)
    return parser


def _base(options: argparse.Namespace) -> None:
    if options.minutes is None and options.steps is None:
        raise SystemExit("say how long: --minutes 42, or --steps 3000")
    print(pretrain(options.work / "base", options.seed, Plan(steps=options.steps, minutes=options.minutes)))


def _candidate(options: argparse.Namespace) -> None:
    folder = options.work / f"{options.kind}-{options.seed}"
    tuned = tune(RECIPES[options.kind], options.seed, options.work / "base")
    tuned.save(folder)
    (folder / _RECORD).write_text(json.dumps(asdict(tuned.progress), indent=2) + "\n", encoding="utf-8")
    print(tuned.progress)


def _evaluate(options: argparse.Namespace) -> None:
    results = evaluate_all(options.work)
    text = json.dumps(results, indent=2) + "\n"
    (options.work / "evaluation.json").write_text(text, encoding="utf-8")
    print(text)


def _ship(options: argparse.Namespace) -> None:
    for source, target in [("base", "base"), *((f"{kind}-{options.seed}", kind) for kind in RECIPES)]:
        shutil.rmtree(SHIPPED / target, ignore_errors=True)
        shutil.copytree(options.work / source, SHIPPED / target)


if __name__ == "__main__":
    main()
