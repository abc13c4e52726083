"""The learning–forgetting plane: which findings make a point, and that they are drawn where they lie."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from toys.comparisons import golden

from bakeoff.evals.comparison import Comparison
from bakeoff.evals.errors import InputError
from bakeoff.evals.findings import Finding
from bakeoff.evals.plugins import Wiring
from bakeoff.reports.learning_plot import PLUGIN, points


def finding(name: str, effect: float | None, **fields: object) -> Finding:
    given = {
        "name": f"forgetting.{name}",
        "system": "tuned",
        "against": "base",
        "family": "all",
        "effect": effect,
        "low": None if effect is None else effect - 0.1,
        "high": None if effect is None else effect + 0.2,
        "sentence": "so",
    }
    return Finding.model_validate({**given, **fields})


def with_findings(*findings: Finding) -> Comparison:
    return golden().model_copy(update={"findings": findings})


def svg(comparison: Comparison) -> str:
    content: bytes = PLUGIN.build(PLUGIN.options(), Wiring.__new__(Wiring)).render(comparison)
    return content.decode()


def test_a_point_needs_both_findings_of_the_same_pair() -> None:
    gain, loss = finding("learning", 0.5), finding("change", -0.3, headline=True)
    other = finding("change", -0.1, headline=True, against="grandparent")
    found = points(with_findings(gain, other, loss))
    assert [(p.system, p.against, p.change.effect) for p in found] == [("tuned", "base", -0.3)]
    assert points(with_findings(gain, finding("change", -0.3, family="arithmetic"))) == []
    assert points(with_findings(gain, finding("change", None, headline=True))) == []
    assert points(with_findings(gain, finding("change", -0.3, headline=True, slice="closed_book"))) == []


def test_it_is_drawn_and_the_same_twice() -> None:
    run = with_findings(finding("learning", 0.5), finding("change", -0.3, headline=True))
    drawn = svg(run)
    assert ET.fromstring(drawn).tag.endswith("svg")
    assert "tuned / base" in drawn
    assert "(95 % interval)" in drawn
    assert svg(run) == drawn
    half = with_findings(finding("learning", 0.5, low=None), finding("change", -0.3, headline=True))
    assert "tuned / base" in svg(half)


def test_a_run_without_points_says_what_to_do() -> None:
    with pytest.raises(InputError, match="learning"):
        svg(golden())
