"""The commands. Their bodies import what they need when called, so that `--help` answers at once."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

CONFIG = Path("bakeoff.yaml")

app = typer.Typer(
    name="bakeoff",
    help="Which of your candidates to ship: the same samples through all of them, every difference with "
    "its uncertainty.\n\nStart with: bakeoff demo",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

ConfigPath = Annotated[Path, typer.Argument(help="The config.", show_default=True)]
ConfigOption = Annotated[Path, typer.Option("--config", "-c", help="The config whose store is read.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")]
Fresh = Annotated[bool, typer.Option("--fresh", help="Start a new epoch: ask live systems again.")]
AllPairs = Annotated[bool, typer.Option("--all-pairs", help="Compare every two systems.")]
Formats = "terminal, markdown, csv, json, or one that a plug-in brings"


@app.command(epilog="Example: bakeoff demo")
def demo(
    full: Annotated[bool, typer.Option("--full", help="All samples, not the first few hundred.")] = False,
    fresh: Fresh = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Run the embedded example end to end: no network, no key. Its store is .bakeoff/demo.db here."""
    from bakeoff.cli.running import run_demo

    raise typer.Exit(run_demo(full=full, fresh=fresh, as_json=json, quiet=quiet))


@app.command(epilog="Example: bakeoff init --kind rag --kind fine_tuned")
def init(
    path: Annotated[Path, typer.Argument(help="Where to write the config.")] = CONFIG,
    kind: Annotated[
        list[str] | None,
        typer.Option(help="Candidates to sketch: prompt, rag, fine_tuned, hybrid, logged; repeatable."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite an existing file.")] = False,
) -> None:
    """Write a commented config for your case."""
    from bakeoff.cli.starting import write_config

    raise typer.Exit(write_config(path, kind or [], force=force))


@app.command(epilog="Example: bakeoff run bakeoff.yaml --fresh")
def run(
    config: ConfigPath = CONFIG,
    fresh: Fresh = False,
    sequential: Annotated[
        bool, typer.Option("--sequential", help="Stop as soon as the gate's verdict is certain.")
    ] = False,
    json: Json = False,
    quiet: Quiet = False,
    changed_since: Annotated[
        str | None,
        typer.Option(metavar="REV", help="Pre-merge: only suites touched by what changed since then."),
    ] = None,
    changed: Annotated[
        list[str] | None, typer.Option(metavar="PATH", help="Pre-merge: this path changed; repeatable.")
    ] = None,
    judge: Annotated[
        str | None, typer.Option(help="`offline` takes the place of the config's judge; needs no key.")
    ] = None,
) -> None:
    """Ask and score what is missing, then print the table. Exit code 4: cells are still open."""
    from bakeoff.cli.changes import Changes
    from bakeoff.cli.running import Wishes, run_config

    changes = Changes(since=changed_since, named=tuple(changed or ()))
    wishes = Wishes(fresh=fresh, sequential=sequential, judge=judge, changes=changes)
    raise typer.Exit(run_config(config, wishes, as_json=json, quiet=quiet))


@app.command(epilog="Example: bakeoff report support-bot-3 --format markdown > table.md")
def report(
    run: Annotated[str | None, typer.Argument(help="A run's id or name; the newest otherwise.")] = None,
    format: Annotated[str, typer.Option("--format", "-f", help=Formats)] = "terminal",  # noqa: A002
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write here instead.")] = None,
    items: Annotated[bool, typer.Option("--items", help="Every single score (csv or json lines).")] = False,
    all_pairs: AllPairs = False,
    config: ConfigOption = CONFIG,
    store: Annotated[str | None, typer.Option(help="A store's URL, instead of the config's.")] = None,
) -> None:
    """Draw a stored run again; no system or judge is asked."""
    from bakeoff.cli.reporting import report_run

    raise typer.Exit(
        report_run(run, format, output, items=items, config=config, store_url=store, all_pairs=all_pairs)
    )


@app.command(epilog="Example: bakeoff compare rag tuned_rag")
def compare(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            help="Systems of a run (the first is the baseline), runs, or `accepted`; none with --all-pairs."
        ),
    ] = None,
    run: Annotated[
        str | None, typer.Option(help="The run that holds the systems; the newest otherwise.")
    ] = None,
    format: Annotated[str, typer.Option("--format", "-f", help=Formats)] = "terminal",  # noqa: A002
    metric: Annotated[
        str | None, typer.Option(help="Show the items that changed most on this metric, with both answers.")
    ] = None,
    changed: Annotated[int | None, typer.Option(metavar="N", help="How many of them; 10 otherwise.")] = None,
    json: Json = False,
    all_pairs: AllPairs = False,
    config: ConfigOption = CONFIG,
    store: Annotated[str | None, typer.Option(help="A store's URL, instead of the config's.")] = None,
) -> None:
    """Paired comparison of stored systems, or of runs with each other; with --metric, down to the items."""
    from bakeoff.cli.reporting import compare_names

    chosen = "json" if json else format
    if metric is not None or changed is not None:
        from bakeoff.cli.drilling import show_changed

        code = show_changed(names or [], run, metric, changed, chosen, config=config, store_url=store)
        raise typer.Exit(code)
    raise typer.Exit(
        compare_names(names or [], run, chosen, config=config, store_url=store, all_pairs=all_pairs)
    )


