"""Every command on one finished run, through pipes as a script would use it."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from command_line.driver import bakeoff
from command_line.views import row
from command_line.worlds import CHEAP, answer, http_system, write_world
from loopback.http_server import AnswerServer

from bakeoff.assemble import read_config

QUESTIONS = 12
ESCAPE = "\x1b"


class Finished:
    """A folder with two runs of one world: `world-1`, and `world-2` after the server changed."""

    def __init__(self, folder: Path, printed: subprocess.CompletedProcess[str]) -> None:
        self.folder, self.printed = folder, printed
        self.parsed: dict[tuple[str, ...], Any] = {}

    def __call__(self, *command: str, **extra: str) -> subprocess.CompletedProcess[str]:
        return bakeoff(*command, cwd=self.folder, **extra)

    def json(self, *command: str) -> Any:
        """What a command prints as JSON; asked once, as nothing here changes the runs."""
        if command not in self.parsed:
            ended = self(*command)
            assert (ended.returncode, ended.stderr) == (0, "")
            self.parsed[command] = json.loads(ended.stdout)
        return self.parsed[command]


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Finished]:
    folder = tmp_path_factory.mktemp("finished")
    with AnswerServer(answer) as server:
        systems = {
            "short": http_system(server.url, kind="prompt", request={"question": "{question}"}),
            "long": http_system(server.url, request={"question": "{question}", "style": "long"}),
            "longer": http_system(server.url, request={"question": "{question}", "a": 1, "b": 2}),
        }
        write_world(folder, systems, questions=QUESTIONS)
        printed = bakeoff("run", cwd=folder)
        assert printed.returncode == 0, printed.stderr
        server.answer = lambda body: {**answer(body), "answer": "I have been changed."}
        again = bakeoff("run", "--fresh", "--quiet", cwd=folder)
        assert (again.returncode, again.stderr) == (0, "")
        yield Finished(folder, printed)


def test_a_run_prints_the_table_and_tells_its_progress_elsewhere(finished: Finished) -> None:
    out, err = finished.printed.stdout, finished.printed.stderr
    for text in ("short", "(baseline)", "exact_match", "token_f1", "failure_rate", "Run world-1", "seed 0"):
        assert text in out
    assert "36 of 36" not in out
    assert re.search(r"asking: 36 of 36 in [\d.]+ s \([\d.]+/s\)", err)
    assert "36 answers asked for" in err
    assert ESCAPE not in out + err
    assert "\r" not in out + err


def test_a_report_draws_the_same_table_again(finished: Finished) -> None:
    drawn = finished("report", "world-1")
    assert (drawn.returncode, drawn.stderr) == (0, "")
    assert drawn.stdout == finished.printed.stdout


@pytest.mark.parametrize(
    "variables", [{"NO_COLOR": "1"}, {"TERM": "xterm-256color", "COLORTERM": "truecolor"}]
)
def test_a_pipe_gets_no_colours(finished: Finished, variables: dict[str, str]) -> None:
    drawn = finished("report", **variables)
    assert drawn.returncode == 0
    assert ESCAPE not in drawn.stdout


@pytest.mark.parametrize("no_color", [False, True])
def test_a_terminal_gets_colours_unless_told_otherwise(finished: Finished, no_color: bool) -> None:
    """Through `script`, which gives the command a terminal; what got worse is coloured."""
    if shutil.which("script") is None:
        pytest.skip("no `script` (util-linux) to make a terminal with")
    drawn = in_terminal(finished.folder, {"TERM": "xterm-256color"} | ({"NO_COLOR": "1"} if no_color else {}))
    assert "exact_match" in drawn
    coloured = re.search(rf"{ESCAPE}\[[\d;]*(3\d|4\d|9\d)[\d;]*m", drawn) is not None
    assert coloured is not no_color


def in_terminal(folder: Path, variables: dict[str, str]) -> str:
    from command_line.driver import COMMAND, environment

    command = " ".join([*COMMAND, "compare", "world-1", "world-2"])
    ended = subprocess.run(
        ["script", "--quiet", "--return", "--command", command, "/dev/null"],
        cwd=folder,
        env=environment(**variables),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=True,
    )
    return ended.stdout


def test_markdown_is_a_table(finished: Finished) -> None:
    drawn = finished("report", "world-1", "--format", "markdown")
    assert (drawn.returncode, drawn.stderr) == (0, "")
    tables = [block.splitlines() for block in drawn.stdout.split("\n\n") if block.startswith("|")]
    assert tables
    for lines in tables:
        assert len({line.count("|") for line in lines}) == 1
        assert any("exact_match" in line.replace("\\_", "_") for line in lines)
    assert re.search(r"^\|[ :|-]+\|$", drawn.stdout, re.MULTILINE)


def test_csv_has_a_row_for_each_metric_and_system(finished: Finished) -> None:
    drawn = finished("report", "world-1", "-f", "csv")
    comparison = finished.json("report", "world-1", "--format", "json")
    rows = list(csv.DictReader(io.StringIO(drawn.stdout)))
    assert len(rows) == 3 * len(comparison["metrics"])
    found = {(entry["metric"], entry["system"]): entry for entry in rows}
    for metric in comparison["metrics"]:
        for name, cell in metric["cells"].items():
            assert float(found[metric["metric"], name]["mean"]) == pytest.approx(cell["mean"])
            assert int(found[metric["metric"], name]["n"]) == cell["n"]


def test_json_is_the_machines_view(finished: Finished) -> None:
    comparison = finished.json("report", "world-1", "--format", "json")
    assert comparison["run"]["id"] == "world-1"
    assert comparison["run"]["open_cells"] == 0
    assert [system["name"] for system in comparison["systems"]] == ["short", "long", "longer"]
    matches = row(comparison, "exact_match")
    assert {name: cell["n"] for name, cell in matches["cells"].items()} == dict.fromkeys(
        ("short", "long", "longer"), QUESTIONS
    )
    assert [difference["system"] for difference in matches["differences"]] == ["long", "longer"]
    for difference in matches["differences"]:
        means = {name: cell["mean"] for name, cell in matches["cells"].items()}
        assert difference["effect"] == pytest.approx(means[difference["system"]] - means["short"])
        assert {"low", "high", "p", "p_adjusted", "verdict"} <= set(difference)
    assert comparison["footer"]["versions"]["bakeoff"]


def test_items_hold_every_single_score(finished: Finished) -> None:
    as_json = finished("report", "world-1", "--items", "--format", "json")
    as_csv = finished("report", "world-1", "--items", "--format", "csv")
    scores = [json.loads(line) for line in as_json.stdout.splitlines()]
    rows = list(csv.DictReader(io.StringIO(as_csv.stdout)))
    assert len(rows) == len(scores) > 3 * QUESTIONS
    keys = ("system", "sample", "repeat", "metric")
    assert [tuple(str(score[key]) for key in keys) for score in scores] == [
        tuple(entry[key] for key in keys) for entry in rows
    ]
    comparison = finished.json("report", "world-1", "--format", "json")
    own = [s["value"] for s in scores if (s["system"], s["metric"]) == ("long", "token_f1")]
    assert len(own) == QUESTIONS
    assert row(comparison, "token_f1")["cells"]["long"]["mean"] == pytest.approx(sum(own) / QUESTIONS)


def test_a_report_goes_where_it_is_told(finished: Finished, tmp_path: Path) -> None:
    for extra in ([], ["--items"]):
        file = tmp_path / f"out{len(extra)}.csv"
        written = finished("report", "world-1", *extra, "--format", "csv", "--output", str(file))
        assert (written.returncode, written.stdout, written.stderr) == (0, "", "")
        assert file.read_text().startswith(("run", "suite", "system"))


def test_systems_are_compared_with_the_first_one_named(finished: Finished) -> None:
    comparison = finished.json("compare", "longer", "short", "--run", "world-1", "--json")
    assert comparison["baseline"] == "longer"
    whole = finished.json("report", "world-1", "--format", "json")
    (difference,) = row(comparison, "token_f1")["differences"]
    against = {d["system"]: d["effect"] for d in row(whole, "token_f1")["differences"]}
    assert (difference["system"], difference["baseline"]) == ("short", "longer")
    assert difference["effect"] == pytest.approx(-against["longer"])


def test_runs_are_compared_system_by_system(finished: Finished) -> None:
    """The second run's server answers nothing of use, so every system got worse."""
    comparison = finished.json("compare", "world-1", "world-2", "--json")
    differences = row(comparison, "token_f1")["differences"]
    assert len(differences) == 3
    for difference in differences:
        assert difference["effect"] < -0.3
        assert difference["n"] == QUESTIONS
        assert "world-2" in difference["system"]
    drawn = finished("compare", "world-1", "world-2")
    assert drawn.returncode == 0
    assert "token_f1" in drawn.stdout


