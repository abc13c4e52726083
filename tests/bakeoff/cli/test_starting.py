"""What `bakeoff init` writes beside what its systems need."""

from __future__ import annotations

import re
from itertools import takewhile

import yaml

from bakeoff.assemble import known_plugins
from bakeoff.cli.starting import sketch
from bakeoff.evals.gate_config import GateConfig


def test_every_suite_is_offered_and_no_other() -> None:
    text = sketch("demo", ["rag"])
    offered = {*yaml.safe_load(text)["suites"], *re.findall(r"^  # - (\w+)", text, re.MULTILINE)}
    assert offered == set(known_plugins().suites.plugins)


def test_the_gate_in_the_comments_is_one() -> None:
    lines = sketch("demo", ["fine_tuned"]).splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("# gate:"))
    commented = takewhile(lambda line: line.startswith("#"), lines[start:])
    gate = yaml.safe_load("\n".join(line[2:] for line in commented))["gate"]
    assert GateConfig.model_validate(gate).candidate == "tuned"