@app.command(epilog="Example: bakeoff gate bakeoff.yaml --out gate.md --out gate.xml")
def gate(
    config: ConfigPath = CONFIG,
    run: Annotated[
        str | None, typer.Option(help="A run's id or name; the config's newest otherwise.")
    ] = None,
    candidate: Annotated[str | None, typer.Option(help="Another candidate than the config's.")] = None,
    baseline: Annotated[str | None, typer.Option(help="Another baseline than the run's.")] = None,
    gate: Annotated[Path | None, typer.Option(help="A gate file, instead of the config's `gate:`.")] = None,
    baseline_file: Annotated[
        Path | None, typer.Option(help="The accepted baseline's file, instead of the config's.")
    ] = None,
    inconclusive: Annotated[
        str | None, typer.Option(help="What a verdict of `cannot tell` exits as: inconclusive, pass, fail.")
    ] = None,
    format: Annotated[  # noqa: A002
        str, typer.Option("--format", "-f", help="terminal, markdown, junit or json")
    ] = "terminal",
    out: Annotated[
        list[Path] | None, typer.Option(help="Write it here too, as .md, .xml, .json or .txt; repeatable.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
    pre_merge: Annotated[
        bool, typer.Option("--pre-merge", help="The newest run of --changed-since or --changed.")
    ] = False,
    table: Annotated[
        bool, typer.Option("--table", help="Markdown: also the differences and the whole table, folded.")
    ] = False,
    sign: Annotated[str | None, typer.Option(help="Sign this manual item of the gate.")] = None,
    accept: Annotated[
        bool, typer.Option("--accept", help="Where it passes, keep its scores as the accepted baseline.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="With --accept: even if it does not pass.")] = False,
    by: Annotated[str | None, typer.Option(help="Who signs, or accepts.")] = None,
    note: Annotated[str, typer.Option(help="What the signature rests on.")] = "",
) -> None:
    """May the candidate ship? Decides on a stored run; nothing is asked.

    Exit codes: 0 pass, 1 fail, 2 bad input, 3 inconclusive, 4 the run is incomplete.
    """
    from bakeoff.cli.gating import Request, accept_run, gate_config, sign_item
    from bakeoff.evals.errors import InputError

    asked = Request(
        run=run,
        pre_merge=pre_merge,
        table=table,
        candidate=candidate,
        baseline=baseline,
        gate=gate,
        baseline_file=baseline_file,
        inconclusive=inconclusive,
        format="json" if json else format,
        out=tuple(out or ()),
    )
    if sign is not None:
        raise typer.Exit(sign_item(config, sign, by, note, asked))
    if note or (by and not accept):
        raise InputError("--by and --note go with --sign", todo="name the item: --sign ITEM")
    if accept:
        raise typer.Exit(accept_run(config, by, asked, force=force))
    if force:
        raise InputError("--force goes with --accept")
    raise typer.Exit(gate_config(config, asked))


@app.command(epilog="Example: bakeoff plan --effect 0.05 --discordant 0.15")
def plan(
    config: ConfigPath = CONFIG,
    run: Annotated[
        str | None, typer.Option(help="The pilot; the newest run of the config otherwise.")
    ] = None,
    effect: Annotated[
        str | None, typer.Option(metavar="SIZE", help="The difference to find; 0.05 otherwise.")
    ] = None,
    margin: Annotated[
        str | None,
        typer.Option(metavar="SIZE", help="The loss to exclude; the metric's own, or 0.02, otherwise."),
    ] = None,
    power: Annotated[str | None, typer.Option(metavar="SHARE", help="0.80 otherwise.")] = None,
    alpha: Annotated[
        str | None, typer.Option(metavar="SHARE", help="The config's, or 0.05, otherwise.")
    ] = None,
    discordant: Annotated[
        str | None, typer.Option(metavar="SHARE", help="State the share of pairs that differ.")
    ] = None,
    sd: Annotated[
        str | None, typer.Option(metavar="SIZE", help="Or state the SD of the paired differences.")
    ] = None,
    cluster_size: Annotated[
        str | None, typer.Option(metavar="N", help="Samples in a cluster, on average; with --icc.")
    ] = None,
    icc: Annotated[
        str | None, typer.Option(metavar="SHARE", help="Their intra-class correlation, 0 to 1.")
    ] = None,
    samples: Annotated[
        str | None, typer.Option(metavar="N", help="Samples at hand; the pilot's or data set's otherwise.")
    ] = None,
    repeats: Annotated[
        str | None, typer.Option(metavar="N", help="Answers to each; the pilot's or config's otherwise.")
    ] = None,
    gate: Annotated[Path | None, typer.Option(help="A gate file, instead of the config's `gate:`.")] = None,
    json: Json = False,
) -> None:
    """How many samples for which effect, and what they cost. Exit code 3: too few for the gate."""
    from bakeoff.cli.planning import Wishes, plan_run

    wishes = Wishes(
        effect, margin, power, alpha, discordant, sd, cluster_size, icc, samples=samples, repeats=repeats
    )
    raise typer.Exit(plan_run(config, run, wishes, gate=gate, as_json=json))


@app.command(epilog="Example: bakeoff doctor --config bakeoff.yaml")
def doctor(config: ConfigOption = CONFIG, json: Json = False) -> None:
    """What is installed and reachable, and what to do about the rest."""
    from bakeoff.cli.doctor import examine

    raise typer.Exit(examine(config, as_json=json))


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"bakeoff {version('bakeoff')}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Options of all commands."""


def main() -> None:
    """The console script: expected errors become one line on stderr and an exit code."""
    # libgomp's idle threads spin by default, which makes short forward passes crawl on a busy machine
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    try:
        app()
    except KeyboardInterrupt:
        typer.echo("bakeoff: stopped; what was done is stored, run the same command to continue", err=True)
        sys.exit(130)
    except Exception as error:
        code = _explain(error)
        if code is None:
            raise
        sys.exit(code)


def _explain(error: Exception) -> int | None:
    """Print an expected error; its exit code, or None for a bug, whose traceback must be seen."""
    from sqlalchemy.exc import OperationalError

    from bakeoff.evals.errors import BakeoffError

    if isinstance(error, BakeoffError):
        typer.echo(f"bakeoff: {error}", err=True)
        return error.exit_code
    if isinstance(error, OperationalError):
        typer.echo(
            f"bakeoff: the store cannot be used ({error.orig}); what was written before is kept", err=True
        )
        return 2
    if isinstance(error, BrokenPipeError):
        return 0
    return None


if __name__ == "__main__":
    main()