WRONG = {
    "an unknown run": (("report", "world-9"), "there is no run 'world-9'; the newest are: world-2, world-1"),
    "an unknown format": (("report", "--format", "word"), r"--format: .*'word'.*markdown"),
    "items in no table's format": (
        ("report", "--items", "--format", "markdown"),
        "--items cannot be written",
    ),
    "an unknown system": (("compare", "short", "shrot"), "shrot"),
    "one name": (("compare", "short"), "compare needs at least two names"),
    "a store that is not there": (("report", "--store", "sqlite:///none.db"), "there is no store here yet"),
    "a config that is not there": (("report", "--config", "none.yaml"), r"none\.yaml: no such file"),
    "a folder that is not there": (
        ("report", "-f", "csv", "-o", "no/where.csv"),
        r"no/where\.csv: cannot be",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_wishes_are_told_in_a_line(finished: Finished, name: str) -> None:
    command, expect = WRONG[name]
    ended = finished(*command)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert len(ended.stderr.splitlines()) == 1
    assert re.search(expect, ended.stderr), ended.stderr
    assert not (finished.folder / "none.db").exists()


def test_the_doctor_finds_a_good_config_well(finished: Finished) -> None:
    examined = finished("doctor")
    assert examined.returncode == 0, examined.stdout
    assert "MEND" not in examined.stdout
    checks = {check["what"]: check for check in finished.json("doctor", "--json")}
    assert checks["dataset"]["found"] == f"{QUESTIONS} samples"
    assert checks["store"]["found"].startswith("2 runs")
    assert checks["system short"]["found"].startswith("127.0.0.1:")
    assert all(check["ok"] for check in checks.values())


def test_the_doctor_says_what_to_mend(tmp_path: Path) -> None:
    with AnswerServer() as gone:
        url = gone.url
    config = write_world(tmp_path, {"web": http_system(url)}, questions=1)
    (tmp_path / "questions.jsonl").unlink()
    examined = bakeoff("doctor", "--config", str(config), "--json", cwd=tmp_path)
    assert (examined.returncode, examined.stderr) == (2, "")
    checks = {check["what"]: check for check in json.loads(examined.stdout)}
    assert {what for what, check in checks.items() if not check["ok"]} == {"dataset", "system web"}
    assert "questions.jsonl" in checks["dataset"]["found"]
    assert "does not answer" in checks["system web"]["found"]
    assert not (tmp_path / ".bakeoff").exists()  # looking makes no store
    assert bakeoff("doctor", cwd=tmp_path).returncode == 2


KINDS = ("prompt", "rag", "fine_tuned", "hybrid", "logged")


@pytest.mark.parametrize("kinds", [(), *((kind,) for kind in KINDS), KINDS], ids=",".join)
def test_init_sketches_a_config_that_loads(
    kinds: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = [part for kind in kinds for part in ("--kind", kind)]
    written = bakeoff("init", *wanted, cwd=tmp_path)
    assert (written.returncode, written.stderr) == (0, "")
    assert "bakeoff run" in written.stdout
    monkeypatch.setenv("OPENAI_API_KEY", "sk-none")
    config = read_config(tmp_path / "bakeoff.yaml")
    names = {"fine_tuned": "tuned", "hybrid": "tuned_rag"}
    assert list(config.systems) == [names.get(kind, kind) for kind in kinds or ("prompt", "rag")]
    assert [suite.name for suite in config.suites] == ["ragas", "reference"]


def test_init_overwrites_nothing_unasked(tmp_path: Path) -> None:
    path = tmp_path / "bakeoff.yaml"
    path.write_text("mine\n")
    refused = bakeoff("init", cwd=tmp_path)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "bakeoff.yaml: exists already" in refused.stderr
    assert path.read_text() == "mine\n"
    assert bakeoff("init", "--force", cwd=tmp_path).returncode == 0
    assert path.read_text() != "mine\n"
    unknown = bakeoff("init", "other.yaml", "--kind", "finetuned", cwd=tmp_path)
    assert unknown.returncode == 2
    assert "fine_tuned" in unknown.stderr
    assert not (tmp_path / "other.yaml").exists()


def test_an_incomplete_run_prints_its_table_and_exits_4(tmp_path: Path) -> None:
    with AnswerServer(answer) as gone:
        url = gone.url
    write_world(tmp_path, {"web": http_system(url)}, questions=2, suites=[CHEAP], limits={"retries": 0})
    ended = bakeoff("run", "--quiet", cwd=tmp_path)
    assert ended.returncode == 4
    assert "INCOMPLETE" in ended.stdout
    assert len(ended.stderr.splitlines()) == 1
    drawn = bakeoff("report", cwd=tmp_path)
    assert drawn.returncode == 0
    assert "INCOMPLETE" in drawn.stdout
